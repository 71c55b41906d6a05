"""The examples of README.md: what they are, and what a person sees who runs them.

    ```console
    $ labmoves timeline --organization anthropic
    date        event …
    …
    ```

A line "…" stands for any number of lines. Commands run in order, in one folder that has data/, on a terminal of
WIDTH columns. `make run` stands for what its recipe runs before it serves, `curl` for a request to the service.
Run as a program, this writes the present output into README.md (`make readme`).
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import termios
from dataclasses import dataclass
from pathlib import Path

import httpx

from labmoves_api.application import create_app
from labmoves_api.settings import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
WIDTH = 118
ELISION = "…"

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PROGRESS = re.compile(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K")
_LABMOVES = "from labmoves_api.cli import main; raise SystemExit(main())"


@dataclass(frozen=True)
class Example:
    """A command of the README and the lines that it shows below."""

    command: str
    shown: tuple[str, ...]


def examples(text: str) -> list[Example]:
    """The examples of a Markdown text, in order."""
    found = []
    for block in _BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append(Example(command, tuple(shown.rstrip("\n").split("\n")) if shown.strip() else ()))
    return found


def output(command: str, folder: Path) -> tuple[str, ...]:
    """What a person sees who runs the command in `folder`."""
    if command == "make run":
        return tuple(line for step in _make_run() for line in step_output(step, folder))
    return step_output(command, folder)


def step_output(command: str, folder: Path) -> tuple[str, ...]:
    """The lines that one program prints on a terminal."""
    words = shlex.split(command)
    if words[0] == "echo":
        return (words[1],)
    if words[0] == "curl":
        return tuple(_from_service(words[-1], folder).split("\n"))
    if words[0] == "labmoves":
        words[:1] = [sys.executable, "-c", _LABMOVES]
    return tuple(_on_terminal(words, folder).rstrip("\n").split("\n"))


def shows(shown: tuple[str, ...], actual: tuple[str, ...]) -> bool:
    """Whether the lines shown are the actual ones, as far as no elision leaves some out."""
    pattern = "\n".join(r"(?:.*\n?)*?" if line == ELISION else re.escape(line) for line in shown)
    pattern = pattern.replace("(?:.*\\n?)*?\n", "(?:.*\\n)*?").replace("\n(?:.*\\n?)*?", "(?:\\n.*)*?")
    return re.fullmatch(pattern, "\n".join(actual)) is not None


def _make_run() -> list[str]:
    """The commands of `make run` after the set-up and before it serves."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nrun:")[2].partition("\n\n")[0]
    steps = [line.strip().removeprefix("@") for line in recipe.splitlines()[1:]]
    values = {"$(BIN)/": "", "$(STORE)": "labmoves-store", "$(LAB)": "anthropic"}
    for name, value in values.items():
        steps = [step.replace(name, value) for step in steps]
    return [step for step in steps if " serve " not in step]


def _from_service(url: str, folder: Path) -> str:
    """What the service answers; that it answers as a process, too, is shown by tests/api/test_cli_serve.py."""

    async def ask() -> str:
        app = create_app(Settings(store=folder / "labmoves-store"))
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return (await client.get(url)).text

    return asyncio.run(ask())


def _on_terminal(words: list[str], folder: Path) -> str:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LABMOVES_STORE")}
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower
    ) as process:
        os.close(follower)
        text = b"".join(_chunks(leader)).decode("utf-8")
    os.close(leader)
    if process.returncode:
        text += f"exit status {process.returncode}\n"
    return _PROGRESS.sub("", text.replace("\r\n", "\n"))


def _chunks(leader: int):
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # the last holder of the other end is gone
            return
        if not chunk:
            return
        yield chunk


def renewed(example: Example, actual: tuple[str, ...]) -> tuple[str, ...]:
    """The lines to show now: all, or as many before and after an elision as there were."""
    if ELISION not in example.shown:
        return actual
    before = example.shown.index(ELISION)
    after = len(example.shown) - 1 - before
    return (*actual[:before], ELISION, *(actual[-after:] if after else ()))


def main() -> None:
    """Write the present output into README.md."""
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").symlink_to(ROOT / "data")
        for example in examples(text):
            actual = output(example.command, folder)
            if not shows(example.shown, actual):
                old = "\n".join((f"$ {example.command}", *example.shown)) + "\n"
                text = text.replace(old, "\n".join((f"$ {example.command}", *renewed(example, actual))) + "\n")
                print(f"renewed: {example.command}")
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
