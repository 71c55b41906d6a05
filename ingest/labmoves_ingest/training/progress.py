"""Where the command says how far it is: a function of a module, so that processes started afresh can say it too."""

import sys

__all__ = ["say"]


def say(line: str) -> None:
    """A line on stderr, at once."""
    print(line, file=sys.stderr, flush=True)
