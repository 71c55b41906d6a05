"""Reasons: clauses cut out of the text, of the right sentences, each kind once."""

import pytest

from labmoves_graph.model import Event, ReasonCategory
from labmoves_ingest.clauses import clauses, speaks_of_leaving
from labmoves_ingest.passages import NamelessView
from labmoves_ingest.reasons import MOST, ReasonFeatures, ReasonFinder

FINDERS = {language: ReasonFinder(language) for language in ("en", "zh")}


def found_in(document, candidate):
    return FINDERS[document.language].find(NamelessView.of(document), candidate)


def cut(document, sentence=0, person=0):
    found = clauses(document, sentence, person, speaks_of_leaving(document))
    return [(document.text[c.start : c.end], c.offset) for c in found]


def test_clauses_are_cut_at_punctuation_and_say_how_far_they_are(make_document):
    document = make_document("Before. Ann Lee left Acme, she said (quietly). It was time.", ["Ann Lee"], ["Acme"])
    assert cut(document, 1) == [
        ("Before", -1),
        ("Ann Lee left Acme", 0),
        ("she said", 0),
        ("quietly", 0),
        ("It was time", 1),
    ]


def test_clauses_end_where_another_person_is_spoken_of(make_document):
    document = make_document("Ann Lee left. It was time. Bob Ray was tired. Pay was low.", ["Ann Lee", "Bob Ray"])
    assert [words for words, _ in cut(document)] == ["Ann Lee left", "It was time"]


def test_sentences_that_speak_of_the_reasons_count_from_afar(make_document):
    filler = "It rained. " * 6
    text = f"Ann Lee left Acme. {filler}The reason for her departure was pay."
    assert cut(make_document(text, ["Ann Lee"], ["Acme"]))[-1] == ("The reason for her departure was pay", 9)


def test_the_reasons_of_another_person_do_not(make_document):
    filler = "It rained. " * 6
    text = f"Ann Lee left Acme. {filler}Bob Ray came. The reason for his departure was pay."
    assert 9 not in [offset for _, offset in cut(make_document(text, ["Ann Lee", "Bob Ray"], ["Acme"]))]


@pytest.mark.parametrize(
    ("language", "text", "person", "trigger", "expected"),
    [
        ("zh", "李明因健康原因从OpenAI离职。", "李明", "离职", (ReasonCategory.HEALTH_OR_BURNOUT, None)),
        ("zh", "李明因健康原因从OpenAI离职，这占四成。", "李明", "离职", (ReasonCategory.HEALTH_OR_BURNOUT, 0.4)),
        (
            "en",
            "Ann Lee left OpenAI to spend more time with her family.",
            "Ann Lee",
            "left",
            (ReasonCategory.PERSONAL_OR_FAMILY, None),
        ),
    ],
)
def test_a_plain_reason_is_found_with_its_words_and_share(
    make_document, make_candidate, language, text, person, trigger, expected
):
    document = make_document(text, [person], ["OpenAI"], language=language)
    found = found_in(document, make_candidate(document, Event.DEPARTURE, trigger))
    assert [(reason.category, reason.share) for reason in found] == [expected]
    assert found[0].quote in text


def test_a_bare_departure_has_no_reason(make_document, make_candidate):
    document = make_document("Ann Lee left OpenAI on Monday.", ["Ann Lee"], ["OpenAI"])
    assert found_in(document, make_candidate(document, Event.DEPARTURE, "left")) == ()


def test_reasons_are_few_and_of_different_kinds(make_document, make_candidate):
    text = "李明因健康原因、因家庭原因、因薪酬太低、因安全理念不合、因与上司不和、为了创业、为了读博，从OpenAI离职。"
    document = make_document(text, ["李明"], ["OpenAI"], language="zh")
    found = found_in(document, make_candidate(document, Event.DEPARTURE, "离职"))
    assert 1 <= len(found) <= MOST
    assert len({reason.category for reason in found}) == len(found)
    assert all(reason.quote in text for reason in found)


def test_features_are_columns_each_once_whoever_it_is(make_document):
    columns = []
    for name in ("Ann", "Bob"):
        document = make_document(f"{name} left OpenAI because of safety.", [name], ["OpenAI"])
        [clause] = list(clauses(document, 0, 0, []))
        columns.append(ReasonFeatures("en").columns(document, clause, 1, Event.DEPARTURE))
    assert columns[0] == columns[1] == sorted(set(columns[0]))


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Ann Lee left Acme, citing low pay and salary.", True),
        ("Ann Lee left Acme, citing not pay and salary.", False),
    ],
)
def test_what_a_clause_denies_is_no_plain_reason(make_document, text, stated):
    document = make_document(text, ["Ann Lee"], ["Acme"])
    features = ReasonFeatures("en")
    kinds = [features.plain(document, clause, []) for clause in clauses(document, 0, 0, [])]
    assert (ReasonCategory.COMPENSATION in kinds) is stated
