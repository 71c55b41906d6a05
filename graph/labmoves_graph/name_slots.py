"""Names within JSON that leave the language open: all forms of one, between marks that no JSON contains.

slots = name_slots("person", "lin-junyang", "Lin Junyang", ("Lin Junyang", "林俊旸", "林俊暘"))
text = to_json(record).replace(*slots)     the entity's name in that record, in every form
in_language(text, 1)                       pieces of the text with the second form of every name
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic_core import to_json

from labmoves_graph.model import Language

__all__ = ["NAME_FORMS", "in_language", "name_slots"]

#: Language asked for -> which of an entity's three forms: its name, the simplified and the traditional one.
NAME_FORMS: Mapping[Language | None, int] = {None: 0, Language.EN: 0, Language.ZH_HANS: 1, Language.ZH_HANT: 2}
_SLOT, _NEXT = b"\0", b"\1"  # JSON spells both otherwise


def name_slots(kind: str, entity: str, name: str, forms: Sequence[str]) -> tuple[bytes, bytes]:
    """What stands in a record's JSON for an entity of that name, and what is to stand there instead.

    kind: the key under which it stands. Quotes within a text are escaped there, so nothing else looks like it.
    """
    spelled = [to_json({"id": entity, "name": form}) for form in forms]
    slot = spelled[0] if len(set(spelled)) == 1 else _SLOT + _NEXT.join(spelled) + _SLOT
    key = to_json(kind) + b":"
    return key + to_json({"id": entity, "name": name}), key + slot


def in_language(text: bytes, form: int) -> list[bytes]:
    """The text in pieces, with that form of every name."""
    parts = text.split(_SLOT)
    if len(parts) > 1:
        parts[1::2] = [forms.split(_NEXT)[form] for forms in parts[1::2]]
    return parts
