"""Terms are closed, documented in two languages, and cover the model's enumerations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from labmoves_graph.errors import VocabularyError
from labmoves_graph.model import Event, Status, Verdict
from labmoves_graph.vocabulary import (
    ARTICLE,
    CONCEPT_SCHEMES,
    LM,
    ONTOLOGY_FILE,
    PERSON,
    PROV,
    concept,
    concept_value,
)

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"


def ontology() -> dict[str, list[tuple[str, object]]]:
    described: dict[str, list[tuple[str, object]]] = {}
    for triple in parse(path=ONTOLOGY_FILE, format=RdfFormat.TURTLE):
        described.setdefault(triple.subject.value, []).append((triple.predicate.value, triple.object))
    return described


@pytest.mark.parametrize("namespace", [LM, PROV])
def test_mistyped_term_fails_when_it_is_used(namespace):
    with pytest.raises(VocabularyError, match="evidnce"):
        namespace.evidnce  # noqa: B018


def test_every_own_term_has_label_and_meaning_in_english_and_chinese():
    described = ontology()
    for term in LM:
        of_concept = "-" in term.value.rpartition("#")[2]
        label, meaning = (
            (SKOS + "prefLabel", SKOS + "definition") if of_concept else (RDFS + "label", RDFS + "comment")
        )
        languages = {
            (predicate, value.language) for predicate, value in described[term.value] if isinstance(value, Literal)
        }
        assert languages >= {(label, "en"), (label, "zh"), (meaning, "en"), (meaning, "zh")}, term


def test_concepts_of_the_ontology_are_exactly_the_values_of_the_model():
    of_model = {f"{scheme}-{value}" for kind, scheme in CONCEPT_SCHEMES.items() for value in kind}
    of_ontology = {term.value.rpartition("#")[2] for term in LM if "-" in term.value.rpartition("#")[2]}
    assert of_ontology == of_model


def test_every_mapping_leads_to_a_vocabulary_that_the_design_names():
    named = ("w3id.org/labmoves", "www.w3.org/ns/", "www.w3.org/2002/07/owl", "www.w3.org/2004/02/skos", "schema.org")
    named += ("www.w3.org/2001/XMLSchema", "id.loc.gov/datatypes/edtf")
    targets = {value.value for facts in ontology().values() for _, value in facts if isinstance(value, NamedNode)}
    assert [target for target in sorted(targets) if not any(name in target for name in named)] == []
    used = {name for name in named for target in targets if name in target}
    assert used == set(named)


def test_concept_and_value_are_inverse():
    for kind in CONCEPT_SCHEMES:
        for value in kind:
            assert concept_value(kind, concept(value)) is value


def test_concept_of_another_scheme_is_refused():
    assert concept(Status.PLANNED) != concept(Verdict.PLANNED)
    with pytest.raises(VocabularyError, match="no Event"):
        concept_value(Event, concept(Status.PLANNED))


@given(st.text())
def test_any_id_becomes_an_iri_and_comes_back(entity_id):
    assert PERSON.id(PERSON.iri(entity_id)) == entity_id


def test_ids_that_paths_treat_specially_keep_their_own_iris():
    ids = ["", ".", "..", "a/b", "a%2Fb", "a b", "姚顺宇", "a?b#c"]
    assert len({ARTICLE.iri(entity_id).value for entity_id in ids}) == len(ids)
    assert {ARTICLE.iri(entity_id).value.count("/") for entity_id in ids} == {ARTICLE.prefix.count("/")}


def test_iri_of_another_kind_is_refused():
    with pytest.raises(VocabularyError, match="person/"):
        PERSON.id(ARTICLE.iri("a1"))
