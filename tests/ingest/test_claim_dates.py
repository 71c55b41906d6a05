"""Dates of claims: the words chosen for each, counted from the person's other events where they say so."""

from datetime import date

import pytest

from labmoves_graph.model import DateMeaning, Event
from labmoves_ingest.claim_dates import claim_dates

PUBLISHED = date(2025, 6, 20)


def dated(document, *candidates):
    return [found and (found.date.edtf, found.text, found.meaning) for found in claim_dates(document, candidates)]


def test_the_words_and_their_date(make_document, make_candidate):
    document = make_document("Ann Lee left OpenAI on 3 March 2025.", ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    candidate = make_candidate(document, Event.DEPARTURE, "left", date_words="3 March 2025")
    assert dated(document, candidate) == [("2025-03-03", "3 March 2025", DateMeaning.EFFECTIVE)]


def test_without_chosen_words_there_is_no_date(make_document, make_candidate):
    document = make_document("Ann Lee left OpenAI on 3 March 2025.", ["Ann Lee"], ["OpenAI"])
    assert dated(document, make_candidate(document, Event.DEPARTURE, "left")) == [None]


def test_vague_words_date_nothing(make_document, make_candidate):
    document = make_document("近日，李明离开OpenAI。", ["李明"], ["OpenAI"], language="zh", published=PUBLISHED)
    candidate = make_candidate(document, Event.DEPARTURE, "离开", date_words="近日")
    assert candidate.date is not None
    assert dated(document, candidate) == [None]


def test_a_day_without_a_year_stays_one(make_document, make_candidate):
    document = make_document("李明于2月9日离开OpenAI。", ["李明"], ["OpenAI"], language="zh")
    candidate = make_candidate(document, Event.DEPARTURE, "离开", date_words="2月9日")
    assert dated(document, candidate) == [("XXXX-02-09", "2月9日", DateMeaning.EFFECTIVE)]


def test_later_counts_from_the_nearest_date_told_before(make_document, make_candidate):
    text = "Ann Lee left OpenAI on 3 March 2025. Three weeks later Bob Ray joined Anthropic."
    document = make_document(text, ["Ann Lee", "Bob Ray"], ["OpenAI", "Anthropic"], published=PUBLISHED)
    left = make_candidate(document, Event.DEPARTURE, "left", date_words="3 March 2025")
    joined = make_candidate(document, Event.HIRE, "joined", person=1, organization=1, date_words="Three weeks later")
    assert dated(document, left, joined)[1] == ("2025-03-24~", "Three weeks later", DateMeaning.EFFECTIVE)


def test_later_counts_from_the_persons_last_event_where_no_date_is_near(make_document, make_candidate):
    text = (
        "Ann Lee left OpenAI on 3 March 2025. " + "It rained. " * 200 + "Three weeks later Ann Lee joined Anthropic."
    )
    document = make_document(text, ["Ann Lee"], ["OpenAI", "Anthropic"], published=PUBLISHED)
    left = make_candidate(document, Event.DEPARTURE, "left", date_words="3 March 2025")
    joined = make_candidate(document, Event.HIRE, "joined", organization=1, date_words="Three weeks later")
    first, second = claim_dates(document, [left, joined])
    assert (second.date.edtf, second.anchor) == ("2025-03-24~", first.date)


def test_a_length_of_stay_gives_the_start_of_a_stint_that_ended(make_document, make_candidate):
    text = "李明入职OpenAI不到11个月。他于2025年9月19日离开OpenAI。"
    document = make_document(text, ["李明"], ["OpenAI"], language="zh", published=date(2025, 10, 1))
    hire = make_candidate(document, Event.HIRE, "入职")
    departure = make_candidate(document, Event.DEPARTURE, "离开", date_words="2025年9月19日")
    start, end = claim_dates(document, [hire, departure])
    assert (start.date.edtf, start.text, start.anchor) == ("2024-10~", "不到11个月", end.date)
    assert dated(document, hire) == [None]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("On 3 March 2025 Ann Lee announced that she had left OpenAI.", DateMeaning.ANNOUNCED),
        ("Ann Lee had left OpenAI by 3 March 2025.", DateMeaning.EFFECTIVE),
    ],
)
def test_a_word_of_telling_beside_the_date_makes_it_the_announcements(make_document, make_candidate, text, meaning):
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    candidate = make_candidate(document, Event.DEPARTURE, "left", date_words="3 March 2025")
    assert dated(document, candidate) == [("2025-03-03", "3 March 2025", meaning)]


def test_a_date_ahead_is_when_it_takes_effect(make_document, make_candidate):
    text = "Ann Lee announced that she leaves OpenAI on 3 July 2025."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], published=PUBLISHED)
    candidate = make_candidate(document, Event.DEPARTURE, "leaves", date_words="3 July 2025")
    assert dated(document, candidate) == [("2025-07-03", "3 July 2025", DateMeaning.EFFECTIVE)]
