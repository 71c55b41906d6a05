"""What each domain error is in HTTP: one table, and RFC 9457 problem details made from it.

    PROBLEMS[NotFoundError]  ->  404, "not-found", "Not found"

An error class without a row of its own answers as its nearest base does. `detail` is the error's message: cause and
remedy. Errors that are no LabmovesError become a bare 500 whose cause stands in the log alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from labmoves_api import errors as service
from labmoves_api.html import html_answer
from labmoves_graph import errors as domain
from labmoves_graph.errors import LabmovesError

__all__ = [
    "PROBLEMS",
    "Problem",
    "add_handlers",
    "error_response",
    "problem_of",
    "problem_response",
    "unexpected_response",
]

MEDIA_TYPE = "application/problem+json"
_DATA_PATHS = ("/v1/", "/sparql", "/feeds/", "/health", "/metrics", "/openapi.json", "/mcp")
MOST_FAULTS = 20  # validation faults spelled out


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem. code: the stable end of its `type`; docs/api.md explains each."""

    status: int
    code: str
    title: str


PROBLEMS: Mapping[type[LabmovesError], Problem] = {
    LabmovesError: Problem(500, "failed", "The request failed"),
    domain.DateError: Problem(422, "date", "Not a date that labmoves reads"),
    domain.RecordError: Problem(422, "record", "The record cannot be used"),
    domain.NotFoundError: Problem(404, "not-found", "Not found"),
    domain.QueryError: Problem(400, "query", "The query cannot be answered"),
    domain.MissingExtraError: Problem(406, "extra", "This service lacks an optional package"),
    domain.StoreError: Problem(503, "store", "The store cannot be read"),
    domain.StoreLockedError: Problem(503, "locked", "Another process is writing"),
    service.RequestError: Problem(400, "request", "The request cannot be answered"),
    service.FormatError: Problem(406, "format", "No such format"),
    service.QuestionError: Problem(422, "question", "The question is not understood"),
    service.TooLargeError: Problem(413, "too-large", "The request is too large"),
    service.IdempotencyError: Problem(409, "idempotency", "The idempotency key is taken"),
    service.AccessError: Problem(401, "access", "A valid token is needed"),
    service.ScopeError: Problem(403, "scope", "Not allowed"),
    service.FetchError: Problem(422, "fetch", "The URL was not fetched"),
    service.RateLimitError: Problem(429, "rate-limit", "Too many requests"),
    service.BusyError: Problem(503, "busy", "No room at the moment"),
    service.QueryLimitError: Problem(422, "query-limit", "The query needs too much"),
}

_OF_STATUS = {
    404: Problem(404, "not-found", "Not found"),
    405: Problem(405, "method", "The method is not allowed here"),
}


def problem_of(error: type[LabmovesError]) -> Problem:
    """The row of the class itself or of its nearest base."""
    return next(PROBLEMS[base] for base in error.__mro__ if base in PROBLEMS)


def problem_response(
    problem: Problem, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """The problem as application/problem+json; further members as given."""
    body = {
        "type": f"/docs/problems#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        **members,
    }
    return Response(to_json(body), problem.status, headers, MEDIA_TYPE)


def error_response(error: LabmovesError, request: Request) -> Response:
    """What a domain error answers with: a page to a browser that asked for one."""
    problem = problem_of(type(error))
    if _wants_page(request):
        return _problem_page(problem)
    headers: dict[str, str] = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="labmoves"'
    if problem.status in (429, 503):
        headers["Retry-After"] = str(getattr(error, "retry_after", 5))
    detail = str(error) if problem.status != 500 else "an unexpected error; the service's log has it"
    members = {"not_understood": error.parts} if isinstance(error, service.QuestionError) else {}
    return problem_response(problem, detail, headers, **members)


def unexpected_response(request: Request) -> Response:
    """What an error that nobody foresaw answers with: nothing of its cause."""
    return error_response(LabmovesError("unexpected"), request)


def add_handlers(app: FastAPI) -> None:
    """Have every error of the app answered with problem details."""
    app.add_exception_handler(LabmovesError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabmovesError)
    return error_response(error, request)


async def _validation_error(request: Request, error: Exception) -> Response:
    """Where the fault lies and what was expected; never what was given."""
    assert isinstance(error, RequestValidationError)
    faults = [
        {
            "in": str(fault["loc"][0]),
            "name": ".".join(str(part) for part in fault["loc"][1:]),
            "expected": fault["msg"],
        }
        for fault in error.errors()[:MOST_FAULTS]
    ]
    problem = Problem(422, "parameters", "The parameters cannot be used")
    if _wants_page(request):
        return _problem_page(problem)
    first = faults[0]
    detail = f"{first['in']} {first['name']}: {first['expected']}; /docs lists what each parameter takes"
    return problem_response(problem, detail, errors=faults)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = _OF_STATUS.get(error.status_code, Problem(error.status_code, "http", str(error.detail)))
    if _wants_page(request):
        return _problem_page(problem, error.headers)
    detail = "no such route; /docs lists them all" if error.status_code == 404 else f"{problem.title}; see /docs"
    return problem_response(problem, detail, error.headers)


def _wants_page(request: Request) -> bool:
    path = request.scope["path"]
    return not path.startswith(_DATA_PATHS) and "text/html" in request.headers.get("accept", "")


def _problem_page(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A page that says what kind of problem it is; nothing of the request stands on it."""
    answer = html_answer("problem.html", problem.status, problem=problem)
    answer.headers.update(headers or {})
    return answer
