"""Errors of the service itself, beside those of labmoves_graph.errors.

    LabmovesError
    ├── SettingsError             a LABMOVES_* variable that cannot be read
    ├── RequestError              a request that cannot be answered as it stands
    │   ├── FormatError           none of the formats that the client takes is to be had
    │   ├── QuestionError         a question in plain words with a part that is not understood
    │   ├── TooLargeError         a request body over the limit
    │   └── IdempotencyError      an idempotency key that was used for another request
    ├── AccessError               no token, or one that is unknown or revoked
    ├── ScopeError                a token that may not do this; or nobody may, as none is configured
    ├── FetchError                a URL that cannot or must not be fetched
    ├── RateLimitError            too many costly requests of one client
    ├── BusyError                 no room in the queue at the moment
    └── QueryLimitError           a SPARQL query over its time, memory or size (also a QueryError)

Like those, they know no HTTP: problems.py maps both trees in one table.
"""

from __future__ import annotations

from labmoves_graph.errors import LabmovesError, QueryError

__all__ = [
    "AccessError",
    "BusyError",
    "FetchError",
    "FormatError",
    "IdempotencyError",
    "QueryLimitError",
    "QuestionError",
    "RateLimitError",
    "RequestError",
    "ScopeError",
    "SettingsError",
    "TooLargeError",
]


class SettingsError(LabmovesError):
    """A setting that cannot be read."""


class RequestError(LabmovesError):
    """A request that cannot be answered as it stands."""


class FormatError(RequestError):
    """None of the formats that the client takes is to be had here."""


class QuestionError(RequestError):
    """A question in plain words with a part that is not understood: parts holds each."""

    def __init__(self, message: str, parts: tuple[str, ...]) -> None:
        super().__init__(message)
        self.parts = parts


class TooLargeError(RequestError):
    """A request body over the limit."""


class IdempotencyError(RequestError):
    """An idempotency key that stands for another request."""


class AccessError(LabmovesError):
    """No token, or one that is unknown or revoked."""


class ScopeError(LabmovesError):
    """A token that does not allow this, or a service that allows it to nobody."""


class FetchError(LabmovesError):
    """A URL that cannot be fetched, or must not be."""


class RateLimitError(LabmovesError):
    """Too many costly requests of one client. retry_after: seconds until the next one is taken."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BusyError(LabmovesError):
    """No room at the moment. retry_after: seconds after which to try again."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueryLimitError(QueryError):
    """A SPARQL query over its time, its memory or the size of its answer."""
