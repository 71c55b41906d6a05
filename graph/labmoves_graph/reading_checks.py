"""What must hold of one article's graph, and of the versions of one article; in words, for whoever is not content.

Used on what comes from outside the writer: a file that is imported, a store that is verified. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pyoxigraph import NamedNode, Quad

from labmoves_graph.claim_rdf import Reading, StoredArticle, content_digest, reading_quads
from labmoves_graph.model import content_hash
from labmoves_graph.shape_validation import check_shapes
from labmoves_graph.vocabulary import ARTICLE_GRAPH

__all__ = ["chain_problems", "reading_problems"]


def reading_problems(graph: NamedNode, reading: Reading, present: Sequence[Quad]) -> Iterator[str]:
    """What is wrong with the graph that holds `present` and was read as `reading`."""
    written, wanted = set(present), set(reading_quads(reading))
    for quad in sorted(written - wanted, key=str)[:1]:
        yield f"{len(written - wanted)} triples are not what its content gives, such as {quad.triple}"
    for quad in sorted(wanted - written, key=str)[:1]:
        yield f"{len(wanted - written)} triples that its content gives are missing, such as {quad.triple}"
    digest = content_digest(reading.stored.article, (claim.id for claim in reading.claims))
    if ARTICLE_GRAPH.iri(content_hash(digest, reading.stored.previous)) != graph:
        yield "its name is not the hash of its content"
    for claim in reading.claims:
        if claim.evidence is not None and not claim.evidence.holds_in(reading.stored.article.text):
            yield f"claim {claim.id}: its quote does not stand at {claim.evidence.start}–{claim.evidence.end}"
    yield from (str(violation) for violation in check_shapes(present))


def chain_problems(versions: Sequence[StoredArticle]) -> Iterator[str]:
    """What is wrong with the versions of one article taken together."""
    followers: dict[str | None, StoredArticle] = {version.previous: version for version in versions}
    line: list[StoredArticle] = []
    while (version := followers.get(line[-1].graph if line else None)) is not None and version not in line:
        line.append(version)
    if len(line) != len(versions):
        yield f"its {len(versions)} versions form no single chain"
        return
    for former, later in pairwise(line):
        if former.invalidated_at is None:
            yield f"version {former.graph} was replaced but does not end"
        elif former.retracted_because is None and former.invalidated_at != later.recorded_at:
            yield f"version {former.graph} does not end when {later.graph} begins"
