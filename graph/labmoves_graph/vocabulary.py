"""Every IRI that the graph uses: terms, named graphs and entities.

Own terms come from ontology.ttl, which is read when this module is imported; those of other vocabularies are
listed here. A term that is in neither cannot be spelled: `LM.evidnce` raises VocabularyError instead of writing
a triple that no query will find.

    LM.personName                        -> NamedNode https://w3id.org/labmoves/ns#personName
    concept(Event.HIRE)                  -> NamedNode https://w3id.org/labmoves/ns#event-hire
    PERSON.iri("yao-shunyu-physics")     -> NamedNode https://w3id.org/labmoves/person/yao-shunyu-physics
    PERSON.id(node)                      -> "yao-shunyu-physics"

Ids are opaque: any text becomes an IRI and comes back unchanged, and nothing reads a meaning out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode, RdfFormat, parse

from labmoves_graph.errors import VocabularyError
from labmoves_graph.model import (
    DateMeaning,
    Event,
    JudgementKind,
    Manner,
    ReasonCategory,
    Status,
    Verdict,
)

__all__ = [
    "ARTICLE",
    "ARTICLE_GRAPH",
    "BASE",
    "CHANGE",
    "CLAIM",
    "CONCEPT_SCHEMES",
    "DC",
    "EDTF",
    "ENTITIES_GRAPH",
    "EVIDENCE",
    "EXTRACTOR",
    "JUDGEMENT",
    "JUDGEMENTS_GRAPH",
    "LM",
    "MOVE",
    "MOVES_GRAPH",
    "OA",
    "ONTOLOGY_FILE",
    "ORG",
    "ORGANIZATION",
    "OWL",
    "PERSON",
    "PREFIXES",
    "PROV",
    "RDF",
    "REASON",
    "RUN",
    "SCHEMA",
    "SKOS",
    "TENURE",
    "TRANSITION",
    "XSD",
    "EntityIris",
    "Namespace",
    "concept",
    "concept_value",
]

BASE = "https://w3id.org/labmoves/"
ONTOLOGY_FILE = Path(__file__).with_name("ontology.ttl")

_LM = f"{BASE}ns#"
_PLAIN_ID = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", re.A)
ConceptT = TypeVar("ConceptT", bound=StrEnum)


class Namespace:
    """A closed set of terms under one IRI, their names given with spaces between.

    Asking for any other term raises VocabularyError.
    """

    def __init__(self, iri: str, names: str) -> None:
        self.iri = iri
        self._terms = {name: NamedNode(iri + name) for name in names.split()}
        # As plain attributes they cost a load what a variable costs; __getattr__ sees only what is missing.
        self.__dict__.update(self._terms)

    def __getitem__(self, name: str) -> NamedNode:
        """The term of that local name. Raises VocabularyError."""
        try:
            return self._terms[name]
        except KeyError:
            raise VocabularyError(f"{self.iri} has no term {name!r} here; check its spelling or add it") from None

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[NamedNode]:
        return iter(self._terms.values())

    def __contains__(self, term: NamedNode) -> bool:
        return term.value.startswith(self.iri) and term.value[len(self.iri) :] in self._terms


def _ontology_names() -> str:
    triples = parse(path=ONTOLOGY_FILE, format=RdfFormat.TURTLE)
    subjects = dict.fromkeys(t.subject.value for t in triples if isinstance(t.subject, NamedNode))
    return " ".join(iri[len(_LM) :] for iri in subjects if iri.startswith(_LM))


LM = Namespace(_LM, _ontology_names())
DC = Namespace("http://purl.org/dc/terms/", "source")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/", "EDTF-level1")
OA = Namespace(
    "http://www.w3.org/ns/oa#",
    "SpecificResource TextPositionSelector TextQuoteSelector end exact hasSelector hasSource start",
)
ORG = Namespace(
    "http://www.w3.org/ns/org#",
    "ChangeEvent changedBy member organization originalOrganization resultedFrom resultingOrganization"
    " subOrganizationOf",
)
OWL = Namespace("http://www.w3.org/2002/07/owl#", "differentFrom sameAs")
PROV = Namespace(
    "http://www.w3.org/ns/prov#",
    "SoftwareAgent endedAtTime generatedAtTime invalidatedAtTime specializationOf used"
    " wasAssociatedWith wasAttributedTo wasDerivedFrom wasGeneratedBy wasRevisionOf",
)
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type")
SCHEMA = Namespace("https://schema.org/", "articleBody datePublished headline inLanguage url")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#", "altLabel note prefLabel")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#", "boolean date dateTime double integer string")

#: Prefixes of exports and of SPARQL that people write.
PREFIXES = {
    "dcterms": DC.iri,
    "edtf": EDTF.iri,
    "lm": LM.iri,
    "oa": OA.iri,
    "org": ORG.iri,
    "owl": OWL.iri,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "schema": SCHEMA.iri,
    "skos": SKOS.iri,
    "xsd": XSD.iri,
}


class EntityIris:
    """IRIs of one kind of entity: any id becomes one and comes back unchanged."""

    def __init__(self, kind: str) -> None:
        self.prefix = f"{BASE}{kind}/"

    def iri(self, entity_id: str) -> NamedNode:
        """The IRI of that id."""
        if _PLAIN_ID.fullmatch(entity_id):
            return NamedNode(self.prefix + entity_id)
        # A path segment of dots alone would mean another folder to whoever resolves the IRI.
        local = quote(entity_id, safe="") if entity_id.strip(".") else entity_id.replace(".", "%2E")
        return NamedNode(self.prefix + local)

    def id(self, node: NamedNode) -> str:
        """The id that gave this IRI. Raises VocabularyError for an IRI of another kind."""
        if node not in self:
            raise VocabularyError(f"{node} is no IRI under {self.prefix}; pass one that this kind made")
        return unquote(node.value[len(self.prefix) :], errors="strict")

    def __contains__(self, node: object) -> bool:
        return isinstance(node, NamedNode) and node.value.startswith(self.prefix)


PERSON = EntityIris("person")
ORGANIZATION = EntityIris("organization")
CHANGE = EntityIris("change")
ARTICLE = EntityIris("article")
CLAIM = EntityIris("claim")
EVIDENCE = EntityIris("evidence")
REASON = EntityIris("reason")
EXTRACTOR = EntityIris("extractor")
RUN = EntityIris("run")
MOVE = EntityIris("move")
TRANSITION = EntityIris("transition")
TENURE = EntityIris("tenure")
JUDGEMENT = EntityIris("judgement")

ARTICLE_GRAPH = EntityIris("graph/article")
ENTITIES_GRAPH = NamedNode(f"{BASE}graph/entities")
JUDGEMENTS_GRAPH = NamedNode(f"{BASE}graph/judgements")
MOVES_GRAPH = NamedNode(f"{BASE}graph/moves")

#: The enumerations of the model and the prefix of their concepts in the ontology.
CONCEPT_SCHEMES: dict[type[StrEnum], str] = {
    DateMeaning: "dateMeaning",
    Event: "event",
    JudgementKind: "judgement",
    Manner: "manner",
    ReasonCategory: "reason",
    Status: "status",
    Verdict: "verdict",
}
_CONCEPTS = {(kind, value): LM[f"{scheme}-{value}"] for kind, scheme in CONCEPT_SCHEMES.items() for value in kind}
_VALUES = {(kind, node.value): value for (kind, value), node in _CONCEPTS.items()}


def concept(value: StrEnum) -> NamedNode:
    """The SKOS concept of a value of the model's enumerations. Raises VocabularyError for any other value."""
    try:
        return _CONCEPTS[type(value), value]
    except KeyError:
        raise VocabularyError(f"{value!r} is no value of the model's enumerations; use one of those") from None


def concept_value(kind: type[ConceptT], node: NamedNode) -> ConceptT:
    """The value of `kind` that a concept stands for. Raises VocabularyError for any other node."""
    value = _VALUES.get((kind, node.value))
    if not isinstance(value, kind):
        raise VocabularyError(f"{node} is no {kind.__name__}; expected one of the concepts of that scheme")
    return value
