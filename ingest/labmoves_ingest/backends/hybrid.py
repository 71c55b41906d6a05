"""Reads with the default reader, and asks a language model only about articles that leave it unsure.

    reader = HybridReader(registry, ModelSettings.from_environment())
    reader.extract(article)  -> the default reader's claims, or the model's where those are in doubt

An article is in doubt when
- a claim's confidence lies in the unsure band, or
- a reading that was not good enough for a claim lies in it, or
- a sentence that names a person holds the word for an event, and nothing at all was read from it.
The model then reads the whole article and its claims take the place of the others. Where it gives no usable answer,
the default reader's claims stand; the summary counts both.
"""

from __future__ import annotations

import threading
from collections import Counter

from labmoves_graph.errors import ReadingError
from labmoves_graph.model import Article, Claim, Language
from labmoves_graph.registry import Registry
from labmoves_ingest.backends.llm import ModelReader
from labmoves_ingest.backends.settings import ModelSettings
from labmoves_ingest.documents import Document
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.language import detect_language
from labmoves_ingest.lexicon import EVENT_FLAG
from labmoves_ingest.pipeline import as_doc

__all__ = ["HybridReader"]

_EVENT_BITS = sum(1 << flag for flag in EVENT_FLAG.values())


class HybridReader:
    """The default reader with a model behind it. Holds connections: close() it."""

    def __init__(self, registry: Registry, settings: ModelSettings) -> None:
        self.concurrency = settings.concurrency
        self._first = Extractor(registry)
        self._second = ModelReader(registry, settings)
        self._from, self._to = settings.unsure_from, settings.unsure_to
        # The default reader is quick and keeps buffers in its pipeline: one article at a time.
        self._reading = threading.Lock()
        self._counting = threading.Lock()
        self._counts: Counter[str] = Counter()

    def extract(self, article: Article) -> list[Claim]:
        """The default reader's claims where it is sure, else the model's."""
        with self._reading:
            claims, in_doubt = self._first_reading(article)
        if not in_doubt:
            self._count("sure")
            return claims
        self._count("sent")
        try:
            return self._second.extract(article)
        except ReadingError:
            self._count("kept")
            return claims

    def summary(self) -> str:
        """The share sent to the model, and what that took, in one line."""
        sent, articles = self._counts["sent"], self._counts["sent"] + self._counts["sure"]
        share = f"{sent / articles:.1%}" if articles else "none"
        kept = f" ({self._counts['kept']} without a usable answer)" if self._counts["kept"] else ""
        return f"{sent} of {articles} articles ({share}) sent to the model{kept}; {self._second.summary()}"

    def close(self) -> None:
        """Give back the connections."""
        self._second.close()

    def _count(self, what: str) -> None:
        with self._counting:
            self._counts[what] += 1

    def _first_reading(self, article: Article) -> tuple[list[Claim], bool]:
        language = article.language or detect_language(article.text)
        nlp = self._first.pipeline("en" if language is Language.EN else "zh")
        doc = nlp(as_doc(nlp, article))
        claims: list[Claim] = list(doc._.claims)
        certainties = [claim.confidence for claim in claims] + [c.probability for c in doc._.candidates]
        in_band = any(self._from <= certainty < self._to for certainty in certainties)
        return claims, in_band or (not certainties and names_an_event(doc._.document))


def names_an_event(document: Document) -> bool:
    """Whether a sentence that names a person holds a word for an event."""
    named = {document.sentence_of(m.first) for person in document.people for m in person.mentions}
    for index in named:
        sentence = document.sentences[index]
        if any(flags & _EVENT_BITS for flags in document.flags[sentence.first : sentence.last]):
            return True
    return False
