"""Writes deploy/requirements.lock: the version of everything that the image needs, as pip would choose it today.

    make lock

Versions alone, no hashes: those differ between the processors that an image may be built for.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

EXTRAS = "mcp,parquet,server"
ROOT = Path(__file__).parents[1]
LOCK = ROOT / "deploy" / "requirements.lock"


def main() -> None:
    """Ask pip what it would install and write it down."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--dry-run"]
    command += ["--ignore-installed", "--report", "-", f"{ROOT}[{EXTRAS}]"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    chosen = {
        re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower(): each["metadata"]["version"]
        for each in report["install"]
    }
    del chosen["labmoves"]
    lines = [f"{name}=={version}" for name, version in sorted(chosen.items())]
    header = f"# Written by `make lock` for labmoves[{EXTRAS}].\n"
    LOCK.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{LOCK.relative_to(ROOT)}: {len(lines)} packages")


if __name__ == "__main__":
    main()
