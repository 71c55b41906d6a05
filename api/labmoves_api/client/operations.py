"""The operations of both clients, each written and described once.

On LabMoves an operation gives its result, on AsyncLabMoves an awaitable of it; a list gives a Listing or an
AsyncListing. Filters are those of docs/api.md, by the same names, but for `from` and `to`, which Python reserves or
hides: they are `source` and `target`. Dates are EDTF text.

A call that does not fit raises TypeError, which says how the operation is called; so does help(lab.timeline).
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from pydantic import BaseModel

from labmoves_api.client.listing import AsyncListing, Listing, PageRequest
from labmoves_api.client.plans import Plan, Send, item, path, send
from labmoves_api.schemas import (
    ArticleItem,
    Asked,
    ClaimItem,
    DisputeItem,
    EntityItem,
    FlowItem,
    MoveItem,
    ReasonCountItem,
    RosterItem,
    TimelineAnswer,
)
from labmoves_api.service_schemas import Health, JobItem

if TYPE_CHECKING:
    from labmoves_api.client.clients import AsyncLabMoves, LabMoves

__all__ = ["Operations"]

P = ParamSpec("P")
Result = TypeVar("Result")
Item = TypeVar("Item", bound=BaseModel)
Text = str | Sequence[str] | None


class _Described:
    """The name, the parameters and the description that a method of a client shows, and how they are held to."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._signature = inspect.signature(function)
        self._name = function.__name__.lstrip("_")
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def _check(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Raise TypeError for arguments that do not fit: the plan itself would tell of its own name alone."""
        try:
            self._signature.bind(*args, **kwargs)
        except TypeError as error:
            parameters = [p.replace(annotation=p.empty) for p in self._signature.parameters.values()]
            shown = inspect.Signature(parameters)
            raise TypeError(f"{self._name}: {error}; call it as {self._name}{shown}") from None

    def _describe(self, call: Any) -> Any:
        call.__name__ = call.__qualname__ = self._name
        call.__doc__ = self.__doc__
        call.__signature__ = self._signature
        return call


class Operation(_Described, Generic[P, Result]):
    """A plan as a method of either client."""

    def __init__(self, plan: Callable[P, Plan[Result]]) -> None:
        super().__init__(plan)
        self._plan = plan

    @overload
    def __get__(self, client: LabMoves, owner: type | None = None) -> Callable[P, Result]: ...
    @overload
    def __get__(self, client: AsyncLabMoves, owner: type | None = None) -> Callable[P, Awaitable[Result]]: ...
    def __get__(self, client: Any, owner: type | None = None) -> Any:
        """The method of that client."""
        if client is None:
            return self

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            self._check(args, kwargs)
            return client.run(self._plan(*args, **kwargs))

        return self._describe(call)


class ListOperation(_Described, Generic[P, Item]):
    """A list as a method of either client."""

    def __init__(self, pages: Callable[P, PageRequest[Item]]) -> None:
        super().__init__(pages)
        self._pages = pages

    @overload
    def __get__(self, client: LabMoves, owner: type | None = None) -> Callable[P, Listing[Item]]: ...
    @overload
    def __get__(self, client: AsyncLabMoves, owner: type | None = None) -> Callable[P, AsyncListing[Item]]: ...
    def __get__(self, client: Any, owner: type | None = None) -> Any:
        """The method of that client."""
        if client is None:
            return self

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            self._check(args, kwargs)
            return client.listing(self._pages(*args, **kwargs), client.run)

        return self._describe(call)


def _moves(
    *,
    person: str | None = None,
    organization: str | None = None,
    source: str | None = None,
    target: str | None = None,
    event: Text = None,
    status: Text = None,
    verdict: Text = None,
    reason: Text = None,
    manner: Text = None,
    since: str | None = None,
    until: str | None = None,
    min_sources: int | None = None,
    as_of: str | None = None,
    q: str | None = None,
    sort: str | None = None,
    lang: str | None = None,
    page_size: int = 200,
) -> PageRequest[MoveItem]:
    """Moves that fit every filter, the latest first unless `sort` says otherwise."""
    parameters = {
        **{"person": person, "organization": organization, "from": source, "to": target},
        **{"event": event, "status": status, "verdict": verdict, "reason": reason, "manner": manner},
        **{"since": since, "until": until, "min_sources": min_sources, "as_of": as_of, "q": q},
        **{"sort": sort, "lang": lang, "limit": page_size},
    }
    return PageRequest(Send("GET", "/v1/moves", parameters), MoveItem)


def _people(q: str | None = None, *, lang: str | None = None, page_size: int = 200) -> PageRequest[EntityItem]:
    """People, or those whose names match `q`, best match first."""
    return PageRequest(Send("GET", "/v1/people", {"q": q, "lang": lang, "limit": page_size}), EntityItem)


def _organizations(q: str | None = None, *, lang: str | None = None, page_size: int = 200) -> PageRequest[EntityItem]:
    """Organizations, or those whose names match `q`, best match first."""
    return PageRequest(Send("GET", "/v1/organizations", {"q": q, "lang": lang, "limit": page_size}), EntityItem)


def _articles(
    *, publisher: str | None = None, since: str | None = None, until: str | None = None, page_size: int = 200
) -> PageRequest[ArticleItem]:
    """Articles, the latest published first, without their texts."""
    parameters = {"publisher": publisher, "since": since, "until": until, "limit": page_size}
    return PageRequest(Send("GET", "/v1/articles", parameters), ArticleItem)


def _disputes(kind: str | None = None, *, lang: str | None = None, page_size: int = 200) -> PageRequest[DisputeItem]:
    """What sources disagree about."""
    return PageRequest(Send("GET", "/v1/disputes", {"kind": kind, "lang": lang, "limit": page_size}), DisputeItem)


def _flows(
    *,
    since: str | None = None,
    until: str | None = None,
    organization: str | None = None,
    as_of: str | None = None,
    lang: str | None = None,
    limit: int = 50,
) -> PageRequest[FlowItem]:
    """How many people went from one organization to another, the largest flows first; at most `limit`."""
    parameters = {"since": since, "until": until, "organization": organization, "as_of": as_of, "lang": lang}
    return PageRequest(Send("GET", "/v1/flows", parameters | {"limit": limit}), FlowItem)


def _reasons(
    *, organization: str | None = None, since: str | None = None, until: str | None = None, event: Text = None
) -> PageRequest[ReasonCountItem]:
    """How many moves state a reason of each category, most frequent first."""
    parameters = {"organization": organization, "since": since, "until": until, "event": event}
    return PageRequest(Send("GET", "/v1/reasons", parameters), ReasonCountItem)


def _roster(
    organization: str, on: str, *, as_of: str | None = None, lang: str | None = None
) -> PageRequest[RosterItem]:
    """Who was at the organization on that day, certainly or possibly."""
    request = Send("GET", path("organizations", organization, "roster"), {"on": on, "as_of": as_of, "lang": lang})
    return PageRequest(request, RosterItem)


def _timeline(
    *,
    person: str | None = None,
    organization: str | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    lang: str | None = None,
) -> Plan[TimelineAnswer]:
    """The story of a person or of an organization, oldest first and undated entries last, whole.

    What is denied is left out.
    """
    if (person is None) == (organization is None):
        raise ValueError('give either person= or organization=, like timeline(person="mira-murati")')
    where = path("people", person, "timeline") if person else path("organizations", organization or "", "timeline")
    parameters: dict[str, Any] = {"since": since, "until": until, "as_of": as_of, "lang": lang, "limit": 1000}
    whole = yield from item(TimelineAnswer, Send("GET", where, parameters))
    entries, cursor = list(whole.entries), whole.cursor
    while cursor is not None:
        more = yield from item(TimelineAnswer, Send("GET", where, parameters | {"cursor": cursor}))
        entries += more.entries
        cursor = more.cursor
    return whole.model_copy(update={"entries": entries, "cursor": None})


def _move(id: str, *, as_of: str | None = None, lang: str | None = None) -> Plan[MoveItem]:
    """One move with its evidence and its history."""
    return item(MoveItem, Send("GET", path("moves", id), {"as_of": as_of, "lang": lang}))


def _claim(id: str, *, lang: str | None = None) -> Plan[ClaimItem]:
    """One claim."""
    return item(ClaimItem, Send("GET", path("claims", id), {"lang": lang}))


def _person(id: str, *, lang: str | None = None) -> Plan[EntityItem]:
    """One person."""
    return item(EntityItem, Send("GET", path("people", id), {"lang": lang}))


def _organization(id: str, *, lang: str | None = None) -> Plan[EntityItem]:
    """One organization."""
    return item(EntityItem, Send("GET", path("organizations", id), {"lang": lang}))


def _article(id: str, *, lang: str | None = None) -> Plan[ArticleItem]:
    """One article with its text and claims."""
    return item(ArticleItem, Send("GET", path("articles", id), {"lang": lang}))


def _ask(question: str, *, lang: str | None = None, limit: int = 50) -> Plan[Asked]:
    """A question in plain words: what it was taken to mean, and the moves that fit."""
    return item(Asked, Send("GET", "/v1/ask", {"q": question, "lang": lang, "limit": limit}))


def _health() -> Plan[Health]:
    """How the service does."""
    return item(Health, Send("GET", "/health"))


def _sparql(query: str) -> Plan[dict[str, Any]]:
    """A SELECT or ASK query; the answer as SPARQL's JSON."""
    import json

    headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
    answer = yield from send(Send("POST", "/sparql", body=query, headers=headers))
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _post_article(
    *,
    text: str | None = None,
    html: str | None = None,
    url: str | None = None,
    id: str | None = None,
    title: str | None = None,
    published: str | None = None,
    lang: str | None = None,
    publisher: str | None = None,
) -> Plan[JobItem]:
    """Have an article read; needs a token of scope ingest. Follow the job with `job`."""
    given = {"text": text, "html": html, "url": url, "id": id, "title": title}
    given |= {"published": published, "lang": lang, "publisher": publisher}
    body = {name: value for name, value in given.items() if value is not None}
    return item(JobItem, Send("POST", "/v1/articles", body=body))


def _retract_article(id: str, why: str) -> Plan[JobItem]:
    """Withdraw an article; needs a token of scope admin."""
    return item(JobItem, Send("DELETE", path("articles", id), {"why": why}))


def _post_judgement(
    kind: str, subject: str, why: str, *, object: str | None = None, value: str | None = None
) -> Plan[JobItem]:
    """Record a decision about the data; needs a token of scope judge."""
    body = {"kind": kind, "subject": subject, "why": why, "object": object, "value": value}
    return item(JobItem, Send("POST", "/v1/judgements", body=body))


def _job(id: str) -> Plan[JobItem]:
    """How far a job is."""
    return item(JobItem, Send("GET", path("jobs", id)))


class Operations:
    """What both clients can do."""

    moves = ListOperation(_moves)
    people = ListOperation(_people)
    organizations = ListOperation(_organizations)
    articles = ListOperation(_articles)
    disputes = ListOperation(_disputes)
    flows = ListOperation(_flows)
    reasons = ListOperation(_reasons)
    roster = ListOperation(_roster)
    timeline = Operation(_timeline)
    move = Operation(_move)
    claim = Operation(_claim)
    person = Operation(_person)
    organization = Operation(_organization)
    article = Operation(_article)
    ask = Operation(_ask)
    health = Operation(_health)
    sparql = Operation(_sparql)
    post_article = Operation(_post_article)
    retract_article = Operation(_retract_article)
    post_judgement = Operation(_post_judgement)
    job = Operation(_job)
