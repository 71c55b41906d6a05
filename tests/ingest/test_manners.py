"""How an event came about: the nearest wording that the event can have."""

import pytest

from labmoves_graph.model import Event, Manner
from labmoves_ingest.manners import ALLOWED_MANNERS, MannerFinder

FINDERS = {language: MannerFinder(language) for language in ("en", "zh")}


@pytest.mark.parametrize(
    ("language", "text", "event", "trigger", "manner"),
    [
        ("en", "Ann Lee resigned from OpenAI.", Event.DEPARTURE, "resigned", Manner.RESIGNED),
        ("en", "OpenAI fired Ann Lee.", Event.DEPARTURE, "fired", Manner.DISMISSED),
        ("en", "Ann Lee rejoined OpenAI.", Event.HIRE, "rejoined", Manner.REJOINED),
        ("en", "Ann Lee was promoted to lead.", Event.ROLE_CHANGE, "promoted", Manner.PROMOTED),
        ("en", "Ann Lee left OpenAI.", Event.DEPARTURE, "left", None),
        ("en", "Ann Lee left. Tom was fired.", Event.DEPARTURE, "left", None),
        ("zh", "李明从OpenAI辞职。", Event.DEPARTURE, "辞职", Manner.RESIGNED),
        ("zh", "李明被解雇，离开OpenAI。", Event.DEPARTURE, "离开", Manner.DISMISSED),
        ("zh", "李明離開OpenAI。", Event.DEPARTURE, "離開", None),
    ],
)
def test_the_manner_is_worded_in_the_sentence(make_document, language, text, event, trigger, manner):
    document = make_document(text, language=language)
    token = document.span(text.index(trigger), text.index(trigger) + 1).first
    assert FINDERS[language].find(document, event, document.sentence_of(token), token) is manner


@pytest.mark.parametrize("event", list(Event))
def test_an_event_has_no_manner_but_its_own(make_document, event):
    document = make_document("He was promoted, resigned, was fired, laid off, retired, poached and rejoined.")
    for token in range(len(document.tokens)):
        found = FINDERS["en"].find(document, event, 0, token)
        assert found is None or found in ALLOWED_MANNERS[event]
