"""Which organizations teach: their names say so."""

from __future__ import annotations

__all__ = ["is_school"]

_SCHOOL = (
    "university",
    "college",
    "school",
    "institute",
    "大学",
    "学院",
    "研究院",
    "mit",
    "stanford",
    "清华",
    "北大",
)


def is_school(name: str) -> bool:
    """Whether an organization's name is that of a university, a college or an institute."""
    folded = name.casefold()
    return any(part in folded for part in _SCHOOL)
