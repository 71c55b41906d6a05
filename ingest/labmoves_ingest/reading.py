"""Reading one article: text to Document, Document to candidates, candidates to the ones worth stating.

    Reader(language, registry).candidates(document)  -> every (person, event, organization) with its probability

A Candidate is what the reader's network makes of one sentence seen from one person; `settled` keeps one for
each stint. Thresholds are measured on the development part of the corpus and stand in the model file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Event, Language
from labmoves_graph.registry import Registry
from labmoves_ingest.dates import find_dates
from labmoves_ingest.documents import Document, Span
from labmoves_ingest.layers import Weights, read_weights
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.mentions import fill_mentions
from labmoves_ingest.model_archives import read_archive, shipped_models
from labmoves_ingest.network import ReaderEnsemble, ReaderOutput, TaggerEnsemble
from labmoves_ingest.organization_view import View
from labmoves_ingest.references import ReferenceModel
from labmoves_ingest.sources import sources_of
from labmoves_ingest.tagging import best_tags, cut_by_lines, tag_spans
from labmoves_ingest.token_features import Vocabulary, flag_matrix, token_columns
from labmoves_ingest.token_vectors import token_vectors
from labmoves_ingest.tokens import Token, fold, sentences, tokenize
from labmoves_ingest.windows import DATE_MARKED, FIRST_OF_ROLE, Items, Window

__all__ = ["EVENTS", "Candidate", "Reader", "add_dates", "begin_document"]

EVENTS = (Event.DEPARTURE, Event.HIRE, Event.ROLE_CHANGE, Event.FOUNDING)
#: Events less likely than this in a sentence are not followed up; far below every threshold.
FLOOR = 0.05
#: Organizations less likely than this, or further down, are not followed up; which of them it is, weighing decides.
POSSIBLE, MOST_ORGANIZATIONS = 0.1, 3
#: No organization is less likely than this, so that whole readings are weighed in proportion.
LEAST = np.float32(1e-6)
#: Windows read at once: enough for large matrix products, few enough that memory does not grow with the text.
BATCH = 64


#: Where the scores of what is marked begin among those of a window's items, and where those of none do.
_POINTED = {DATE_MARKED: (4, 0), FIRST_OF_ROLE: (8, 4)}


@dataclass(slots=True)
class Candidate:
    """One reading: person and organization are indices into the document's entities.

    named: whether the sentence names the person; trigger: the token that states the event most.
    date: an index of the document's dates, or None; the reader's, until date_choice.py has chosen.
    role: None until role_choice.py has chosen.
    date_scores, role_scores: dates and roles within the reader's sight, by index, and how much more than none each is
    pointed at.
    event_odds, organization_odds: of the event as the person's, and of the organization as the event's.
    lent: whether it is the reading of another of the people named side by side (coordination.py).
    also: other readings of the stint that are about as likely, the likeliest first, as the reader gave them.
    """

    event: Event
    person: int
    organization: int
    sentence: int
    probability: float
    date: int | None
    role: Span | None
    named: bool
    trigger: int
    event_odds: float
    organization_odds: float
    lent: bool = False
    date_scores: tuple[tuple[int, float], ...] = ()
    role_scores: tuple[tuple[int, float], ...] = ()
    also: tuple[Candidate, ...] = ()


class Reader:
    """Reads texts of one language ("en" or "zh")."""

    def __init__(self, language: str, registry: Registry, models: Traversable | None = None) -> None:
        """models: the folder of the model files; None: those that labmoves brings along."""
        self.language = language
        self.lexicon = Lexicon(language, registry)
        weights, meta = _shipped_model(language) if models is None else _model(language, models)
        self._tagger = TaggerEnsemble(weights)
        self._reader = ReaderEnsemble(weights)
        self._vocabulary = Vocabulary(meta["words"])
        self._references = _shipped_references() if models is None else ReferenceModel.load(models)
        self.threshold = {event: float(meta["threshold"][event.value]) for event in EVENTS}

    def document(self, text: str, published: date | None, title: str) -> Document:
        """The text with its tokens, sentences, mentions, references and dates."""
        document = self.start(text, published, title)
        self.find_mentions(document)
        self.resolve_references(document)
        self.find_dates(document)
        return document

    def start(self, text: str, published: date | None, title: str, tokens: list[Token] | None = None) -> Document:
        """The text with its tokens, cues and sentences; nothing found yet. tokens: those of the text, if known."""
        return begin_document(self.lexicon, self.language, text, published, title, tokens)

    def find_mentions(self, document: Document) -> None:
        """Fill in people, organizations, roles and what stands for them."""
        if not document.tokens:
            return
        columns = token_columns(document.tokens, self._vocabulary)
        scores = self._tagger.scores(columns, flag_matrix(document.flags), document.vectors)
        document.certainty = _certainty(scores)
        fill_mentions(document, self.lexicon, document.hits, cut_by_lines(document, tag_spans(best_tags(scores))))

    def find_dates(self, document: Document) -> None:
        """Fill in the date expressions."""
        add_dates(document)

    def resolve_references(self, document: Document) -> None:
        """Say what pronouns and descriptions mean. Mentions must be complete."""
        self._references.resolve(document)

    def candidates(self, document: Document) -> list[Candidate]:
        """All readings above FLOOR, in text order."""
        if not document.people or not document.organizations:
            return []
        items = Items.of(document, self._vocabulary)
        sources = sources_of(document)
        views = _views(items)
        found: list[Candidate] = []
        while batch := list(islice(views, BATCH)):
            outputs = self._reader.read([view for view, _ in batch])
            for (view, named_here), output in zip(batch, outputs, strict=True):
                if output is not None:
                    found += self._readings(view, output, sources, named=named_here)
        return found

    def _readings(self, view: View, output: ReaderOutput, sources: frozenset[int], *, named: bool) -> list[Candidate]:
        likely = [e for e in range(len(EVENTS)) if output.events[e] >= FLOOR]
        if not likely:
            return []
        window = view.window
        scores = _organization_scores(self._reader, view, output)
        scores[[row for row, organization in enumerate(view.organizations) if organization in sources]] = -np.inf
        odds = _organization_odds(scores, output.nothing[8:])
        dates = {e: _pointed(window, output, DATE_MARKED, e) for e in likely}
        roles = {e: _pointed(window, output, FIRST_OF_ROLE, e) for e in likely}
        return [
            Candidate(
                EVENTS[e],
                window.person,
                view.organizations[row],
                window.sentence,
                float(output.events[e] * odds[row, e]),
                _likeliest(dates[e]),
                None,
                named,
                int(window.items.token[window.first + int(output.trigger[e])]),
                float(output.events[e]),
                float(odds[row, e]),
                date_scores=dates[e],
                role_scores=roles[e],
            )
            for e, row in _assigned(output, odds, likely)
        ]


def begin_document(
    lexicon: Lexicon,
    language: str,
    text: str,
    published: date | None,
    title: str,
    tokens: list[Token] | None = None,
) -> Document:
    """The text with its tokens, cues and sentences; nothing found yet. tokens: those of the text, if known."""
    folded = fold(text)
    tokens = tokenize(text, folded) if tokens is None else tokens
    hits = lexicon.find(folded, tokens)
    flags = lexicon.mark(tokens, hits, text)
    cut = sentences(text, tokens)
    vectors = token_vectors(language, tokens, cut)
    document = Document(text, folded, language, published, fold(title), tokens, flags, cut, vectors, hits)
    document.plain_status = lexicon.plainly_put(folded)
    document.told_ahead = lexicon.told_ahead(folded)
    return document


def _certainty(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability of the likeliest tag of each token."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds: NDArray[np.float32] = 1 / powers.sum(axis=1)
    return odds


def _views(items: Items) -> Iterator[tuple[View, bool]]:
    """Every sentence seen from each person it may speak of, and whether it names the person."""
    for sentence in range(len(items.document.sentences)):
        first, last = items.sentence_first[sentence], items.sentence_last[sentence]
        cued = first < last and bool(items.flags[first:last, :4].any())
        mentioned, carried = items.people_of(sentence)
        named = items.document.people_in(sentence)
        for person in [*mentioned, *(carried if cued else ())]:
            yield View.of(Window.of(items, sentence, person, mentioned, carried)), person in named


def add_dates(document: Document) -> None:
    """Fill in the document's date expressions."""
    language = Language.EN if document.language == "en" else Language.ZH_HANS
    for mention in find_dates(document.text, language, document.published):
        span = document.span(mention.start, mention.end)
        if span is not None:
            document.dates.append((span, mention))


def _organization_odds(scores: NDArray[np.float32], none: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each organization is each event's (organizations, 4). none: scores of none of them, (4,)."""
    highest = np.maximum(scores.max(axis=0), none)
    powers = np.exp(scores - highest)
    odds: NDArray[np.float32] = powers / (powers.sum(axis=0) + np.exp(none - highest))
    return np.maximum(odds, LEAST)


def _assigned(output: ReaderOutput, odds: NDArray[np.float32], likely: list[int]) -> list[tuple[int, int]]:
    """An organization for each likely event, and others that are possible.

    One sentence seldom tells that somebody left and joined the same organization: where both would point at
    one, the pair of different organizations that is likeliest together is taken.
    """
    best = {e: int(odds[:, e].argmax()) for e in likely}
    left, joined = 0, 1
    if len(odds) > 1 and left in best and joined in best and best[left] == best[joined]:
        together = odds[:, left][:, None] * odds[:, joined][None, :]
        np.fill_diagonal(together, 0)
        first, second = np.unravel_index(int(together.argmax()), together.shape)
        if min(output.events[left], output.events[joined]) > 0.5:
            best[left], best[joined] = int(first), int(second)
    pairs = list(best.items())
    for e in likely:
        for row in np.argsort(-odds[:, e])[:MOST_ORGANIZATIONS]:
            if odds[row, e] >= POSSIBLE and (e, int(row)) not in pairs:
                pairs.append((e, int(row)))
    return pairs


@lru_cache(maxsize=1)
def _shipped_references() -> ReferenceModel:
    return ReferenceModel.load()


@lru_cache(maxsize=2)
def _shipped_model(language: str) -> tuple[Weights, dict[str, Any]]:
    return _model(language, shipped_models())


def _model(language: str, folder: Traversable) -> tuple[Weights, dict[str, Any]]:
    weights = read_weights(read_archive(f"{language}.npz", folder))
    meta = json.loads((folder / f"{language}.json").read_text("utf-8"))
    return weights, meta


def _organization_scores(reader: ReaderEnsemble, view: View, output: ReaderOutput) -> NDArray[np.float32]:
    """Scores (organizations, 4): their place in the document, and the best of their mentions in the window."""
    scores = reader.far(view.features, output)
    best = np.full((len(view.organizations), 4), -np.inf, dtype=np.float32)
    for place, row in view.mentions:
        best[row] = np.maximum(best[row], output.points[place, :4])
    total: NDArray[np.float32] = scores + np.where(np.isfinite(best), best, 0)
    return total


def _pointed(window: Window, output: ReaderOutput, mark: int, e: int) -> tuple[tuple[int, float], ...]:
    """The dates or roles within the window, by index, and how much more than none each is pointed at."""
    places = np.flatnonzero(window.mark == mark)
    column, none = _POINTED[mark]
    scores = output.points[places, column + e] - output.nothing[none + e]
    numbers = window.items.entity[window.first + places]
    return tuple((int(number), float(score)) for number, score in zip(numbers, scores, strict=True))


def _likeliest(scores: tuple[tuple[int, float], ...]) -> int | None:
    """The date that is pointed at most, None when none is pointed at more than any."""
    date, score = max(scores, key=lambda one: one[1], default=(None, -1.0))
    return date if score >= 0 else None
