"""What the service answers about itself: health, jobs, problems; held to like the answers of schemas.py."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from labmoves_api.jobs import JobKind, JobState
from labmoves_api.schemas import Instant, Record

__all__ = ["Fault", "Health", "JobItem", "JobLinks", "JobResult", "ProblemDetails"]


class Health(Record):
    """How the service does."""

    live: bool
    ready: bool = Field(description="The store can be read")
    revision: int | None = Field(description="Grows with every change of content")
    version: str
    writable: bool = Field(description="A token is configured, so that articles can be posted")


class JobLinks(Record):
    """Where to follow a job."""

    self: str


class JobResult(Record):
    """What a job did."""

    article_id: str | None = None
    judgement_id: str | None = None
    outcome: str | None = Field(None, description="added, replaced or unchanged", examples=["added"])
    claims: int | None = Field(None, description="Claims that the article makes")


class JobItem(Record):
    """Work that was accepted."""

    id: str
    kind: JobKind
    state: JobState
    token: str = Field(description="Name of the token that it was asked with")
    created_at: Instant
    finished_at: Instant | None
    result: JobResult | None = Field(description="Once it is done")
    problem: str | None = Field(description="Why it failed: cause and remedy")
    links: JobLinks


class Fault(Record):
    """One parameter that cannot be used."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    where: str = Field(alias="in", examples=["query"])
    name: str = Field(examples=["limit"])
    expected: str


class ProblemDetails(BaseModel):
    """RFC 9457: what went wrong and what to do about it."""

    type: str = Field(examples=["/docs/problems#not-found"])
    title: str
    status: int
    detail: str = Field(description="Cause and remedy")
    errors: list[Fault] | None = Field(None, description="Faulty parameters")
    not_understood: list[str] | None = Field(None, description="Parts of a question that are not understood")
