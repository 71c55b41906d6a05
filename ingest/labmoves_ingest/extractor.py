"""Reads an article and returns the claims it makes.

    Extractor(Registry.load()).extract(article)  -> claims in text order, each grounded in the article's words

The work is done by the spaCy pipeline of the article's language (see pipeline.py), built when first needed.
"""

from __future__ import annotations

from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from labmoves_graph.model import Article, Claim, Language
from labmoves_graph.registry import Registry
from labmoves_ingest.language import detect_language
from labmoves_ingest.pipeline import as_doc, build_pipeline
from labmoves_ingest.reading import Reader
from labmoves_ingest.tokens import fold

__all__ = ["Extractor"]


class Extractor:
    """Turns articles into claims. One instance serves many articles; it keeps no state between them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._pipelines: dict[str, Pipeline] = {}
        self._readers: dict[str, Reader] = {}

    def extract(self, article: Article) -> list[Claim]:
        """The claims that the article makes, in text order; each is grounded in the article's own words."""
        return list(self.read(article)._.claims) if self.tells_of_moves(article) else []

    def tells_of_moves(self, article: Article) -> bool:
        """Whether the article holds any word that may state an event; without one it is not read at all."""
        return self._reader(_language(article)).lexicon.tells_of_moves(fold(article.text))

    def read(self, article: Article) -> Doc:
        """The article's Doc as the last component left it (see pipeline.py)."""
        nlp = self.pipeline(_language(article))
        return nlp(as_doc(nlp, article))

    def pipeline(self, language: str) -> Pipeline:
        """The pipeline for "en" or "zh"."""
        if language not in self._pipelines:
            self._pipelines[language] = build_pipeline(language, self.registry, self._reader(language))
        return self._pipelines[language]

    def _reader(self, language: str) -> Reader:
        if language not in self._readers:
            self._readers[language] = Reader(language, self.registry)
        return self._readers[language]


def _language(article: Article) -> str:
    """Which of the two pipelines reads the article."""
    return "en" if (article.language or detect_language(article.text)) is Language.EN else "zh"
