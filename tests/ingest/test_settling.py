"""Settling: likely enough, told as having happened, and consistent with one another."""

from dataclasses import replace

import pytest

from labmoves_graph.model import Event
from labmoves_ingest.coordination import coordinated, spread
from labmoves_ingest.settling import Ground, settle

THRESHOLD = dict.fromkeys(Event, 0.5)


@pytest.fixture
def outcome(lexicons):
    """What is stated and what is not of a document's candidates: events, and grounds."""

    def run(document, *candidates):
        fiction = lexicons[document.language].fiction
        settlement = settle(document, [replace(c) for c in candidates], THRESHOLD, fiction)
        return [c.event for c in settlement.chosen], [d.ground for d in settlement.dropped]

    return run


@pytest.fixture
def leaving(make_document):
    return make_document("Ann Lee left OpenAI.", ["Ann Lee"], ["OpenAI"])


@pytest.mark.parametrize(("probability", "stated"), [(0.49, False), (0.5, True), (1.0, True)])
def test_a_reading_is_stated_from_its_threshold(leaving, make_candidate, outcome, probability, stated):
    candidate = make_candidate(leaving, Event.DEPARTURE, "left", probability=probability)
    expected = ([Event.DEPARTURE], []) if stated else ([], [Ground.UNLIKELY])
    assert outcome(leaving, candidate) == expected


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("Has Ann Lee left OpenAI?", Ground.ASKED),
        ("If Ann Lee left OpenAI, shares would fall.", Ground.SUPPOSED),
    ],
)
def test_a_question_or_a_supposition_must_be_much_likelier(make_document, make_candidate, outcome, text, ground):
    document = make_document(text, ["Ann Lee"], ["OpenAI"])
    likely = make_candidate(document, Event.DEPARTURE, "left", probability=0.8)
    assert outcome(document, likely) == ([], [ground])
    assert outcome(document, replace(likely, probability=0.9)) == ([Event.DEPARTURE], [])


def test_what_a_question_presupposes_is_told(make_document, make_candidate, outcome):
    document = make_document("Now that Ann Lee left OpenAI, who leads it?", ["Ann Lee"], ["OpenAI"])
    assert outcome(document, make_candidate(document, Event.DEPARTURE, "left", probability=0.6))[0] == [
        Event.DEPARTURE
    ]


@pytest.mark.parametrize("rival", [Event.DEPARTURE, Event.ROLE_CHANGE, Event.FOUNDING])
def test_of_events_that_exclude_each_other_the_likelier_stays(leaving, make_candidate, outcome, rival):
    hire = make_candidate(leaving, Event.HIRE, "left", probability=0.9)
    other = make_candidate(leaving, rival, "left", probability=0.8)
    assert outcome(leaving, hire, other) == ([Event.HIRE], [Ground.CONTRADICTED])


@pytest.mark.parametrize(
    ("first", "second", "stated"),
    [
        ((Event.HIRE, "joined"), (Event.DEPARTURE, "leaving"), 2),
        ((Event.HIRE, "joined"), (Event.ROLE_CHANGE, "leaving"), 2),
        ((Event.DEPARTURE, "joined"), (Event.ROLE_CHANGE, "leaving"), 1),
        ((Event.HIRE, "joined"), (Event.FOUNDING, "leaving"), 1),
        ((Event.HIRE, "joined"), (Event.DEPARTURE, "OpenAI"), 1),
    ],
)
def test_words_far_enough_apart_tell_of_two_events(make_document, make_candidate, outcome, first, second, stated):
    document = make_document("Ann Lee, who joined OpenAI in 2021, is leaving.", ["Ann Lee"], ["OpenAI"])
    candidates = [make_candidate(document, *one) for one in (first, second)]
    assert len(outcome(document, *candidates)[0]) == stated


def test_events_at_two_organizations_stand_side_by_side(make_document, make_candidate, outcome):
    document = make_document("Ann Lee left OpenAI and joined Anthropic.", ["Ann Lee"], ["OpenAI", "Anthropic"])
    departure = make_candidate(document, Event.DEPARTURE, "left")
    hire = make_candidate(document, Event.HIRE, "joined", organization=1)
    assert outcome(document, hire, departure)[0] == [Event.DEPARTURE, Event.HIRE]


def test_one_claim_a_stint_that_keeps_its_other_readings(make_document, make_candidate, lexicons):
    text = "Ann Lee left OpenAI. She left on 3 March 2025."
    document = make_document(text, ["Ann Lee"], ["OpenAI"])
    first = make_candidate(document, Event.DEPARTURE, "left", probability=0.9)
    second = make_candidate(document, Event.DEPARTURE, "left on", probability=0.6, date_words="3 March 2025")
    unlikely = replace(second, probability=0.05)
    settlement = settle(document, [first, second], THRESHOLD, lexicons["en"].fiction)
    assert settlement.chosen == [replace(first, also=(second,))]
    alone = replace(first, also=())
    assert settle(document, [alone, unlikely], THRESHOLD, lexicons["en"].fiction).chosen == [replace(first, also=())]


def test_a_section_that_is_fiction_makes_no_claims_and_its_neighbours_do(make_document, make_candidate, outcome):
    text = "Ann Lee left OpenAI.\n\n# Story\nThis is a work of fiction. Ann Lee joined OpenAI."
    document = make_document(text, ["Ann Lee"], ["OpenAI"])
    told = make_candidate(document, Event.DEPARTURE, "left")
    invented = make_candidate(document, Event.HIRE, "joined")
    assert outcome(document, told, invented) == ([Event.DEPARTURE], [Ground.FICTION])


def test_a_title_that_says_fiction_covers_all(make_document, make_candidate, outcome):
    document = make_document("Ann Lee left OpenAI.", ["Ann Lee"], ["OpenAI"], title="Satire: the last day")
    assert outcome(document, make_candidate(document, Event.DEPARTURE, "left")) == ([], [Ground.FICTION])


@pytest.mark.parametrize(
    ("language", "text", "people", "lists"),
    [
        ("en", "Ann Lee, Bob Ray and Cy Fox left OpenAI.", ["Ann Lee", "Bob Ray", "Cy Fox"], [[0, 1, 2]]),
        ("en", "Ann Lee told Bob Ray.", ["Ann Lee", "Bob Ray"], []),
        ("en", "Ann Lee and Bob Ray joined Meta and OpenAI respectively.", ["Ann Lee", "Bob Ray"], []),
        ("zh", "李明、王芳和张伟离开OpenAI。", ["李明", "王芳", "张伟"], [[0, 1, 2]]),
        ("zh", "李明和王芳分别加入OpenAI。", ["李明", "王芳"], []),
    ],
)
def test_names_side_by_side_are_one_list(make_document, language, text, people, lists):
    assert coordinated(make_document(text, people, language=language), 0) == lists


def test_what_is_said_of_one_is_said_of_all_of_the_list(make_document, make_candidate, lexicons):
    document = make_document("Ann Lee and Bob Ray left OpenAI.", ["Ann Lee", "Bob Ray"], ["OpenAI"])
    candidate = make_candidate(document, Event.DEPARTURE, "left", person=1, probability=0.8)
    shared = spread(document, [candidate])
    chosen = settle(document, shared, THRESHOLD, lexicons["en"].fiction).chosen
    assert [(c.person, c.event, c.lent) for c in chosen] == [
        (0, Event.DEPARTURE, True),
        (1, Event.DEPARTURE, False),
    ]
    assert chosen[0].probability < chosen[1].probability == 0.8


def test_settling_shares_nothing_out_by_itself(make_document, make_candidate, outcome):
    document = make_document("Ann Lee and Bob Ray left OpenAI.", ["Ann Lee", "Bob Ray"], ["OpenAI"])
    assert outcome(document, make_candidate(document, Event.DEPARTURE, "left", person=1)) == ([Event.DEPARTURE], [])
