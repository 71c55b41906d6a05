"""The set-up by make: what it says when something is missing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def folder(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def make(folder, *arguments):
    done = subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.splitlines()


def program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_an_old_python_is_named_with_the_version_that_is_needed(folder):
    old = program(folder / "python3.9", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    status, told = make(folder, "test", f"PYTHON={old}")
    assert (status, told[0]) == (2, f"make: {old} is Python 3.9.2; labmoves needs Python 3.11 or newer")
    assert not (folder / ".venv").exists()


def test_no_python_says_how_to_name_one(folder):
    status, told = make(folder, "run", "PYTHON=", f"PORT={_free_port()}")
    assert status == 2
    assert told[0].startswith("make: no Python 3.11 or newer found")
    assert told[1] == "      or name it: make PYTHON=/path/to/python3.11 run"


def test_a_missing_venv_module_says_what_to_install(folder):
    script = f'[ "$1" = -m ] && [ "$2" = venv ] && exit 1; exec {sys.executable} "$@"'
    broken = program(folder / "python3.11", script)
    status, told = make(folder, "test", f"PYTHON={broken}")
    assert status == 2
    assert told[0].endswith("cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv")


def test_a_taken_port_is_told_before_anything_is_built(folder):
    program(folder / ".venv/bin/python", f'exec {sys.executable} "$@"')
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, told = make(folder, "run", f"PORT={port}")
    assert (status, told[0]) == (
        2,
        f"make: port {port} on 127.0.0.1 is taken (or no port); choose another: make run PORT=8001",
    )


def test_what_is_set_up_is_not_set_up_again(folder):
    program(folder / ".venv/bin/python", 'echo "$@"; [ "$1" = -m ] && [ "$2" = pip ] && touch installed; exit 0')
    assert make(folder, "test")[0] == 0
    (folder / "installed").unlink()
    assert make(folder, "test")[0] == 0
    assert not (folder / "installed").exists()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
