"""Every version of every article ever held, read property by property instead of graph by graph.

    read_history(quads)  ->  the same readings as parsing each graph gives, in a third of the time

An engine spends most of a reading on looking up the texts of IRIs. One query per property has it look up two texts
where a quad has four, and leaves out the triples that follow from others, such as the words of a quote. What that
leaves unseen cannot do harm: a claim's id and a graph's name are hashes of their content, and whatever was read must
give both again.

Errors: StoreCorruptError for a value that is missing, doubled or of another kind, and for a hash that does not fit.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions

from labmoves_graph.claim_rdf import Reading, StoredArticle, content_digest, in_order, parse_reading
from labmoves_graph.clock import parse_instant
from labmoves_graph.errors import LabmovesError, StoreCorruptError
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
    content_hash,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.quad_store import EmbeddedQuadStore, QuadStore
from labmoves_graph.vocabulary import (
    ARTICLE_GRAPH,
    CLAIM,
    EVIDENCE,
    EXTRACTOR,
    LM,
    MOVES_GRAPH,
    OA,
    ORGANIZATION,
    PERSON,
    PROV,
    SCHEMA,
    EntityIris,
    concept_value,
)

__all__ = ["property_values", "read_history"]

Value = TypeVar("Value")
ConceptT = TypeVar("ConceptT", bound=StrEnum)
_Column = list[str | None]

#: Threads that ask the engine: it spends two thirds of a reading on its answers, and each of them is held as text.
ASKERS = 2

_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", '"': '"', "\\": "\\"}
_ESCAPED = re.compile(r'\\([tnr"\\])')

_PROPERTY = "SELECT ?subject ?value {{ GRAPH ?graph {{ ?subject {} ?value }} FILTER(?graph != {}) }}"
_CLAIMS = f"SELECT ?graph ?claim {{ GRAPH ?graph {{ ?claim a {LM.Claim} }} }}"
#: A line of TSV: the subject as IRI, and the value as it stands there, whose line breaks are escaped.
_LINE = "^<{}([^>]*){}>\t(.*)$"
_REASONS = f"""
SELECT ?claim ?position ?category ?quote ?share ?by {{ GRAPH ?graph {{
  ?claim {LM.reason} ?reason . ?reason {LM.position} ?position ; {LM.category} ?category ; {LM.quote} ?quote .
  OPTIONAL {{ ?reason {LM.share} ?share }} OPTIONAL {{ ?reason {LM.saidBy} ?by }}
}} FILTER(?graph != {MOVES_GRAPH}) }}
"""


def read_history(quads: QuadStore) -> Iterator[Reading]:
    """Every version with its claims, by article id, then graph. Raises StoreCorruptError."""
    learnt = _answer(quads, PROV.generatedAtTime)
    stored = _stored_articles(quads, learnt)
    ids_of: dict[str, list[str]] = {version.graph: [] for version in stored}
    for graph, claim in _pairs_in(_tsv(quads, _CLAIMS), ARTICLE_GRAPH.prefix, ""):
        if graph not in ids_of:
            raise _corrupt(f"graph {graph}", "it holds claims and names no article")
        ids_of[graph].append(CLAIM.id(NamedNode(_text(claim))))
    relearnt: set[str] = set()
    articles = {claim_id: v.article for v in stored for claim_id in ids_of[v.graph]}
    claims = _claims(quads, articles, learnt, relearnt)
    for version in sorted(stored, key=lambda v: (v.article.id, v.graph)):
        found = {claim_id: claims[claim_id] for claim_id in ids_of[version.graph]}
        if content_hash(content_digest(version.article, found), version.previous) != version.graph:
            raise _corrupt(f"graph {version.graph}", "its name is not the hash of its content")
        if relearnt.isdisjoint(found):
            yield Reading(version, in_order(found))
        else:
            yield parse_reading(quads.match(graph=ARTICLE_GRAPH.iri(version.graph)))


def property_values(quads: QuadStore, predicate: NamedNode, kind: EntityIris) -> dict[str, str]:
    """Id of the subject -> text of its value, for the subjects of that kind. Raises StoreCorruptError."""
    found: dict[str, str] = {}
    for subject, text in _pairs(quads, predicate, kind.prefix):
        if found.setdefault(subject, text) != text:
            raise _corrupt(subject, f"{predicate.value} has two values")
    return found


def _pairs(quads: QuadStore, predicate: NamedNode, prefix: str) -> Iterator[tuple[str, str]]:
    """Subject without the prefix and value of every triple of that property outside the moves graph."""
    if isinstance(quads, EmbeddedQuadStore):
        for subject, value in _pairs_in(_answer(quads, predicate), prefix, ""):
            yield subject, _text(value)
        return
    for quad in quads.match(predicate=predicate):
        node, term = quad.subject, quad.object
        if quad.graph_name == MOVES_GRAPH or not isinstance(node, NamedNode) or not node.value.startswith(prefix):
            continue
        if isinstance(term, NamedNode | Literal):
            yield node.value[len(prefix) :], term.value


def _answer(quads: QuadStore, predicate: NamedNode) -> bytes:
    """Subject and value of every triple of that property outside the moves graph, as TSV."""
    return _tsv(quads, _PROPERTY.format(predicate, MOVES_GRAPH))


def _tsv(quads: QuadStore, query: str) -> bytes:
    """The answer as TSV, which comes in two thirds of the time that the terms take one by one."""
    return _solutions(quads, query).serialize(format=QueryResultsFormat.TSV) or b""


def _pairs_in(answer: bytes, prefix: str, suffix: str) -> list[tuple[str, str]]:
    """Subject without prefix and suffix, and value as TSV has it; other subjects are left out.

    One pattern over the whole answer: taking its lines apart one by one took three times as long.
    """
    line = re.compile(_LINE.format(re.escape(prefix), re.escape(suffix)), re.MULTILINE)
    found: list[tuple[str, str]] = line.findall(answer.decode("utf-8"))
    return found


def _text(term: str) -> str:
    """The text of an IRI or a literal as SPARQL's TSV has it: <iri>, "text"^^<type>, or a bare number."""
    if term[0] == '"':
        text = term[1 : term.rindex('"')]
        return _ESCAPED.sub(lambda match: _ESCAPES[match[1]], text) if "\\" in text else text
    return term[1:-1] if term[0] == "<" else term


def _rows(quads: QuadStore, query: str) -> Iterator[list[str | None]]:
    """The answers to a query, each value as its text."""
    for solution in _solutions(quads, query):
        yield [term.value if isinstance(term, NamedNode | Literal) else None for term in solution]


def _solutions(quads: QuadStore, query: str) -> QuerySolutions:
    solutions = quads.query(query)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError("not a SELECT query")
    return solutions


def _columns(quads: QuadStore, ids: Collection[str], wanted: Sequence[tuple[NamedNode, str, str]]) -> list[_Column]:
    """The values of each property, whose subjects have that prefix and suffix, for these ids, in their order.

    The engine works outside Python, so other threads ask it while the answers that it gave are read here.
    """
    columns = []
    with ThreadPoolExecutor(ASKERS) as threads:
        waiting: deque[Future[bytes]] = deque()
        left = iter(wanted)
        for predicate, prefix, suffix in wanted:
            waiting += [threads.submit(_answer, quads, each) for each, *_ in islice(left, ASKERS + 1 - len(waiting))]
            pairs = _pairs_in(waiting.popleft().result(), prefix, suffix)
            columns.append(_column(pairs, ids, predicate, None))
    return columns


def _column(
    pairs: list[tuple[str, str]], ids: Collection[str], predicate: NamedNode, several: set[str] | None
) -> _Column:
    """The values by id; equal texts share memory. several: takes the subjects with more than one value."""
    found = dict(pairs)
    if len(found) < len(pairs):  # several versions of an article make some claims
        for subject, _ in set(pairs) - found.items():
            if subject in ids:
                if several is None:
                    raise _corrupt(subject, f"{predicate.value} has two values")
                several.add(subject)
    texts: dict[str | None, str | None] = {value: _text(value) for value in set(found.values())}
    texts[None] = None
    return [texts[value] for value in map(found.get, ids)]


def _stored_articles(quads: QuadStore, learnt: bytes) -> list[StoredArticle]:
    """learnt: when everything was learnt, as the engine answers."""
    ids = property_values(quads, LM.articleId, ARTICLE_GRAPH)
    properties = (
        *(SCHEMA.articleBody, SCHEMA.headline, SCHEMA.url, LM.publisher, SCHEMA.datePublished, SCHEMA.inLanguage),
        *(PROV.invalidatedAtTime, LM.retractedBecause, PROV.wasRevisionOf),
    )
    recorded = _column(_pairs_in(learnt, ARTICLE_GRAPH.prefix, ""), ids.keys(), PROV.generatedAtTime, None)
    columns = [recorded, *_columns(quads, ids.keys(), [(each, ARTICLE_GRAPH.prefix, "") for each in properties])]
    return [_built(_stored_article, row[0], row[1:]) for row in zip(ids, ids.values(), *columns, strict=True)]


def _stored_article(
    graph: str,
    article_id: str,
    recorded_at: str | None,
    body: str | None,
    headline: str | None,
    url: str | None,
    publisher: str | None,
    published: str | None,
    language: str | None,
    invalidated_at: str | None,
    retracted_because: str | None,
    previous: str | None,
) -> StoredArticle:
    return StoredArticle(
        Article(
            id=article_id,
            text=_needed(body),
            title=headline or "",
            url=url or "",
            publisher=publisher or "",
            published=_optional(date.fromisoformat, published),
            language=_optional(Language, language),
        ),
        graph=graph,
        recorded_at=parse_instant(_needed(recorded_at)),
        invalidated_at=_optional(parse_instant, invalidated_at),
        retracted_because=retracted_because,
        previous=_optional(lambda iri: ARTICLE_GRAPH.id(NamedNode(iri)), previous),
    )


def _claims(quads: QuadStore, articles: Mapping[str, Article], learnt: bytes, relearnt: set[str]) -> dict[str, Claim]:
    """Claim id -> claim. articles: claim id -> the article that makes it. learnt: as the engine answers.

    relearnt: takes the claims that an article gave up and made again, which have another record time in each version.
    """
    properties = (
        *(LM.event, LM.personName, LM.organizationName, LM.status, LM.person, LM.organization, LM.role),
        *(LM.date, LM.dateText, LM.dateMeaning, LM.manner, LM.saidBy, LM.confidence),
        *(PROV.wasAttributedTo, LM.sourceUrl),
    )
    # The words of a quote follow from its place in the text; the claim's id tells if they are not those.
    ends = ((OA.start, "-position"), (OA.end, "-position"))
    wanted = [(each, CLAIM.prefix, "") for each in properties] + [(each, EVIDENCE.prefix, end) for each, end in ends]
    ids = articles.keys()
    recorded = _column(_pairs_in(learnt, CLAIM.prefix, ""), ids, PROV.generatedAtTime, relearnt)
    columns = [recorded, *_columns(quads, ids, wanted)]
    reasons = _reasons(quads)
    claims = {}
    for claim_id, article, *values in zip(ids, articles.values(), *columns, strict=True):
        claim = _built(_claim, claim_id, (article, reasons.get(claim_id, ()), *values))
        if claim.id != claim_id:
            raise _corrupt(f"claim {claim_id}", "its id is not the hash of its content")
        claims[claim_id] = claim
    return claims


def _claim(
    _: str,
    article: Article,
    reasons: tuple[Reason, ...],
    recorded_at: str | None,
    event: str | None,
    person: str | None,
    organization: str | None,
    status: str | None,
    person_id: str | None,
    organization_id: str | None,
    role: str | None,
    when: str | None,
    date_text: str | None,
    date_meaning: str | None,
    manner: str | None,
    said_by: str | None,
    confidence: str | None,
    extractor: str | None,
    source_url: str | None,
    start: str | None,
    end: str | None,
) -> Claim:
    return Claim(
        article_id=article.id,
        event=_concept(Event, _needed(event)),
        person=_needed(person),
        organization=_needed(organization),
        status=_concept(Status, _needed(status)),
        evidence=_evidence(article.text, int(start), int(_needed(end))) if start is not None else None,
        person_id=_optional(_person_id, person_id),
        organization_id=_optional(_organization_id, organization_id),
        role=role,
        date=_optional(PartialDate.parse, when),
        date_text=date_text,
        date_meaning=_concept(DateMeaning, date_meaning) if date_meaning is not None else None,
        manner=_concept(Manner, manner) if manner is not None else None,
        said_by=said_by,
        reasons=reasons,
        confidence=float(_needed(confidence)),
        extractor=_extractor_id(_needed(extractor)),
        source_url=source_url or "",
        recorded_at=_optional(parse_instant, recorded_at),
    )


def _evidence(text: str, start: int, end: int) -> Evidence:
    return Evidence(start, end, text[start:end])


def _reasons(quads: QuadStore) -> dict[str, tuple[Reason, ...]]:
    """Claim id -> its reasons in their order."""
    placed: dict[str, dict[int, Reason]] = defaultdict(dict)
    for claim, position, *values in _rows(quads, _REASONS):
        claim_id, place = CLAIM.id(NamedNode(_needed(claim))), int(_needed(position))
        reason = _built(_reason, claim_id, values)
        if placed[claim_id].setdefault(place, reason) != reason:
            raise _corrupt(f"claim {claim_id}", f"two reasons have position {place}")
    return {claim_id: tuple(found[place] for place in sorted(found)) for claim_id, found in placed.items()}


def _reason(_: str, category: str | None, quote: str | None, share: str | None, said_by: str | None) -> Reason:
    return Reason(_concept(ReasonCategory, _needed(category)), _needed(quote), _optional(float, share), said_by)


@lru_cache(maxsize=1024)
def _concept(kind: type[ConceptT], iri: str) -> ConceptT:
    return concept_value(kind, NamedNode(iri))


@lru_cache(maxsize=65536)
def _person_id(iri: str) -> str:
    return PERSON.id(NamedNode(iri))


@lru_cache(maxsize=65536)
def _organization_id(iri: str) -> str:
    return ORGANIZATION.id(NamedNode(iri))


@lru_cache(maxsize=1024)
def _extractor_id(iri: str) -> str:
    return EXTRACTOR.id(NamedNode(iri))


def _needed(text: str | None) -> str:
    if text is None:
        raise ValueError("a value is missing")
    return text


def _optional(read: Callable[[str], Value], text: str | None) -> Value | None:
    return read(text) if text is not None else None


def _built(make: Callable[..., Value], name: str, values: Iterable[object]) -> Value:
    """What is made of the values; whatever is wrong with them is said of that subject."""
    try:
        return make(name, *values)
    except (LabmovesError, ValueError) as error:
        raise _corrupt(name, str(error)) from error


def _corrupt(subject: str, problem: str) -> StoreCorruptError:
    return StoreCorruptError(f"{subject}: {problem}; run `labmoves verify`, then restore a backup")
