"""The compiled check finds what pySHACL finds, rejects with words, and knows every constraint in shapes.ttl."""

from datetime import UTC, date, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from labmoves_graph import shape_validation
from labmoves_graph.claim_rdf import Reading, reading_quads
from labmoves_graph.errors import ArticleError, StoreError
from labmoves_graph.model import (
    Article,
    Claim,
    DateMeaning,
    Event,
    Evidence,
    Language,
    Manner,
    Reason,
    ReasonCategory,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.shape_validation import SHAPES_FILE, Violation, check_shapes, check_with_pyshacl
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import CONCEPT_SCHEMES, LM, OA, RDF, XSD, concept

SH = "http://www.w3.org/ns/shacl#"


def full_graph() -> list[Quad]:
    """One article and one claim with every optional property present."""
    claim = Claim(
        article_id="a",
        event=Event.DEPARTURE,
        person="姚顺宇",
        organization="Anthropic",
        status=Status.CONFIRMED,
        evidence=Evidence(0, 3, "姚顺宇"),
        person_id="yao",
        organization_id="anthropic",
        role="研究员",
        date=PartialDate.parse("2025-09"),
        date_text="9月",
        date_meaning=DateMeaning.EFFECTIVE,
        manner=Manner.RESIGNED,
        said_by="姚顺宇",
        reasons=(Reason(ReasonCategory.VALUES_OR_POLITICS, "四成", 0.4, "姚顺宇"),),
        confidence=0.9,
        extractor="rules/3",
        source_url="https://example.org/a",
    )
    article = Article(
        "a", "姚顺宇离开Anthropic", "题", "https://example.org/a", "报", date(2025, 10, 8), Language.ZH_HANS
    )
    first = Reading.of(article, [], datetime(2026, 1, 1, tzinfo=UTC))
    return reading_quads(Reading.of(article, [claim], datetime(2026, 1, 2, tzinfo=UTC), first))


FULL = full_graph()

#: Values that break one constraint or another, whatever the property.
WRONG_VALUES = [
    NamedNode("https://example.org/elsewhere"),
    Literal(""),
    Literal("not a number"),
    Literal("neun", datatype=XSD.integer),
    Literal(-3),
    Literal(1.5),
    Literal("2025-02-30", datatype=XSD.date),
    Literal("9999-12-31", datatype=XSD.date),
    Literal("yesterday", datatype=XSD.dateTime),
    Literal("词", language="zh"),
]


def replaced(place: int, value: NamedNode | Literal) -> list[Quad]:
    old = FULL[place]
    return [*FULL[:place], Quad(old.subject, old.predicate, value, old.graph_name), *FULL[place + 1 :]]


def assert_same_findings(quads: list[Quad]) -> list[Violation]:
    """Same verdict, same findings; but two values that cannot be compared are out of order for us alone.

    SHACL says so, pySHACL compares their text instead. Their wrong datatype is found by both.
    """
    ours, reference = set(check_shapes(quads)), set(check_with_pyshacl(quads))
    assert bool(ours) == bool(reference)
    assert reference <= ours
    assert {violation.path for violation in ours - reference} <= {LM.earliest.value, OA.start.value}
    return sorted(ours)


def test_full_graph_conforms_for_both():
    assert (check_shapes(FULL), check_with_pyshacl(FULL)) == ([], [])


@pytest.mark.parametrize("place", range(len(FULL)), ids=lambda place: FULL[place].predicate.value.rpartition("/")[2])
def test_a_missing_or_doubled_or_wrong_value_gives_the_findings_of_pyshacl(place):
    old = FULL[place]
    wrong = WRONG_VALUES[place % len(WRONG_VALUES)]
    for broken in (
        [*FULL[:place], *FULL[place + 1 :]],
        [*FULL, Quad(old.subject, old.predicate, wrong, old.graph_name)],
        replaced(place, wrong),
    ):
        assert_same_findings(broken)


@pytest.mark.parametrize("value", WRONG_VALUES, ids=str)
def test_a_wrong_value_anywhere_gives_the_findings_of_pyshacl(value):
    # All literal properties at once: the shapes look at each subject's properties on their own.
    broken = [
        Quad(q.subject, q.predicate, value if isinstance(q.object, Literal) else q.object, q.graph_name) for q in FULL
    ]
    assert len(assert_same_findings(broken)) > 10


def test_a_property_of_another_vocabulary_is_refused_by_both():
    claim = next(q.subject for q in FULL if q.object == LM.Claim)
    stray = Quad(claim, NamedNode("https://w3id.org/labmoves/ns#personNam"), Literal("x"), FULL[0].graph_name)
    found = check_shapes([*FULL, stray])
    assert found == check_with_pyshacl([*FULL, stray])
    assert [violation.path for violation in found] == [stray.predicate.value]


def test_claim_without_evidence_and_without_address_is_refused_by_both():
    broken = [q for q in FULL if q.predicate not in (LM.evidence, LM.sourceUrl)]
    found = check_shapes(broken)
    assert found == check_with_pyshacl(broken)
    assert [violation.message.partition(",")[0] for violation in found] == [
        "a claim has evidence or the address of its source"
    ]


def test_a_rejected_article_leaves_the_store_as_it_was(tmp_path):
    claim = Claim("a", Event.HIRE, "P", "O", Status.CONFIRMED, Evidence(0, 1, "t"))
    strange = Claim(
        "b",
        Event.HIRE,
        "P",
        "O",
        Status.CONFIRMED,
        None,
        source_url="u",
        reasons=(Reason(ReasonCategory.OTHER, "x", 2.0),),
    )
    with ClaimStore.open(tmp_path) as store:
        with store.writer() as writer:
            writer.put_article(Article("a", "t"), [claim])
            with pytest.raises(ArticleError) as rejected:
                writer.put_article(Article("b", "t"), [strange])
        assert list(store.claims()) == [claim]
    assert "a reason's share is at most one number from 0 to 1 (lm:share)" in str(rejected.value)


def test_half_a_character_rejects_the_article_in_words(tmp_path):
    with ClaimStore.open(tmp_path) as store, store.writer() as writer:
        with pytest.raises(ArticleError, match="half a character"):
            writer.put_article(Article("a", "broken \ud83d"), [])
        assert list(store.articles()) == []


def test_violation_reads_as_a_sentence():
    violation = Violation("https://w3id.org/labmoves/claim/9f", LM.status.value, "a claim has one status")
    assert str(violation) == "claim/9f: a claim has one status (lm:status)"


def test_lists_of_the_shapes_are_the_models_enumerations():
    triples = list(parse(path=SHAPES_FILE, format=RdfFormat.TURTLE))
    objects = {(t.subject, t.predicate.value): t.object for t in triples}

    def members(node):
        while node.value != RDF.iri + "nil":
            yield objects[node, RDF.iri + "first"]
            node = objects[node, RDF.iri + "rest"]

    listed = {frozenset(members(t.object)) for t in triples if t.predicate.value == SH + "in"}
    named_in_claims = {"event", "status", "manner", "dateMeaning", "reason"}
    expected = {
        frozenset(concept(value) for value in kind)
        for kind, scheme in CONCEPT_SCHEMES.items()
        if scheme in named_in_claims
    }
    assert listed == expected | {frozenset(Literal(language) for language in Language)}


def test_a_constraint_that_the_compiler_does_not_know_is_an_error(tmp_path, monkeypatch):
    changed = tmp_path / "shapes.ttl"
    text = SHAPES_FILE.read_text(encoding="utf-8")
    changed.write_text(text.replace("sh:minLength 1", "sh:maxLength 1"), encoding="utf-8")
    monkeypatch.setattr(shape_validation, "SHAPES_FILE", changed)
    shape_validation._compiled_shapes.cache_clear()
    try:
        with pytest.raises(StoreError, match="uses sh:maxLength, which"):
            check_shapes(FULL)
    finally:
        shape_validation._compiled_shapes.cache_clear()
