"""Writing: articles, retractions and judgements, each as a job; all of it needs a token."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from labmoves_api.access import Scope, Token, bearer_token
from labmoves_api.answers import json_answer
from labmoves_api.errors import ScopeError
from labmoves_api.jobs import Job, JobKind, JobState
from labmoves_api.judgement_subjects import lookups, unknown_ids
from labmoves_api.parameters import ItemId, ServiceOf
from labmoves_api.routes.articles import ArticleId
from labmoves_api.service import Service
from labmoves_api.service_schemas import JobItem
from labmoves_graph.errors import NotFoundError
from labmoves_graph.model import JudgementKind
from labmoves_graph.move_records import Json
from labmoves_graph.partial_date import PartialDate

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["writing"])

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Any text of the client's own: the same key again gives the same job",
    ),
]
_ShortText = Annotated[str | None, Field(max_length=1000)]


class ArticleInput(BaseModel):
    """An article: its text, or its HTML, or nothing but the URL to fetch it from."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(None, min_length=1, description="The article's text, kept character by character")
    html: str | None = Field(None, min_length=1, description="Its page; text and metadata are taken from it")
    url: _ShortText = Field(None, description="Where it appeared; fetched when neither text nor html is given")
    id: str | None = Field(
        None, min_length=1, max_length=200, description="The source's own id; else made from the URL"
    )
    title: _ShortText = None
    published: _ShortText = Field(None, description="The day it appeared", examples=["2025-10-08"])
    lang: _ShortText = Field(None, description="en, zh-Hans or zh-Hant; else detected")
    publisher: _ShortText = None

    @model_validator(mode="after")
    def _one_source(self) -> ArticleInput:
        if self.text is not None and self.html is not None:
            raise ValueError("give text or html, not both")
        if self.text is None and self.html is None and not self.url:
            raise ValueError("give text, html or url")
        return self


class JudgementInput(BaseModel):
    """What a person decides about the data; docs/data.md explains the kinds."""

    model_config = ConfigDict(extra="forbid")

    kind: JudgementKind
    subject: str = Field(min_length=1, max_length=200, description="Id of the person, organization, claim or move")
    object: str | None = Field(None, max_length=200, description="The other id; of same and different only")
    value: str | None = Field(None, max_length=40, description="The EDTF date; of correct_date only")
    why: str = Field(min_length=1, max_length=2000, description="The reason, for those who read it later")

    @model_validator(mode="after")
    def _fitting(self) -> JudgementInput:
        pairs = self.kind in (JudgementKind.SAME, JudgementKind.DIFFERENT)
        if pairs != (self.object is not None):
            raise ValueError("object is given for same and different, and for them alone")
        if (self.kind is JudgementKind.CORRECT_DATE) != (self.value is not None):
            raise ValueError("value is given for correct_date, and for it alone")
        return self


def allowed(scope: Scope) -> Any:
    """A dependency that gives the request's token if it allows this."""

    def check(request: Request, service: ServiceOf) -> Token:
        if not service.tokens.any_works:
            raise ScopeError("this service only reads: no token is configured; make one with `labmoves token create`")
        token = service.tokens.authenticate(bearer_token(request.headers))
        token.require(scope)
        request.scope["state"]["token"] = token.name
        return token

    return Depends(check)


Ingesting = Annotated[Token, allowed(Scope.INGEST)]
Judging = Annotated[Token, allowed(Scope.JUDGE)]
Administering = Annotated[Token, allowed(Scope.ADMIN)]
_ACCEPTED: dict[str, Any] = {
    "status_code": 202,
    "response_model": JobItem,
    "openapi_extra": {"security": [{"token": []}]},
}


@router.post("/articles", operation_id="post_article", summary="Add an article", **_ACCEPTED)
def post_article(article: ArticleInput, token: Ingesting, service: ServiceOf, key: Key = None) -> Response:
    """Have an article read and its claims stored. The same one again changes nothing; a changed one replaces it."""
    payload = article.model_dump(exclude_none=True)
    return _accepted(service, service.jobs.put(JobKind.ARTICLE, payload, token=token.name, key=key))


@router.delete("/articles/{id:path}", operation_id="retract_article", summary="Retract an article", **_ACCEPTED)
def retract_article(
    id: ArticleId,
    token: Administering,
    service: ServiceOf,
    why: Annotated[str, Query(min_length=1, max_length=1000, description="The reason, which stays on record")],
    key: Key = None,
) -> Response:
    """Withdraw an article and its claims; what was known before stays answerable with `as_of`."""
    service.model.article(id)
    payload = {"article_id": id, "why": why}
    return _accepted(service, service.jobs.put(JobKind.RETRACTION, payload, token=token.name, key=key))


@router.post("/judgements", operation_id="post_judgement", summary="Judge", **_ACCEPTED)
def post_judgement(judgement: JudgementInput, token: Judging, service: ServiceOf, key: Key = None) -> Response:
    """Record that two are the same or different, that a claim is misread, a move confirmed, a date corrected."""
    _check_subjects(service, judgement)
    payload = judgement.model_dump(mode="json")
    if judgement.value is not None:
        payload["value"] = PartialDate.parse(judgement.value).edtf
    return _accepted(service, service.jobs.put(JobKind.JUDGEMENT, payload, token=token.name, key=key))


@router.get(
    "/jobs/{id}",
    operation_id="get_job",
    summary="A job",
    response_model=JobItem,
    openapi_extra={"security": [{"token": []}]},
)
def get_job(id: ItemId, token: Annotated[Token, allowed(Scope.READ)], service: ServiceOf) -> Response:
    """How far a job is, and what came of it."""
    return json_answer(_record(service.jobs.get(id)))


def _accepted(service: Service, job: Job) -> Response:
    service.worker.wake()
    headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": "1"}
    return json_answer(_record(job), 202, headers)


def _record(job: Job) -> Json:
    return {
        "id": job.id,
        "kind": job.kind.value,
        "state": job.state.value,
        "token": job.token,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "result": job.result if job.state is JobState.DONE else None,
        "problem": job.result["problem"] if job.state is JobState.FAILED and job.result else None,
        "links": {"self": f"/v1/jobs/{job.id}"},
    }


def _check_subjects(service: Service, judgement: JudgementInput) -> None:
    """Raise NotFoundError unless the ids name what the kind of judgement is about."""
    model, kind = service.model, judgement.kind
    if judgement.object is None:
        [lookup] = lookups(model, kind)
        lookup(judgement.subject)
    elif unknown_ids(model, kind, judgement.subject, judgement.object):
        raise NotFoundError("a judgement names an id that nobody has; find ids with GET /v1/people?q=")
