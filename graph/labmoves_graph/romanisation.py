"""How a name in Chinese characters may be typed in Latin letters.

    readings("林俊旸")  ->  {"linjunyang", "junyanglin"}
    readings("单宇")    ->  {"danyu", "shanyu", "chanyu", "yudan", "yushan", "yuchan"}

For searching only: whoever types pinyin finds those who bear the characters. Nothing is ever derived the other way,
and nobody's identity rests on it. A character has several readings, in surnames rare ones too, so the first character
gives every one that it has, the others the usual one. No tones, no spaces; ü is typed v or u.
"""

from __future__ import annotations

import re

__all__ = ["readings"]

_HAN = re.compile(r"[㐀-鿿]+")
LONGEST = 12  # characters; a longer name is a phrase that nobody types in pinyin


def readings(name: str) -> frozenset[str]:
    """The ways to type the name, surname first and last. Empty for names with anything but Chinese characters."""
    if not _HAN.fullmatch(name) or len(name) > LONGEST:
        return frozenset()
    # Only writers need its dictionaries, which take a quarter of a second and 30 MB.
    from pypinyin import Style, lazy_pinyin, pinyin

    (firsts,) = pinyin(name[0], style=Style.NORMAL, heteronym=True)
    rest = "".join(lazy_pinyin(name)[1:])
    typed = {first + rest for first in firsts} | {rest + first for first in firsts}
    return frozenset(typed | {each.replace("v", "u") for each in typed})
