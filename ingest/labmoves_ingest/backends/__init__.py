"""Readers of articles to choose from: the default one, a language model, both, or the default with further names.

    reader("default" | "llm" | "hybrid" | "spacy:NAME", registry)  -> ClaimReader
    readings(reader, articles, on_problem)                         -> (article, claims), in the order of the articles
    summary(reader)                                                -> what it asked, spent and left out, or ""

All give the same: claims grounded in the article's own words. What each is good for stands in docs/backends.md.
"""

from labmoves_ingest.backends.choice import BACKENDS, reader
from labmoves_ingest.backends.contract import ClaimReader, summary
from labmoves_ingest.backends.running import readings
from labmoves_ingest.backends.settings import ModelSettings

__all__ = ["BACKENDS", "ClaimReader", "ModelSettings", "reader", "readings", "summary"]
