"""Reading the graph: articles, claims and judgements as they stood at an instant of record time.

A View reads one QuadStore and never changes it. `as_of=None` means now: what no newer version and no retraction
has replaced. With an instant, what the store held then: later versions, retractions and judgements are not seen.
Everything comes in a fixed order (article id, then place in the text), so equal stores read equally.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from labmoves_graph.claim_rdf import Reading, StoredArticle, parse_reading, parse_stored_article
from labmoves_graph.errors import NotFoundError, StoreCorruptError
from labmoves_graph.history_columns import read_history
from labmoves_graph.judgement_rdf import parse_judgements
from labmoves_graph.model import Claim, Judgement
from labmoves_graph.quad_store import Answer, EmbeddedQuadStore, QuadStore
from labmoves_graph.rdf_terms import text_literal
from labmoves_graph.record_changes import RecordSize
from labmoves_graph.vocabulary import ARTICLE_GRAPH, CLAIM, JUDGEMENTS_GRAPH, LM, PROV, RDF

__all__ = ["View"]


class View:
    """What one state of the graph says.

    pin: whatever keeps that state on disk; held as long as the view is.
    """

    def __init__(self, quads: QuadStore, pin: object = None) -> None:
        self.quads = quads
        self._pin = pin

    def articles(self, as_of: datetime | None = None) -> Iterator[StoredArticle]:
        """The version of every article that stood then, by article id."""
        for graph in self._article_graphs():
            stored = self._stored(graph)
            if stored.known_at(as_of):
                yield stored

    def readings(self, as_of: datetime | None = None) -> Iterator[Reading]:
        """The same versions together with their claims."""
        for graph in self._article_graphs():
            if self._stored(graph).known_at(as_of):
                yield self._reading(graph)

    def claims(self, as_of: datetime | None = None) -> Iterator[Claim]:
        """The claims of those versions, by article id, then place in the text."""
        for reading in self.readings(as_of):
            yield from reading.claims

    def history(self) -> Iterator[Reading]:
        """Every version ever held, replaced and retracted ones too: what as-of answers rest on."""
        if isinstance(self.quads, EmbeddedQuadStore):
            yield from read_history(self.quads)
            return
        # A server may cut long answers, and writes numbers and instants in forms of its own.
        for graph in self._article_graphs():
            yield self._reading(graph)

    def versions(self, article_id: str) -> list[StoredArticle]:
        """Every version of one article, oldest first; empty for an unknown id."""
        named = text_literal(article_id)
        graphs = [self._subject(q) for q in self.quads.match(predicate=LM.articleId, value=named)]
        return _chain({stored.graph: stored for stored in map(self._stored, graphs)})

    def head(self, article_id: str) -> StoredArticle | None:
        """The latest version of an article, retracted or not; None for an unknown id."""
        versions = self.versions(article_id)
        return versions[-1] if versions else None

    def reading(self, graph: str) -> Reading:
        """The version of that graph with its claims. Raises NotFoundError."""
        node = ARTICLE_GRAPH.iri(graph)
        if next(self.quads.match(subject=node, predicate=RDF.type, graph=node), None) is None:
            raise NotFoundError(f"no article version {graph!r}; list them with `labmoves query`")
        return self._reading(node)

    def claim(self, claim_id: str) -> Claim:
        """The claim of that id from the latest version that makes it. Raises NotFoundError."""
        node = CLAIM.iri(claim_id)
        graphs = [q.graph_name for q in self.quads.match(subject=node, predicate=RDF.type, value=LM.Claim)]
        readings = [self._reading(graph) for graph in graphs if isinstance(graph, NamedNode)]
        for reading in sorted(readings, key=lambda r: (r.stored.invalidated_at is None, r.stored.recorded_at))[::-1]:
            for claim in reading.claims:
                if claim.id == claim_id:
                    return claim
        raise NotFoundError(f"no claim {claim_id!r} is stored; claim ids stand beside each move")

    def judgements(self, as_of: datetime | None = None, *, revoked: bool = False) -> Iterator[Judgement]:
        """The judgements in force then, by time; with `revoked`, those revoked by then as well."""
        for judgement in parse_judgements(self.quads.match(graph=JUDGEMENTS_GRAPH)):
            if as_of is not None and judgement.made_at > as_of:
                continue
            ended = judgement.revoked_at is not None and (as_of is None or judgement.revoked_at <= as_of)
            if revoked or not ended:
                yield judgement

    def record_size(self) -> RecordSize:
        """How many versions of articles there are, without reading them."""
        return RecordSize(self._number_of(LM.articleId), self._number_of(PROV.invalidatedAtTime))

    def query(self, sparql: str) -> Answer:
        """The answer to a SPARQL 1.1 query over the named graphs. Raises QueryError."""
        return self.quads.query(sparql)

    def _number_of(self, term: NamedNode) -> int:
        """In how many graphs the graph itself has that property; judgements end, too, but bear other names."""
        found = self.query(f"SELECT (COUNT(*) AS ?number) {{ GRAPH ?graph {{ ?graph {term} ?value }} }}")
        assert isinstance(found, QuerySolutions)
        number = next(found)[0]
        assert isinstance(number, Literal)
        return int(number.value)

    def _article_graphs(self) -> list[NamedNode]:
        named = [(q.object, self._subject(q)) for q in self.quads.match(predicate=LM.articleId)]
        ordered = sorted((name.value, graph.value) for name, graph in named if isinstance(name, Literal))
        return [NamedNode(graph) for _, graph in ordered]

    def _stored(self, graph: NamedNode) -> StoredArticle:
        return parse_stored_article(self.quads.match(subject=graph, graph=graph))

    def _reading(self, graph: NamedNode) -> Reading:
        return parse_reading(self.quads.match(graph=graph))

    @staticmethod
    def _subject(quad: Quad) -> NamedNode:
        if isinstance(quad.subject, NamedNode):
            return quad.subject
        raise StoreCorruptError(f"{quad.subject} is no IRI; the store holds none but IRIs as subjects")


def _chain(versions: dict[str, StoredArticle]) -> list[StoredArticle]:
    """The versions from the first to the last, each the one that revises the former."""
    followers = {stored.previous: stored for stored in versions.values()}
    if len(followers) != len(versions):
        raise StoreCorruptError("two versions of one article replace the same one; run `labmoves verify`")
    line: list[StoredArticle] = []
    while (stored := followers.get(line[-1].graph if line else None)) is not None:
        line.append(stored)
    if len(line) != len(versions):
        raise StoreCorruptError("an article's versions form no single chain; run `labmoves verify`")
    return line
