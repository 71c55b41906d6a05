"""People and organizations that an installed spaCy pipeline finds, added to those of the default reader.

    PipelineReader(registry, ["en_core_web_sm"]).extract(article)  -> claims, from more names

The pipeline runs by itself, on the text, with its own tokens. What it calls a person or an organization is projected
by character offset onto the default reader's document, wherever that has no name yet. It reads articles of its own
language only; name one pipeline for each language to have both.

Errors: MissingExtraError with the command that installs a missing pipeline; ReaderSettingsError for one that finds no
names, or that this version of spaCy cannot load.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan
from spacy.util import filter_spans

from labmoves_graph.errors import MissingExtraError, ReaderSettingsError
from labmoves_graph.model import Article, Claim
from labmoves_graph.model import Language as ArticleLanguage
from labmoves_graph.registry import Registry
from labmoves_ingest.backends.prompt import parts
from labmoves_ingest.documents import Document, Span
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.language import detect_language
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.mentions import fill_mentions
from labmoves_ingest.pipeline import as_doc
from labmoves_ingest.tagging import MentionKind

__all__ = ["PipelineReader", "load_pipeline"]

#: Labels of people and organizations in the pipelines that spaCy publishes and in those trained on CoNLL data.
LABELS = {
    "PERSON": MentionKind.PERSON,
    "PER": MentionKind.PERSON,
    "ORG": MentionKind.ORGANIZATION,
    "ORGANIZATION": MentionKind.ORGANIZATION,
}
#: Characters given to the pipeline at a time: its memory grows with them, and at a million it refuses.
STRETCH = 20_000
_NEEDLESS = ("parser", "senter", "lemmatizer", "tagger", "morphologizer", "attribute_ruler", "textcat")
_PUBLISHED = re.compile(r"[a-z]{2,3}_(?:core|ent|dep)_(?:web|news|wiki)_(?:sm|md|lg|trf)")


class PipelineReader:
    """The default reader with the names that these pipelines add."""

    def __init__(self, registry: Registry, names: Sequence[str]) -> None:
        self._extractor = Extractor(registry)
        self._added = 0
        self._names = ", ".join(names)
        pipelines = [load_pipeline(name) for name in names]
        self._readers = {
            language: self._extended(language, registry, [p for p in pipelines if p.lang in (language, "xx")])
            for language in ("en", "zh")
        }

    def extract(self, article: Article) -> list[Claim]:
        """The claims that the article makes, in text order."""
        language = article.language or detect_language(article.text)
        nlp = self.pipeline("en" if language is ArticleLanguage.EN else "zh")
        return list(nlp(as_doc(nlp, article))._.claims)

    def pipeline(self, language: str) -> Pipeline:
        """The default pipeline for "en" or "zh" with the names added; what Extractor.pipeline is to the default."""
        return self._readers[language]

    def summary(self) -> str:
        """How many names were added, in one line."""
        return f"{self._names}: {self._added} mentions of people and organizations added"

    def _extended(self, language: str, registry: Registry, pipelines: Sequence[Pipeline]) -> Pipeline:
        """The default pipeline of the language with a step after its own mentions."""
        nlp = self._extractor.pipeline(language)
        if not pipelines:
            return nlp
        lexicon = Lexicon(language, registry)

        def add_names(doc: Doc) -> Doc:
            document: Document = doc._.document
            found = [name for pipeline in pipelines for name in _names(pipeline, document.text)]
            added = _added(document, found)
            if added:
                self._added += len(added)
                _fill_again(document, lexicon, added)
                doc.set_ents(filter_spans(_as_spans(doc, document)))
            return doc

        name = f"labmoves_further_names_{language}"
        Pipeline.component(name, func=add_names)
        nlp.add_pipe(name, after="labmoves_mentions")
        return nlp


def load_pipeline(name: str) -> Pipeline:
    """The installed pipeline of that name or folder, with what it needs for names.

    Raises MissingExtraError, ReaderSettingsError.
    """
    name = name.strip()
    try:
        nlp = spacy.load(name, exclude=list(_NEEDLESS))
    except OSError as error:
        if "/" in name:
            raise ReaderSettingsError(
                f"{name}: no spaCy pipeline lies there ({error!s:.120}); name the folder that holds its config.cfg"
            ) from error
        raise MissingExtraError(f"no spaCy pipeline {name!r} is installed; {_remedy(name)}") from error
    except (ImportError, ValueError) as error:
        raise ReaderSettingsError(f"spaCy cannot load {name!r} ({error!s:.200}); {_remedy(name)}") from error
    labels = {label for labels in nlp.pipe_labels.values() for label in labels}
    if labels.isdisjoint(LABELS):
        raise ReaderSettingsError(
            f"the spaCy pipeline {name!r} marks no people or organizations; choose one that has {', '.join(LABELS)}"
        )
    return nlp


def _remedy(name: str) -> str:
    command = f"spacy download {name}" if _PUBLISHED.fullmatch(name) else f"pip install {name}"
    return f"install it: python -m {command}"


def _names(nlp: Pipeline, text: str) -> Iterator[tuple[MentionKind, int, int]]:
    """Kind, start and end of every name that the pipeline finds; it forgets between stretches of the text."""
    for part in parts(text, STRETCH):
        for entity in nlp(text[part.start : part.end]).ents:
            if entity.label_ in LABELS:
                yield LABELS[entity.label_], part.start + entity.start_char, part.start + entity.end_char


def _added(document: Document, found: Iterable[tuple[MentionKind, int, int]]) -> list[tuple[MentionKind, Span]]:
    """The names that stand where the document has none yet, in whole tokens, without overlap."""
    taken = {index for _, span in _present(document) for index in range(span.first, span.last)}
    added = []
    for kind, start, end in sorted(found, key=lambda name: (name[1], -name[2])):
        span = document.span(start, end)
        if span is None or not taken.isdisjoint(range(span.first, span.last)):
            continue
        taken.update(range(span.first, span.last))
        added.append((kind, span))
    return added


def _present(document: Document) -> Iterator[tuple[MentionKind, Span]]:
    """Everything that the document marks so far."""
    for kind, entities in (
        (MentionKind.PERSON, document.people),
        (MentionKind.ORGANIZATION, document.organizations),
    ):
        for entity in entities:
            yield from ((kind, mention) for mention in entity.mentions)
    for kind, spans in (
        (MentionKind.ROLE, document.roles),
        (MentionKind.PERSON_REFERENCE, document.nominal_people),
        (MentionKind.ORGANIZATION_REFERENCE, document.nominal_organizations),
    ):
        yield from ((kind, span) for span in spans)


def _fill_again(document: Document, lexicon: Lexicon, added: Iterable[tuple[MentionKind, Span]]) -> None:
    """Gather the document's people and organizations anew, the added names among them."""
    marks = sorted([*_present(document), *added], key=lambda mark: mark[1])
    document.people, document.organizations = [], []
    document.roles, document.nominal_people, document.nominal_organizations = [], [], []
    fill_mentions(document, lexicon, document.hits, [(kind, span.first, span.last) for kind, span in marks])


def _as_spans(doc: Doc, document: Document) -> Iterator[SpacySpan]:
    for label, entities in (("PERSON", document.people), ("ORG", document.organizations)):
        for entity in entities:
            for mention in entity.mentions:
                span = doc.char_span(mention.start, mention.end, label=label, alignment_mode="expand")
                if span is not None:
                    yield span
