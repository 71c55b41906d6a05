"""The extraction pipeline: spaCy components from text to claims.

    nlp = build_pipeline("zh", registry)
    doc = nlp(as_doc(nlp, article))
    doc._.claims        tuple of Claim, in text order
    doc._.settlement    the candidates behind them, in the same order, and those left out with the reason

    tokenizer ─► labmoves_document ─► labmoves_mentions ─► labmoves_references ─► labmoves_dates ─┐
                 cues, sentences      people, organizations   "she", "the company"    doc.spans      │
                                      and roles (doc.ents)                                           │
                                      doc._.claims ◄─ labmoves_claims ◄─ candidates ◄─ labmoves_reader

What a component finds it also leaves where spaCy keeps such things (doc.ents, doc.spans), so that other
components, displacy and notebooks can use it. spaCy's `Span._` values are shared by spans with equal offsets,
therefore claims live in `Doc._.claims`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from labmoves_graph.model import Article
from labmoves_graph.registry import Registry
from labmoves_ingest.article_record import MAX_ARTICLE_BYTES
from labmoves_ingest.claim_making import make_claims
from labmoves_ingest.date_choice import DateChooser
from labmoves_ingest.documents import Document
from labmoves_ingest.documents import Span as Mention
from labmoves_ingest.manners import MannerFinder
from labmoves_ingest.reading import Reader
from labmoves_ingest.reasons import ReasonFinder
from labmoves_ingest.role_choice import RoleChooser
from labmoves_ingest.settling import settle
from labmoves_ingest.status_model import StatusModel
from labmoves_ingest.tokens import tokenize
from labmoves_ingest.weighing import Weigher, weighed_candidates

__all__ = ["COMPONENTS", "as_doc", "build_pipeline"]

COMPONENTS = (
    "labmoves_document",
    "labmoves_mentions",
    "labmoves_references",
    "labmoves_dates",
    "labmoves_reader",
    "labmoves_claims",
)
#: Where a Doc keeps our tokens, so that a text is cut up once.
TOKENS = "labmoves_tokens"
_EXTENSIONS = ("article", "document", "candidates", "settlement", "claims")

Component = Callable[[Doc], Doc]


def build_pipeline(language: str, registry: Registry, reader: Reader | None = None) -> Pipeline:
    """A pipeline for "en" or "zh" that knows the registry's names. reader: one made for both already."""
    for name in _EXTENSIONS:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    nlp = spacy.blank("xx")
    nlp.max_length = MAX_ARTICLE_BYTES  # spaCy's own limit spares parsers memory; there is none here
    nlp.tokenizer = Tokenizer(nlp.vocab)
    reader = reader or Reader(language, registry)
    weigher, choosers = Weigher.load(), (DateChooser.load(), RoleChooser.load())
    finders = ReasonFinder(language), MannerFinder(language), StatusModel.load(language)
    steps: dict[str, Component] = {
        "labmoves_document": lambda doc: _read_document(doc, reader),
        "labmoves_mentions": lambda doc: _find_mentions(doc, reader),
        "labmoves_references": lambda doc: _resolve_references(doc, reader),
        "labmoves_dates": lambda doc: _find_dates(doc, reader),
        "labmoves_reader": lambda doc: _read_candidates(doc, reader, weigher),
        "labmoves_claims": lambda doc: _make_claims(doc, reader, choosers, finders),
    }
    for name in COMPONENTS:
        Pipeline.component(f"{name}_{language}", func=steps[name])
        nlp.add_pipe(f"{name}_{language}", name=name)
    return nlp


def as_doc(nlp: Pipeline, article: Article) -> Doc:
    """The article's text as a Doc that carries the article, ready to be piped."""
    doc = nlp.make_doc(article.text)
    doc._.article = article
    return doc


class Tokenizer:
    """Our tokens as a spaCy Doc; what lies between them and is no single space becomes tokens of its own."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        position = 0
        tokens = tokenize(text)
        for token in tokens:
            _fill(words, spaces, text[position : token.start])
            words.append(token.text)
            spaces.append(False)
            position = token.end
        _fill(words, spaces, text[position:])
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc.user_data[TOKENS] = tokens
        return doc


def _fill(words: list[str], spaces: list[bool], gap: str) -> None:
    """Account for what lies between two tokens: white space, and what no reader reads."""
    if gap.startswith(" ") and words and not words[-1].isspace():
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)


def _read_document(doc: Doc, reader: Reader) -> Doc:
    article: Article = doc._.article or Article("", doc.text)
    doc._.article = article
    doc._.document = reader.start(article.text, article.published, article.title, doc.user_data.get(TOKENS))
    return doc


def _find_mentions(doc: Doc, reader: Reader) -> Doc:
    document: Document = doc._.document
    reader.find_mentions(document)
    people = [m for person in document.people for m in person.mentions]
    organizations = [m for organization in document.organizations for m in organization.mentions]
    spans = _spans(doc, people, "PERSON") + _spans(doc, organizations, "ORG")
    doc.set_ents(filter_spans(spans))
    doc.spans["roles"] = _spans(doc, document.roles, "ROLE")
    return doc


def _resolve_references(doc: Doc, reader: Reader) -> Doc:
    document: Document = doc._.document
    reader.resolve_references(document)
    people = [span for span in document.nominal_people if span.first in document.person_referents]
    organizations = [span for span in document.nominal_organizations if span.first in document.organization_referents]
    doc.spans["references"] = _spans(doc, people, "PERSON") + _spans(doc, organizations, "ORG")
    return doc


def _find_dates(doc: Doc, reader: Reader) -> Doc:
    document: Document = doc._.document
    reader.find_dates(document)
    doc.spans["dates"] = _spans(doc, [mention for mention, _ in document.dates], "DATE")
    return doc


def _read_candidates(doc: Doc, reader: Reader, weigher: Weigher) -> Doc:
    document: Document = doc._.document
    doc._.candidates = weighed_candidates(document, reader, weigher)
    return doc


def _make_claims(
    doc: Doc,
    reader: Reader,
    choosers: tuple[DateChooser, RoleChooser],
    finders: tuple[ReasonFinder, MannerFinder, StatusModel],
) -> Doc:
    document: Document = doc._.document
    dates, roles = choosers
    settlement = settle(document, doc._.candidates, reader.threshold, reader.lexicon.fiction)
    chosen = roles.with_roles(document, dates.dated(document, settlement.chosen))
    doc._.settlement = replace(settlement, chosen=chosen)
    doc._.claims = tuple(make_claims(doc._.article, document, chosen, *finders))
    return doc


def _spans(doc: Doc, mentions: list[Mention], label: str) -> list[Span]:
    found = (doc.char_span(m.start, m.end, label=label, alignment_mode="expand") for m in mentions)
    return [span for span in found if span is not None]
