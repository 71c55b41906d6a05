"""Every error that labmoves raises on purpose.

    LabmovesError                 base: message says the cause, then the remedy
    ├── DateError                 text that is not an EDTF date of level 0 or 1
    ├── RecordError               one input record cannot be used; the others go on
    │   ├── ArticleError          an article's text or metadata
    │   ├── ClaimError            a claim that breaks an invariant (evidence, vocabulary)
    │   ├── ReadingError          one article that a reader could not read
    │   └── RegistryError         a row of organizations.jsonl, people.jsonl or moves.csv
    ├── NotFoundError             an id that the store does not hold
    ├── QueryError                a query that cannot be answered (syntax, time, size)
    ├── MissingExtraError         an optional package that this needs is not installed
    ├── ReaderError               the chosen reader of articles cannot go on
    │   ├── ReaderSettingsError   its settings are missing or contradict one another
    │   ├── ModelUnavailableError its language model does not answer
    │   └── BudgetError           what it may spend is spent
    ├── VocabularyError           a term that the ontology does not have
    └── StoreError                the store itself
        ├── StoreLockedError      another process is writing
        └── StoreCorruptError     what is on disk contradicts itself

No error here knows HTTP; the API maps them in one table.
"""

from __future__ import annotations

__all__ = [
    "ArticleError",
    "BudgetError",
    "ClaimError",
    "DateError",
    "LabmovesError",
    "MissingExtraError",
    "ModelUnavailableError",
    "NotFoundError",
    "QueryError",
    "ReaderError",
    "ReaderSettingsError",
    "ReadingError",
    "RecordError",
    "RegistryError",
    "StoreCorruptError",
    "StoreError",
    "StoreLockedError",
    "VocabularyError",
]


class LabmovesError(Exception):
    """Base of all: str(error) names the cause, and the remedy where there is one."""


class DateError(LabmovesError):
    """Text that is not an EDTF date of level 0 or 1."""


class RecordError(LabmovesError):
    """One record of the input cannot be used; it is rejected, counted, and the rest goes on."""


class ArticleError(RecordError):
    """An article whose text or metadata cannot be read."""


class ClaimError(RecordError):
    """A claim that breaks an invariant, such as evidence that is not in the article."""


class ReadingError(RecordError):
    """One article that a reader could not read, such as one whose answer from a language model is unusable."""


class RegistryError(RecordError):
    """A row of the curated registry (organizations, people, moves) that cannot be read."""


class NotFoundError(LabmovesError):
    """An id that the store does not hold."""


class QueryError(LabmovesError):
    """A query that cannot be answered: its syntax, its time or the size of its answer."""


class ReaderError(LabmovesError):
    """The chosen reader cannot go on with any article."""


class ReaderSettingsError(ReaderError):
    """Settings of a reader that are missing or contradict one another; the message names them."""


class ModelUnavailableError(ReaderError):
    """A language model's server refuses or does not answer, after every allowed try."""


class BudgetError(ReaderError):
    """The next request could cost more than the budget has left."""


class VocabularyError(LabmovesError, AttributeError):
    """A term, concept or IRI that the ontology does not have: most often a misspelling."""


class MissingExtraError(LabmovesError):
    """An optional package is needed and not installed; the message names the extra."""


class StoreError(LabmovesError):
    """The store cannot be opened, read or written."""


class StoreLockedError(StoreError):
    """Another process holds the writer's lock."""


class StoreCorruptError(StoreError):
    """What is on disk contradicts itself; restore a backup or rebuild."""
