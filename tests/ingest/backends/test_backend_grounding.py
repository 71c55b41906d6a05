"""Grounding, whatever the text and whatever the answer: no claim holds a string that the article does not."""

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from labmoves_graph.model import Article, Event, Language, Manner, Person, ReasonCategory, Status
from labmoves_graph.registry import Registry
from labmoves_ingest.backends.answer import Answer, StatedClaim, StatedReason
from labmoves_ingest.backends.copied_words import CopiedWords
from labmoves_ingest.backends.grounding import Grounder
from labmoves_ingest.backends.prompt import parts
from labmoves_ingest.tokens import fold

SIGNS = "Ann Lee离开李 Inc.。\n\t “”'’()·…-—0123年月５Ａ\u200b\u202e🙂é"
TEXTS = st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=("Cs",)), max_size=120)


def same(words):
    """The words as they are compared: script, width, case, dashes and white space apart."""
    return re.sub("[‐‑‒–—―−]", "-", fold(words)).split()


@st.composite
def texts_with_cuttings(draw):
    """A text, and something that draws words which are often cut from it."""
    text = draw(TEXTS)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    return text, places.map(lambda place: text[place[0] : place[1]]) | TEXTS


@st.composite
def texts_with_answers(draw):
    text, words = draw(texts_with_cuttings())
    reasons = st.builds(
        StatedReason,
        category=st.sampled_from(ReasonCategory),
        quote=words,
        share=st.none() | st.floats(),
        said_by=st.none() | words,
    )
    claims = st.builds(
        StatedClaim,
        event=st.sampled_from(Event),
        person=words,
        organization=words,
        role=st.none() | words,
        date_words=st.none() | words,
        manner=st.none() | st.sampled_from(Manner),
        status=st.sampled_from(Status),
        said_by=st.none() | words,
        reasons=st.lists(reasons, max_size=2),
        evidence=words,
    )
    answer = Answer(claims=draw(st.lists(claims, max_size=4)))
    longest = draw(st.integers(1, 150))
    return text, [(part, answer) for part in parts(text, longest)]


@settings(max_examples=150, deadline=None)
@given(texts_with_cuttings(), st.data())
def test_words_are_found_where_they_stand_and_nowhere_else(cuttings, data):
    text, words = cuttings
    wanted = data.draw(words)
    for place in CopiedWords(text, 0, len(text)).places(wanted):
        assert same(place.of(text)) == same(wanted)


@settings(max_examples=150, deadline=None)
@given(texts_with_answers())
def test_no_claim_holds_what_the_article_does_not(reading):
    text, answers = reading
    article = Article("a", text, published=date(2025, 1, 1))
    grounding = Grounder(Registry.of([], []), "x/1", 0.5).ground(article, answers)
    for claim in grounding.claims:
        assert claim.evidence.holds_in(text)
        strings = [claim.person, claim.organization, claim.role, claim.date_text, claim.said_by]
        strings += [string for reason in claim.reasons for string in (reason.quote, reason.said_by)]
        assert [string for string in strings if string is not None and string not in text] == []
        assert all(reason.share is None or 0 < reason.share <= 1 for reason in claim.reasons)
        assert (claim.date is None) == (claim.date_text is None)
    stated = sum(len(answer.claims) for _, answer in answers)
    assert len(grounding.claims) <= stated


def test_a_common_name_is_nobody_in_particular():
    cox = Person("cox", "Christopher Cox", {Language.EN: ("Chris Cox",)}, ambiguous=("Chris Cox",))
    text = "Chris Cox left Brightwater. Christopher Cox left Brightwater."
    stated = [
        StatedClaim(
            event=Event.DEPARTURE,
            person=name,
            organization="Brightwater",
            status=Status.CONFIRMED,
            evidence=f"{name} left Brightwater.",
        )
        for name in ("Chris Cox", "Christopher Cox")
    ]
    article = Article("a", text, published=date(2025, 1, 1), language=Language.EN)
    (part,) = parts(text, 1000)
    grounding = Grounder(Registry.of([], [cox]), "x/1", 0.5).ground(article, [(part, Answer(claims=stated))])
    assert [claim.person_id for claim in grounding.claims] == [None, "cox"]
