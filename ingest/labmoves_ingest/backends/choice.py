"""Makes the reader that a name stands for."""

from __future__ import annotations

from labmoves_graph.errors import ReaderSettingsError
from labmoves_graph.registry import Registry
from labmoves_ingest.backends.contract import ClaimReader
from labmoves_ingest.backends.settings import ModelSettings

__all__ = ["BACKENDS", "reader"]

#: What --backend accepts; NAME is that of an installed spaCy pipeline, or several joined by commas.
BACKENDS = ("default", "llm", "hybrid", "spacy:NAME")


def reader(name: str, registry: Registry, settings: ModelSettings | None = None) -> ClaimReader:
    """The reader of that name.

    settings: of the language model; None: those of the environment, read now.
    Raises ReaderSettingsError for an unknown name or missing settings, MissingExtraError for a spaCy pipeline that
    is not installed.
    """
    # Each reader imports what it needs only when it is chosen: spaCy alone takes half a second.
    if name == "default":
        from labmoves_ingest.extractor import Extractor

        return Extractor(registry)
    if name in ("llm", "hybrid"):
        return _model_reader(name, registry, settings or ModelSettings.from_environment())
    kind, _, pipelines = name.partition(":")
    if kind == "spacy" and pipelines:
        from labmoves_ingest.backends.spacy_names import PipelineReader

        return PipelineReader(registry, pipelines.split(","))
    raise ReaderSettingsError(f"no reader is called {name!r}; choose one of {', '.join(BACKENDS)}")


def _model_reader(name: str, registry: Registry, settings: ModelSettings) -> ClaimReader:
    if name == "llm":
        from labmoves_ingest.backends.llm import ModelReader

        return ModelReader(registry, settings)
    from labmoves_ingest.backends.hybrid import HybridReader

    return HybridReader(registry, settings)
