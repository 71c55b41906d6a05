"""A client of the HTTP API, for notebooks and programs.

    from labmoves_api.client import LabMoves

    with LabMoves("http://127.0.0.1:8000") as lab:
        for move in lab.moves(organization="openai", event="departure", since="2024"):
            print(move.date, move.person.name, move.verdict, move.independent_sources)
        frame = lab.moves(reason="safety_concerns").to_pandas()

    async with AsyncLabMoves() as lab: ...              the same, awaited

Lists page by themselves. Results are typed (labmoves_api.schemas). Answers 429 and 503 and lost connections are tried
again, after as long as the service asks for. Needs httpx and pydantic, and nothing of the service.

Errors: ServiceError with the problem's status, type and detail; ConnectionFailed when nobody answers.
"""

from __future__ import annotations

from labmoves_api.client.clients import AsyncLabMoves, LabMoves
from labmoves_api.client.listing import AsyncListing, Listing
from labmoves_api.client.plans import ConnectionFailed, ServiceError

__all__ = ["AsyncLabMoves", "AsyncListing", "ConnectionFailed", "LabMoves", "Listing", "ServiceError"]
