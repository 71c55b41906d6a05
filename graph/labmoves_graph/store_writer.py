"""Writing the graph: articles with their claims, retractions, judgements, entities and derived facts.

    PutOutcome.ADDED       the store did not know the article
    PutOutcome.REPLACED    it knew another version, which is now invalidated and kept
    PutOutcome.UNCHANGED   it holds exactly this, or the article was retracted and has not changed since

Each put is one transaction: after a kill the article is there whole or not at all. Retracted stays retracted until
the source publishes another text or other metadata. Record time never runs backwards within an article.

Errors: ClaimError for a claim that does not fit its article, ArticleError for a graph that breaks the shapes;
both leave the store as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from typing import TypeVar

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from labmoves_graph.claim_rdf import Reading, StoredArticle, content_digest, reading_statements
from labmoves_graph.clock import Clock
from labmoves_graph.derived_rdf import DerivedFacts, derived_quads
from labmoves_graph.entity_rdf import entity_statements, identity_statements
from labmoves_graph.errors import ArticleError, ClaimError, NotFoundError, RecordError, VocabularyError
from labmoves_graph.judgement_rdf import judgement_quads
from labmoves_graph.model import Article, Claim, Judgement
from labmoves_graph.quad_store import QuadStore
from labmoves_graph.rdf_terms import GraphContent, graph_contents, instant_literal, n_quads_text, text_literal
from labmoves_graph.record_changes import RecordChanges
from labmoves_graph.recovery import Journal
from labmoves_graph.registry import Registry
from labmoves_graph.shape_validation import check_statements
from labmoves_graph.store_view import View
from labmoves_graph.vocabulary import (
    ARTICLE_GRAPH,
    ENTITIES_GRAPH,
    JUDGEMENT,
    JUDGEMENTS_GRAPH,
    LM,
    MOVES_GRAPH,
    ORGANIZATION,
    PROV,
)

__all__ = ["BULK_QUADS", "PutOutcome", "Writer"]

Item = TypeVar("Item")

#: From this many changed quads on, a graph is rewritten in bulk instead of in one transaction.
BULK_QUADS = 50_000

#: Quads removed by the engine at a time.
BATCH = 5_000

#: Violations spelled out when an article is rejected; the first ones tell what is wrong.
MOST_REASONS = 5


class PutOutcome(StrEnum):
    """What a put did."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class Writer:
    """The only one who changes the graph; lives within `ClaimStore.writer()`."""

    def __init__(self, quads: QuadStore, journal: Journal, clock: Clock, changes: RecordChanges) -> None:
        self._quads = quads
        self._journal = journal
        self._clock = clock
        self._changes = changes
        self.view = View(quads)

    def put_article(self, article: Article, claims: Sequence[Claim]) -> PutOutcome:
        """Store this version of the article and its claims. Raises ClaimError, ArticleError, StoreError."""
        outcome, added = self._change(article, claims)
        if added:
            self._apply(added)
            self._changes.note(article.id, added)
        return outcome

    def put_batch(self, readings: Iterable[tuple[Article, Sequence[Claim]]]) -> list[PutOutcome | RecordError]:
        """Store some articles in one transaction: after a kill all that are sound are there, or none.

        Returns what became of each, in their order: the error of one that breaks an invariant, which the others
        do not suffer for. An article that stands in the batch twice takes a transaction more. Raises StoreError.
        """
        outcomes: list[PutOutcome | RecordError] = []
        waiting: dict[str, list[Quad]] = {}
        for article, claims in readings:
            if article.id in waiting:
                self._apply_all(waiting)
            try:
                outcome, added = self._change(article, claims)
            except RecordError as problem:
                outcomes.append(problem)
                continue
            outcomes.append(outcome)
            if added:
                waiting[article.id] = added
        self._apply_all(waiting)
        return outcomes

    def put_articles(
        self, readings: Iterable[tuple[Article, Sequence[Claim]]], *, on_rejected: Callable[[RecordError], None]
    ) -> dict[PutOutcome, int]:
        """Store many articles, the new ones in bulk: some ten times as quick as one by one.

        on_rejected: told of each article that breaks an invariant, from another thread; the others go on. Returns how
        many had which outcome. A failure or a kill leaves the store as it was before. Raises StoreError.
        """
        outcomes = dict.fromkeys(PutOutcome, 0)
        known = {str(quad.object) for quad in self._quads.match(predicate=LM.articleId)}
        new: list[str] = []
        kept: list[tuple[Article, Sequence[Claim]]] = []

        def fresh() -> Iterator[GraphContent]:
            for article, claims in readings:
                name = str(text_literal(article.id))
                if name in known:
                    kept.append((article, claims))
                    continue
                try:
                    with _rejecting(article):
                        _check_claims(article, claims)
                        content = _validated(Reading.of(article, claims, self._clock()))
                except RecordError as problem:
                    on_rejected(problem)
                    continue
                known.add(name)
                new.append(article.id)
                yield content

        with self._journal.bulk_change():
            self._quads.bulk_add(fresh())
        self._changes.note_new(new)
        outcomes[PutOutcome.ADDED] = len(new)
        for article, claims in kept:
            try:
                outcomes[self.put_article(article, claims)] += 1
            except RecordError as problem:
                on_rejected(problem)
        return outcomes

    def retract(self, article_id: str, why: str) -> StoredArticle:
        """Withdraw an article and its claims; as-of answers before now keep them. Raises NotFoundError."""
        head = self.view.head(article_id)
        if head is None:
            raise NotFoundError(f"no article {article_id!r} is stored; list them with GET /v1/articles")
        if head.retracted_because is not None:
            return head
        ended = max(self._clock(), head.recorded_at)
        graph = ARTICLE_GRAPH.iri(head.graph)
        added = [
            Quad(graph, PROV.invalidatedAtTime, instant_literal(ended), graph),
            Quad(graph, LM.retractedBecause, text_literal(why), graph),
        ]
        self._apply(added)
        self._changes.note(article_id, added)
        return replace(head, invalidated_at=ended, retracted_because=why)

    def put_judgement(self, judgement: Judgement) -> PutOutcome:
        """Record a judgement; the same one twice is UNCHANGED, also when revoked since. Raises DateError."""
        node = JUDGEMENT.iri(judgement.id)
        if next(self._quads.match(subject=node, graph=JUDGEMENTS_GRAPH), None) is not None:
            return PutOutcome.UNCHANGED
        self._apply(judgement_quads(judgement))
        return PutOutcome.ADDED

    def revoke_judgement(self, judgement_id: str) -> Judgement:
        """Take a judgement back from now on; doing so twice changes nothing. Raises NotFoundError."""
        found = {judgement.id: judgement for judgement in self.view.judgements(revoked=True)}
        if judgement_id not in found:
            raise NotFoundError(f"no judgement {judgement_id!r} is recorded; list them with `labmoves judge --list`")
        judgement = found[judgement_id]
        if judgement.revoked_at is not None:
            return judgement
        ended = max(self._clock(), judgement.made_at)
        node = JUDGEMENT.iri(judgement_id)
        self._apply([Quad(node, PROV.invalidatedAtTime, instant_literal(ended), JUDGEMENTS_GRAPH)])
        return replace(judgement, revoked_at=ended)

    def put_entities(self, registry: Registry, judgements: Iterable[Judgement] | None = None) -> PutOutcome:
        """Make the entities graph say what the registry says, and what people judged to be one entity or two.

        judgements: all of the store, revoked ones too, with what they are about; None: those that it holds, of which
        the moves graph tells that as far as moves name the entities.
        """
        judged = map(self._with_kind, self.view.judgements()) if judgements is None else judgements
        statements = entity_statements(registry, identity_statements(judged, registry))
        return self._replace_graph(ENTITIES_GRAPH, [n_quads_text((ENTITIES_GRAPH, list(statements)))])

    def put_derived(self, texts: Iterable[str]) -> PutOutcome:
        """Make the moves graph say what consolidation computes.

        texts: whole lines of it (`derived_rdf.derived_text`), taken one by one while the former are written, from
        another thread once they are many.
        """
        return self._replace_graph(MOVES_GRAPH, texts)

    def replace_derived(self, former: DerivedFacts, facts: DerivedFacts) -> PutOutcome:
        """Put some derived facts in the place of former ones, leaving those of everybody else alone."""
        present, target = set(derived_quads(former)), set(derived_quads(facts))
        added, removed = target - present, present - target
        if not added and not removed:
            return PutOutcome.UNCHANGED
        self._apply(sorted(added, key=str), sorted(removed, key=str))
        return PutOutcome.REPLACED

    def adopt(self, quads: Sequence[Quad]) -> int:
        """Take over quads that were checked to be a store's (rdf_import.py); returns how many. Raises StoreError."""
        with self._journal.bulk_change():
            self._quads.bulk_add(graph_contents(quads))
        return len(quads)

    def _change(self, article: Article, claims: Sequence[Claim]) -> tuple[PutOutcome, list[Quad]]:
        """What putting the article does, and the quads that it takes. Raises ClaimError, ArticleError."""
        with _rejecting(article):
            _check_claims(article, claims)
            head = self.view.head(article.id)
            if head is None:
                return PutOutcome.ADDED, _quads(_validated(Reading.of(article, claims, self._clock())))
            former = self.view.reading(head.graph)
            if _says_the_same(former, article, claims):
                return PutOutcome.UNCHANGED, []
            reading = Reading.of(article, claims, max(self._clock(), _last_change(head)), former)
            added = _quads(_validated(reading))
        if head.invalidated_at is None:
            graph = ARTICLE_GRAPH.iri(head.graph)
            added.append(Quad(graph, PROV.invalidatedAtTime, instant_literal(reading.stored.recorded_at), graph))
        return PutOutcome.REPLACED, added

    def _apply_all(self, waiting: dict[str, list[Quad]]) -> None:
        """Write in one transaction what waits for it, then nothing does."""
        if waiting:
            self._apply([quad for added in waiting.values() for quad in added])
        for article_id, added in waiting.items():
            self._changes.note(article_id, added)
        waiting.clear()

    def publish(self) -> None:
        """Flush and take a snapshot now, if anything changed; leaving the writer's block does the same."""
        self._journal.publish()

    def _with_kind(self, judgement: Judgement) -> Judgement:
        ends = (judgement.subject, judgement.object or "")
        return replace(judgement, about="organization") if any(map(self._is_organization, ends)) else judgement

    def _is_organization(self, entity: str) -> bool:
        found = self._quads.match(predicate=LM.organization, value=ORGANIZATION.iri(entity), graph=MOVES_GRAPH)
        return next(found, None) is not None

    def _replace_graph(self, graph: NamedNode, wanted: Iterable[str]) -> PutOutcome:
        """Make a graph hold exactly the wanted lines of N-Quads. Of present ones, only digests are in memory."""
        stale = {_digest(f"{quad} .") for quad in self._quads.match(graph=graph)}
        outcome = PutOutcome.REPLACED if stale else PutOutcome.ADDED
        new = _missing(wanted, stale)
        first: list[str] = []
        lines = 0
        while lines < BULK_QUADS and (text := next(new, None)) is not None:
            first.append(text)
            lines += text.count("\n")
        if lines < BULK_QUADS:
            gone = self._with_digest(graph, stale)
            if not first and not gone:
                return PutOutcome.UNCHANGED
            if lines + len(gone) < BULK_QUADS:
                self._apply(sorted(parse("".join(first), RdfFormat.N_QUADS), key=str), sorted(gone, key=str))
                return outcome
        with self._journal.bulk_change():
            self._quads.bulk_add_text(chain(first, new))
            for quads in _batches(self._with_digest(graph, stale)):
                self._quads.apply([], quads)
        return outcome

    def _with_digest(self, graph: NamedNode, digests: set[bytes]) -> list[Quad]:
        """The quads of the graph whose statements have one of the digests."""
        if not digests:
            return []
        quads = self._quads.match(graph=graph)
        return [quad for quad in quads if _digest(f"{quad} .") in digests]

    def _apply(self, added: Sequence[Quad], removed: Sequence[Quad] = ()) -> None:
        self._journal.note_change()
        self._quads.apply(added, removed)


@contextmanager
def _rejecting(article: Article) -> Iterator[None]:
    """Whatever value of the input cannot be written makes the article rejected, in words."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"article {article.id!a} is rejected: it holds half a character ({error.reason}); decode it again"
        ) from error
    except VocabularyError as error:
        raise ArticleError(f"article {article.id!r} is rejected: {error}") from error


def _validated(reading: Reading) -> GraphContent:
    statements = reading_statements(reading)
    if violations := check_statements(statements):
        named = "; ".join(str(violation) for violation in violations[:MOST_REASONS])
        more = f"; and {len(violations) - MOST_REASONS} more" if len(violations) > MOST_REASONS else ""
        raise ArticleError(f"article {reading.stored.article.id!r} is rejected: {named}{more}")
    return ARTICLE_GRAPH.iri(reading.stored.graph), statements


def _quads(content: GraphContent) -> list[Quad]:
    graph, statements = content
    return [Quad(*statement, graph) for statement in statements]


def _missing(wanted: Iterable[str], present: set[bytes]) -> Iterator[str]:
    """The wanted lines that are not present, each once; digests of those that are leave `present`."""
    if not present:
        yield from filter(None, wanted)
        return
    for text in wanted:
        lines = [line for line in text.split("\n") if line and not _discarded(_digest(line), present)]
        if lines:
            yield "\n".join(lines) + "\n"


def _discarded(digest: bytes, present: set[bytes]) -> bool:
    """Whether the digest was among those present, which it leaves."""
    if digest in present:
        present.remove(digest)
        return True
    return False


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode("utf-8"), digest_size=16).digest()


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Lists of at most BATCH items."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _check_claims(article: Article, claims: Sequence[Claim]) -> None:
    for claim in claims:
        if claim.article_id != article.id:
            raise ClaimError(f"claim {claim.id} is of article {claim.article_id!r}, not {article.id!r}; put it there")
        if claim.evidence is not None and not claim.evidence.holds_in(article.text):
            start, end = claim.evidence.start, claim.evidence.end
            raise ClaimError(
                f"claim {claim.id} of {article.id!r}: its quote does not stand at {start}–{end}; ground it again"
            )


def _says_the_same(former: Reading, article: Article, claims: Sequence[Claim]) -> bool:
    if former.stored.retracted_because is not None and former.stored.article.version == article.version:
        return True
    known = content_digest(former.stored.article, {claim.id for claim in former.claims})
    return known == content_digest(article, {claim.id for claim in claims})


def _last_change(head: StoredArticle) -> datetime:
    return head.invalidated_at or head.recorded_at
