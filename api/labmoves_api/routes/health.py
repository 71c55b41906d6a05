"""How the service does."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from labmoves_api.answers import json_answer
from labmoves_api.parameters import ServiceOf
from labmoves_api.service_schemas import Health
from labmoves_graph import __version__

__all__ = ["router"]

router = APIRouter(tags=["service"])


@router.get("/health", operation_id="get_health", summary="Health", response_model=Health)
def get_health(service: ServiceOf) -> Response:
    """200 when the store can be read, else 503: live, but not ready."""
    state = service.state()
    record = {
        "live": True,
        "ready": state is not None,
        "revision": state.revision if state else None,
        "version": __version__,
        "writable": service.tokens.any_works,
    }
    return json_answer(record, 200 if state is not None else 503)


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus text format", "content": {"text/plain": {}}}},
)
def get_metrics(service: ServiceOf) -> Response:
    """What the service has done so far, all its processes together, in Prometheus' text format."""
    state = service.state()
    gauges = {"ready": float(state is not None), "revision": float(state.revision if state else 0)}
    return Response(service.metrics.text(gauges), media_type="text/plain; version=0.0.4")
