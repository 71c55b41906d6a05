"""What deploy/ names exists: commands, settings and files; and nothing there runs as root."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from labmoves_api.cli.configuring import settings_in_force
from labmoves_api.cli.program import build_parser

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SETTINGS = {row["setting"] for row in settings_in_force({})}


def unit():
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / "labmoves.service", encoding="utf-8")
    return parser


def instructions(stage):
    """Name and text of each instruction of a stage of the Dockerfile."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    stages = re.split(r"^FROM ", text, flags=re.M)[1:]
    return [tuple(line.split(" ", 1)) for line in stages[stage].splitlines()[1:] if line]


def test_the_unit_starts_a_command_that_exists_with_settings_that_exist():
    service = unit()["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert Path(program).name == "labmoves"
    options = build_parser().parse_args(arguments)
    assert (options.run.__name__, options.host) == ("_serve", "127.0.0.1")
    name, _, store = service["Environment"].partition("=")
    assert name in SETTINGS
    assert Path(store).parent == Path("/var/lib") / service["StateDirectory"]
    assert service["User"] not in ("", "root", "0")


def test_the_image_starts_a_command_that_exists_with_settings_that_exist():
    run = instructions(1)
    given = dict(run)
    [program], arguments = json.loads(given["ENTRYPOINT"]), json.loads(given["CMD"])
    assert program == "labmoves"
    options = build_parser().parse_args(arguments)
    assert (options.run.__name__, str(options.port)) == ("_serve", given["EXPOSE"])
    names = {text.split("=")[0] for name, text in run if name == "ENV"}
    assert names - {"PATH"} <= SETTINGS
    assert given["USER"] not in ("root", "0")


def test_the_image_is_built_from_files_that_exist_and_the_wheel_needs_no_other():
    copied = [shlex.split(text)[:-1] for name, text in instructions(0) if name == "COPY"]
    sources = {source for one in copied for source in one}
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    needed |= {package.split("/")[0] for package in wheel["packages"]} | set(wheel["force-include"])
    assert needed == sources - {"deploy/requirements.lock"}


def test_the_lock_holds_one_version_of_all_that_the_image_needs_and_names_no_place_to_get_it_from():
    lines = (DEPLOY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines[1:] if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+]*", line)] == []
    locked = dict(line.split("==") for line in lines[1:])
    assert list(locked) == sorted(set(locked))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.findall(r"\w+", lines[0].split("[")[1])
    needed = [text for name in extras for text in project["optional-dependencies"][name]]
    for text in [*project["dependencies"], *needed]:
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate():
            assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), text


def test_the_manual_names_settings_and_files_that_exist():
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bLABMOVES_[A-Z_]+\b", manual)) <= SETTINGS
    named = set(re.findall(r"\b(?:deploy|data)/[\w.]+", manual))
    assert {name for name in named if not (ROOT / name).exists()} == set()
    extras = {
        name for names in re.findall(r"""['"](?:\.|labmoves)\[([\w,]+)\]['"]""", manual) for name in names.split(",")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extras <= set(project["optional-dependencies"])
