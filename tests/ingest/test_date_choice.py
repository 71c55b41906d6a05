"""Which date dates which claim: what is near, what other claims share, and that nothing out of reach is taken."""

from datetime import date

import pytest

from labmoves_graph.model import Event
from labmoves_ingest.date_choice import NEAREST, PLACED, DateChooser, DateLayout, place_features

PUBLISHED = date(2025, 6, 20)


@pytest.fixture(scope="module")
def chooser():
    return DateChooser.load()


def undecided(document, *candidates):
    """The candidates, of which the reader finds every date as likely as none."""
    for one in candidates:
        one.date_scores = tuple((number, 0.5) for number in range(len(document.dates)))
    return list(candidates)


def words(document, candidates):
    return [None if one.date is None else document.dates[one.date][1].text for one in candidates]


def test_each_of_two_people_has_the_date_beside_them(chooser, make_document, make_candidate):
    text = "Ann Lee left OpenAI on 3 March 2025, and Bob Ray joined Anthropic on 9 May 2025."
    document = make_document(text, ["Ann Lee", "Bob Ray"], ["OpenAI", "Anthropic"], published=PUBLISHED)
    candidates = undecided(
        document,
        make_candidate(document, Event.DEPARTURE, "left"),
        make_candidate(document, Event.HIRE, "joined", person=1, organization=1),
    )
    assert words(document, chooser.dated(document, candidates)) == ["3 March 2025", "9 May 2025"]


def test_people_who_go_together_go_on_one_day(chooser, make_document, make_candidate):
    text = "李明与王芳于2025年3月3日一同离开OpenAI。"
    document = make_document(text, ["李明", "王芳"], ["OpenAI"], language="zh", published=PUBLISHED)
    candidates = undecided(
        document, *(make_candidate(document, Event.DEPARTURE, "离开", person=person) for person in (0, 1))
    )
    assert words(document, chooser.dated(document, candidates)) == ["2025年3月3日"] * 2


def test_without_dates_nothing_is_dated(chooser, make_document, make_candidate):
    document = make_document("Ann Lee left OpenAI.", ["Ann Lee"], ["OpenAI"])
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    assert chooser.dated(document, [candidate]) == [candidate]
    assert chooser.dated(document, []) == []


def test_vague_words_and_far_sentences_are_no_options(make_document, make_candidate):
    text = "On 1 May 2024 it rained. One. Two. Three. Four. Ann Lee recently left OpenAI. On 2 May 2024 it snowed."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    options = DateLayout(document, [candidate]).options(candidate)
    assert [document.dates[one][1].text for one in options] == ["2 May 2024"]


def test_a_list_of_dates_is_cut_to_the_nearest(make_document, make_candidate):
    text = "Ann Lee left OpenAI: " + ", ".join(f"{day} May 2024" for day in range(1, 29))
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    layout = DateLayout(document, [candidate])
    options = layout.options(candidate)
    assert [document.dates[one][1].text for one in options] == [f"{day} May 2024" for day in range(1, NEAREST + 1)]
    assert place_features(layout, candidate, options).shape == (1 + NEAREST, PLACED)


def test_what_the_reader_points_at_counts(chooser, make_document, make_candidate):
    """Of two dates that stand alike the one that is pointed at is taken, whichever it is."""
    text = "Between 3 March 2025 and 9 May 2025 Ann Lee left OpenAI."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    chosen = []
    for pointed in range(len(document.dates)):
        candidate = make_candidate(document, Event.DEPARTURE, "left")
        candidate.date_scores = tuple((n, 5.0 if n == pointed else -5.0) for n in range(len(document.dates)))
        candidate.date = pointed
        chosen += chooser.dated(document, [candidate])
    assert [one.date for one in chosen] == [0, 1]
