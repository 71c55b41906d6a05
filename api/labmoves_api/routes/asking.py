"""Questions in plain words."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import json_answer
from labmoves_api.parameters import LanguageOf, Limit, ServiceOf
from labmoves_api.questions.filters import move_filter
from labmoves_api.questions.parsing import parse_question
from labmoves_graph.clock import system_clock
from labmoves_graph.move_records import move_record

__all__ = ["router"]

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
    """The moves that a question asks for, with the filters it was taken to mean; or which part is not understood."""
    question = parse_question(q, service.words, system_clock().date())
    chosen = move_filter(question)
    page = service.model.moves(chosen, limit=limit, lang=lang)
    query = urlencode(question.filters | ({"facets": "reason"} if question.why else {}))
    record = {
        "understood": [{"text": text, "as": meaning} for text, meaning in question.understood],
        "filters": question.filters,
        "url": f"/v1/moves?{query}",
        "total": service.count(chosen),
        "items": [move_record(view) for view in page.items],
        "reasons": service.model.facets(chosen, ["reason"])["reason"] if question.why else None,
    }
    return json_answer(record)
