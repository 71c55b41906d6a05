"""How an event came about: the nearest wording that the event can have."""

import pytest

from labmoves_graph.model import Event, Manner
from labmoves_ingest.manners import ALLOWED_MANNERS, MANNERS, MannerCues, MannerFinder, manner_of

CUES = {language: MannerCues(language) for language in ("en", "zh")}


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
    assert CUES[language].nearest(document, event, document.sentence_of(token), token) is manner


@pytest.mark.parametrize("event", list(Event))
def test_an_event_has_no_manner_but_its_own(make_document, event):
    document = make_document("He was promoted, resigned, was fired, laid off, retired, poached and rejoined.")
    for token in range(len(document.tokens)):
        found = CUES["en"].nearest(document, event, 0, token)
        assert found is None or found in ALLOWED_MANNERS[event]


def odds(**told):
    """Of no manner, and of each; what is not given is unlikely."""
    return [told.get("none", 0.0), *(told.get(manner.value, 0.001) for manner in MANNERS)]


def test_the_model_gives_what_the_lists_lack_when_it_is_sure():
    sure, unsure = odds(none=0.2, acquired=0.8), odds(none=0.5, acquired=0.5)
    assert manner_of(Event.HIRE, None, sure) is Manner.ACQUIRED
    assert manner_of(Event.HIRE, None, unsure) is None


def test_a_listed_word_counts_unless_the_model_is_sure_of_none():
    assert manner_of(Event.DEPARTURE, Manner.RESIGNED, odds(none=0.7, dismissed=0.3)) is Manner.RESIGNED
    assert manner_of(Event.DEPARTURE, Manner.RESIGNED, odds(none=0.97)) is None


@pytest.mark.parametrize("event", list(Event))
def test_the_model_gives_no_manner_that_the_event_cannot_have(event):
    for manner in MANNERS:
        found = manner_of(event, None, odds(**{manner.value: 0.9}))
        assert found is None or found in ALLOWED_MANNERS[event]


@pytest.mark.parametrize(
    ("language", "text", "trigger", "manner"),
    [
        ("en", "Ann Lee resigned from OpenAI.", "resigned", Manner.RESIGNED),
        ("en", "Ann Lee left OpenAI.", "left", None),
        ("zh", "李明从OpenAI辞职。", "辞职", Manner.RESIGNED),
        ("zh", "李明離開OpenAI。", "離開", None),
    ],
)
def test_the_shipped_models_find_plain_manners(make_document, make_candidate, language, text, trigger, manner):
    document = make_document(text, ["Ann Lee" if language == "en" else "李明"], ["OpenAI"], language=language)
    candidate = make_candidate(document, Event.DEPARTURE, trigger)
    assert MannerFinder(language).find(document, candidate, [candidate]) is manner
