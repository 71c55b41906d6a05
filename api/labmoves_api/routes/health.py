"""How the service does."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import json_answer
from labmoves_api.parameters import ServiceOf
from labmoves_graph import __version__

__all__ = ["router"]

router = APIRouter(tags=["service"])


@router.get("/health", operation_id="get_health", summary="Health", response_model=schemas.Health)
def get_health(service: ServiceOf) -> Response:
    """200 when the store can be read, else 503: live, but not ready."""
    revision = service.revision()
    record = {
        "live": True,
        "ready": revision is not None,
        "revision": revision,
        "version": __version__,
        "writable": False,
    }
    return json_answer(record, 200 if revision is not None else 503)
