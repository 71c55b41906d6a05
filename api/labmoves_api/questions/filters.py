"""A question's filters as the read model takes them."""

from __future__ import annotations

from labmoves_api.questions.parsing import Question
from labmoves_graph.model import Event, Manner, ReasonCategory, Status, Verdict
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.partial_date import PartialDate

__all__ = ["move_filter"]


def move_filter(question: Question) -> MoveFilter:
    """The filters as the read model takes them."""
    given = question.filters
    since, until = given.get("since"), given.get("until")
    return MoveFilter(
        person=given.get("person"),
        organization=given.get("organization"),
        from_organization=given.get("from"),
        to_organization=given.get("to"),
        event=(Event(given["event"]),) if "event" in given else (),
        status=(Status(given["status"]),) if "status" in given else (),
        verdict=(Verdict(given["verdict"]),) if "verdict" in given else (),
        reason=(ReasonCategory(given["reason"]),) if "reason" in given else (),
        manner=(Manner(given["manner"]),) if "manner" in given else (),
        since=PartialDate.parse(since) if since else None,
        until=PartialDate.parse(until) if until else None,
    )
