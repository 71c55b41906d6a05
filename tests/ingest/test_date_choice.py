"""Which date dates which claim: what is near, what other claims share, and that nothing out of reach is taken."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from labmoves_graph.model import Event
from labmoves_ingest.date_choice import NEAREST, PLACED, DateChooser, DateLayout, place_features, reading_features

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


class Indifferent:
    """Finds all rows alike."""

    def scores(self, features):
        return np.zeros(len(features), np.float32)


@pytest.mark.parametrize("sure", [0, 1])
def test_a_date_is_likelier_for_one_where_another_of_the_same_words_has_it(make_document, make_candidate, sure):
    text = "2025年3月3日公布、2025年5月9日生效：李明与王芳一同离开OpenAI。"
    document = make_document(text, ["李明", "王芳"], ["OpenAI"], language="zh", published=PUBLISHED)
    one, other = (make_candidate(document, Event.DEPARTURE, "离开", person=person) for person in (0, 1))
    one.date_scores = tuple((n, 9.0 if n == sure else -9.0) for n in range(2))
    layout = DateLayout(document, [one, other])
    _, [(dates, rows)] = reading_features(layout, [(one,), (other,)], Indifferent())
    of_the_same_words = dict(zip((None, *dates), rows[:, 8], strict=True))
    assert max(of_the_same_words, key=of_the_same_words.get) == sure
    assert of_the_same_words[sure] > 0.6


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


def test_what_a_heading_tells_without_a_date_is_dated_where_it_is_told_again(chooser, make_document, make_candidate):
    text = "Ann Lee leaves OpenAI\n\nIt rained. It snowed. It blew. It froze.\n\nAnn Lee left OpenAI on 3 March 2025."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    heading = make_candidate(document, Event.DEPARTURE, "leaves")
    again = make_candidate(document, Event.DEPARTURE, "left", probability=0.8)
    undecided(document, again)
    assert words(document, chooser.dated(document, [heading])) == [None]
    heading.also = (again,)
    assert words(document, chooser.dated(document, [heading])) == ["3 March 2025"]


@pytest.mark.parametrize(
    ("second", "taken"),
    [("3 March 2025", "3 March 2025"), ("3 March 2024", "2025"), ("May 2025", "May 2025"), ("2024", "2025")],
)
def test_of_two_tellings_the_more_precise_date_is_taken_if_the_other_holds_it(
    chooser, make_document, make_candidate, second, taken
):
    text = f"Ann Lee left OpenAI in 2025. It rained. It snowed. It blew. It froze. Ann Lee quit OpenAI on {second}."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    one, other = make_candidate(document, Event.DEPARTURE, "left"), make_candidate(document, Event.DEPARTURE, "quit")
    one.date_scores, other.date_scores = ((0, 3.0),), ((1, 3.0),)
    one.date, other.date, one.also = 0, 1, (other,)
    assert words(document, chooser.dated(document, [one])) == [taken]


@pytest.mark.parametrize("undated", ["After four years", "Three weeks later"])
def test_words_that_date_nothing_leave_the_date_to_another_telling(chooser, make_document, make_candidate, undated):
    text = f"{undated} Ann Lee left OpenAI. It rained. It snowed. It blew. It froze. She quit OpenAI on 3 March 2025."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    one, other = make_candidate(document, Event.DEPARTURE, "left"), make_candidate(document, Event.DEPARTURE, "quit")
    for number, telling in enumerate((one, other)):
        telling.date, telling.date_scores = number, ((number, 9.0),)
    one.also = (other,)
    assert words(document, chooser.dated(document, [one])) == ["3 March 2025"]


def test_a_thousand_claims_of_one_person_are_dated(chooser, make_document, make_candidate):
    """Each looked at beside all others, this would not end."""
    text = " ".join(f"Ann Lee left OpenAI on {1 + n % 28} May 2024." for n in range(1000))
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    first = make_candidate(document, Event.DEPARTURE, "left")
    step = document.sentences[1].first - document.sentences[0].first
    candidates = [
        replace(first, sentence=n, trigger=first.trigger + n * step, date=n, date_scores=((n, 3.0),))
        for n in range(1000)
    ]
    assert [one.date for one in chooser.dated(document, candidates)] == list(range(1000))
