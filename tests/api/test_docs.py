"""The documentation says what the program does: examples run, commands and routes are named, links lead somewhere."""

from __future__ import annotations

import argparse
import csv
import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

from labmoves_api.application import create_app
from labmoves_api.cli.configuring import settings_in_force
from labmoves_api.cli.program import build_parser
from labmoves_api.settings import Settings
from labmoves_graph import __version__
from labmoves_graph.model import Event, Manner, ReasonCategory, Status, Verdict

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _readme_examples():
    """tests/readme_examples.py, which is also a program of its own."""
    spec = importlib.util.spec_from_file_location("readme_examples", ROOT / "tests" / "readme_examples.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


readme_examples = _readme_examples()


def text_of(*pages):
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def commands():
    parser = build_parser()
    [group] = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return set(group.choices)


def test_the_examples_of_the_readme_show_what_a_person_sees(tmp_path):
    (tmp_path / "data").symlink_to(ROOT / "data")
    for example in readme_examples.examples(text_of(ROOT / "README.md")):
        actual = readme_examples.output(example.command, tmp_path)
        assert readme_examples.shows(example.shown, actual), (
            f"$ {example.command}\n" + "\n".join(actual) + "\n(renew with: make readme)"
        )


@pytest.mark.parametrize(
    ("shown", "actual", "fits"),
    [
        (("a", "b"), ("a", "b"), True),
        (("a", "b"), ("a", "c"), False),
        (("a", "…", "d"), ("a", "b", "c", "d"), True),
        (("a", "…", "d"), ("a", "d"), True),
        (("a", "…", "d"), ("a", "b", "c"), False),
        (("a", "…"), ("a", "b", "c"), True),
        (("…", "c"), ("a", "b", "c"), True),
        (("a", "…", "c", "…"), ("a", "b", "c"), True),
        (("…", "bc"), ("a", "abc"), False),
    ],
)
def test_an_elision_stands_for_whole_lines(shown, actual, fits):
    assert readme_examples.shows(shown, actual) is fits


def test_every_command_is_named_and_every_named_command_exists():
    named = set(re.findall(r"(?:`|\$ )labmoves ([a-z]+)\b", text_of(*PAGES)))
    assert commands() - named == set()
    assert named - commands() == set()


def test_every_route_is_named(tmp_path):
    routes = set(create_app(Settings(store=tmp_path)).openapi()["paths"])
    assert routes - set(re.findall(r"`(/[^`?]*)`", text_of(ROOT / "docs" / "api.md"))) == set()


def test_every_setting_is_named_with_its_meaning():
    table = re.findall(r"^\| `([A-Z_]+)` \| .* \| (.*) \|$", text_of(ROOT / "docs" / "api.md"), re.M)
    assert table == [(row["setting"], row["meaning"]) for row in settings_in_force({})]


@pytest.mark.parametrize("kind", [Event, Manner, ReasonCategory, Status])
def test_the_annotation_guide_defines_every_value(kind):
    guide = text_of(ROOT / "docs" / "annotation.md")
    assert [value for value in kind if f"`{value}`" not in guide and f"**{value}**" not in guide] == []


def test_every_verdict_is_explained():
    assert [value for value in Verdict if f"`{value}`" not in text_of(ROOT / "docs" / "architecture.md")] == []


def test_the_data_is_counted_right():
    data, page = ROOT / "data", text_of(ROOT / "data" / "README.md")
    lines = {name: len(text_of(data / f"{name}.jsonl").splitlines()) for name in ("organizations", "people")}
    with (data / "moves.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    events = {(row["person_id"], row["event"], row["organization_id"]) for row in rows}
    assert re.search(rf"\b{lines['organizations']} organizations\b", page)
    assert re.search(rf"\b{lines['people']} people\b", page)
    assert re.search(rf"\b{len(rows)} sourced rows about {len(events)} events\b", page)
    assert re.search(rf"\b{len(list((data / 'articles').iterdir()))} sample articles\b", page)


def test_package_and_changelog_have_the_same_version():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert project["version"] == __version__
    assert f"\n## {__version__}" in text_of(ROOT / "CHANGELOG.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text_of(page)) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
