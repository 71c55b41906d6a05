"""Fixtures of extraction: a small registry, documents with marked names, the extractor as it is shipped."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from labmoves_graph.model import Event, Language, Organization, Person
from labmoves_graph.registry import Registry
from labmoves_ingest.documents import Document, Entity, Span
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reading import Candidate, add_dates, begin_document


@pytest.fixture(scope="session")
def small_registry() -> Registry:
    """Four organizations, one of them ambiguous, and a person with a Chinese and an English name."""
    return Registry.of(
        [
            Organization("openai", "OpenAI"),
            Organization("anthropic", "Anthropic"),
            Organization("google-deepmind", "Google DeepMind", names={Language.ZH_HANS: ("谷歌DeepMind",)}),
            Organization("meta", "Meta", ambiguous=("Meta",)),
        ],
        [Person("lilian-weng", "Lilian Weng", names={Language.ZH_HANS: ("翁荔",)})],
    )


@pytest.fixture(scope="session")
def lexicons(small_registry: Registry) -> dict[str, Lexicon]:
    """The lexicon of each language."""
    return {language: Lexicon(language, small_registry) for language in ("en", "zh")}


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The extractor with the registry and the models that labmoves brings along."""
    return Extractor(Registry.load())


def spans_of(document: Document, words: str) -> list[Span]:
    """Every place where the words stand."""
    found, start = [], document.text.find(words)
    while start >= 0:
        span = document.span(start, start + len(words))
        assert span is not None
        found.append(span)
        start = document.text.find(words, start + len(words))
    return found


@pytest.fixture(scope="session")
def make_document(lexicons: dict[str, Lexicon]) -> Callable[..., Document]:
    """make_document(text, people, organizations, …): a text in which these names, and all dates, are marked."""

    def make(
        text: str,
        people: Sequence[str] = (),
        organizations: Sequence[str] = (),
        *,
        roles: Sequence[str] = (),
        language: str = "en",
        published: date | None = None,
        title: str = "",
    ) -> Document:
        document = begin_document(lexicons[language], language, text, published, title)
        document.people = [Entity(name, spans_of(document, name)) for name in people]
        document.organizations = [Entity(name, spans_of(document, name)) for name in organizations]
        document.roles = sorted(span for role in roles for span in spans_of(document, role))
        add_dates(document)
        return document

    return make


@pytest.fixture(scope="session")
def make_candidate() -> Callable[..., Candidate]:
    """make_candidate(document, event, trigger, …): the reading that the sentence of the trigger word gives."""

    def make(
        document: Document,
        event: Event,
        trigger: str,
        *,
        person: int = 0,
        organization: int = 0,
        probability: float = 0.9,
        date_words: str = "",
        role: str = "",
    ) -> Candidate:
        place = spans_of(document, trigger)[0].first
        return Candidate(
            event,
            person,
            organization,
            document.sentence_of(place),
            probability,
            next((n for n, (_, date) in enumerate(document.dates) if date_words and date.text == date_words), None),
            spans_of(document, role)[0] if role else None,
            person in document.people_in(document.sentence_of(place)),
            place,
            probability,
            1.0,
        )

    return make
