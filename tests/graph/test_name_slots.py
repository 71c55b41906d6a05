"""Names stay open in JSON until a language is asked for."""

from pydantic_core import from_json, to_json

from labmoves_graph.model import Language
from labmoves_graph.name_slots import NAME_FORMS, in_language, name_slots

FORMS = ("Lin Junyang", "林俊旸", "林俊暘")


def test_each_language_gets_its_form():
    record = {"person": {"id": "lin", "name": FORMS[0]}, "organization": {"id": "lin", "name": FORMS[0]}}
    text = to_json(record).replace(*name_slots("person", "lin", FORMS[0], FORMS))
    for language in (None, *Language):
        named = from_json(b"".join(in_language(text, NAME_FORMS[language])))
        assert named == record | {"person": {"id": "lin", "name": FORMS[NAME_FORMS[language]]}}


def test_a_text_that_looks_like_a_name_is_left_as_it_is():
    record = {"quote": '"person":{"id":"lin","name":"Lin Junyang"}', "person": {"id": "lin", "name": "Lin Junyang"}}
    text = b"".join(in_language(to_json(record).replace(*name_slots("person", "lin", FORMS[0], FORMS)), 1))
    assert from_json(text) == record | {"person": {"id": "lin", "name": "林俊旸"}}


def test_a_name_that_is_the_same_in_all_languages_needs_no_slot():
    old, new = name_slots("organization", "xai", "xAI", ("xAI", "xAI", "xAI"))
    assert old == new == b'"organization":{"id":"xai","name":"xAI"}'
