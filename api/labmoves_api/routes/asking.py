"""Questions in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import json_answer
from labmoves_api.parameters import LanguageOf, Limit, ServiceOf
from labmoves_api.questions.filters import move_filter
from labmoves_api.questions.parsing import Question, parse_question
from labmoves_api.service import Service
from labmoves_graph.clock import system_clock
from labmoves_graph.model import Manner, ReasonCategory
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.move_records import Json, move_record

__all__ = ["router"]

#: Filters of what most sources leave unsaid, with every value: what is left is not stated.
_SELDOM_STATED: dict[str, tuple[Any, ...]] = {"manner": tuple(Manner), "reason": tuple(ReasonCategory)}

router = APIRouter(prefix="/v1", tags=["moves"])


@router.get("/ask", operation_id="ask", summary="A question in plain words", response_model=schemas.Asked)
def ask(
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=300,
            description="English or Chinese",
            examples=["who left Anthropic for DeepMind in 2025", "2025年谁离开了OpenAI去了Meta"],
        ),
    ],
    service: ServiceOf,
    lang: LanguageOf,
    limit: Limit = 50,
) -> Response:
    """The moves that a question asks for, with the filters it was taken to mean; or which part is not understood.

    Where nothing fits because no source states the manner or the reason, `note` says so and where the rest is.
    """
    question = parse_question(q, service.words, system_clock().date())
    chosen = move_filter(question)
    page = service.model.moves(chosen, limit=limit, lang=lang)
    total = service.count(chosen)
    record = {
        "understood": [{"text": text, "as": meaning} for text, meaning in question.understood],
        "filters": question.filters,
        "url": _url(question, question.filters),
        "total": total,
        "items": [move_record(view) for view in page.items],
        "reasons": service.model.facets(chosen, ["reason"])["reason"] if question.why else None,
        "note": None if total else _unstated_note(service, question, chosen),
    }
    return json_answer(record)


def _unstated_note(service: Service, question: Question, chosen: MoveFilter) -> Json | None:
    """What fits without the manner, the reason, or both, where that is more than nothing; as AskedNote."""
    asked = [name for name in _SELDOM_STATED if name in question.filters]
    for without in [[name] for name in asked] + [asked] * (len(asked) > 1):
        wider = _with(chosen, dict.fromkeys(without, ()))
        if total := service.count(wider):
            words = " or ".join(repr(question.filters[name]) for name in without)
            silent = " and ".join(
                f"{total - service.count(_with(wider, {name: _SELDOM_STATED[name]}))} have no {name} stated"
                for name in without
            )
            others = {name: value for name, value in question.filters.items() if name not in without}
            return {
                "text": f"no source words it as {words}; of {total} moves that fit otherwise, {silent}",
                "without": without,
                "total": total,
                "url": _url(question, others),
            }
    return None


def _with(chosen: MoveFilter, values: dict[str, Any]) -> MoveFilter:
    return replace(chosen, **values)


def _url(question: Question, filters: Mapping[str, str]) -> str:
    return f"/v1/moves?{urlencode({**filters, **({'facets': 'reason'} if question.why else {})})}"
