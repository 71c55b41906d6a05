"""Why an article was read as it was, in lines for people: the text of `labmoves extract --explain`.

    explanation_lines(explanation)  -> the article's id, its claims with what they rest on, and what was left out

The values come from labmoves_ingest.explanation; what is worded here is only worded.
"""

from __future__ import annotations

from collections.abc import Iterator

from labmoves_api.cli.text_table import printable
from labmoves_ingest.explanation import Argument, ClaimGrounds, DateGrounds, Explanation, LeftOut, Place
from labmoves_ingest.settling import Ground

__all__ = ["explanation_lines"]

LABEL_WIDTH = 14

_WHY = {
    Ground.UNLIKELY: "below the threshold",
    Ground.ASKED: "asked, not told",
    Ground.SUPPOSED: "supposed, not told",
    Ground.CONTRADICTED: "contradicted by a likelier reading",
    Ground.FICTION: "the text calls itself fiction",
}


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """The lines, without line ends; control characters of the text are gone."""
    for line in _lines(explanation):
        yield printable(line)


def _lines(explanation: Explanation) -> Iterator[str]:
    if not explanation.read:
        yield f"{explanation.article_id}: not read, no word in it may state a move"
        return
    yield f"{explanation.article_id}: {len(explanation.claims)} claims, {len(explanation.left_out)} left out"
    for grounds in explanation.claims:
        claim = grounds.claim
        yield f"  {claim.event}  {claim.person}  {claim.organization}  {_odds(claim.confidence)}"
        for label, text in _grounds(grounds):
            yield f"    {label:<{LABEL_WIDTH}}{text}"
    if explanation.left_out:
        yield "  left out"
    for one in explanation.left_out:
        yield f"  {one.event}  {one.person}  {one.organization}  {_odds(one.probability)}"
        yield f"    {'why':<{LABEL_WIDTH}}{_why(one)}"
        for label, text in _place(one.place):
            yield f"    {label:<{LABEL_WIDTH}}{text}"


def _grounds(grounds: ClaimGrounds) -> Iterator[tuple[str, str]]:
    claim = grounds.claim
    yield from _place(grounds.place)
    yield "person", _argument(grounds.person)
    yield "organization", _argument(grounds.organization)
    if grounds.shared:
        yield "shared", "the odds are those of the likeliest in a list of names, a little less"
    if claim.role:
        yield "role", claim.role
    yield "date", _date(grounds.date) if grounds.date else "no words date it"
    yield "status", f"{claim.status} ({', '.join(f'{name} {_odds(odds)}' for name, odds in grounds.status.items())})"
    if claim.manner:
        yield "manner", claim.manner
    for reason, odds in zip(claim.reasons, grounds.reasons, strict=True):
        yield "reason", f"{reason.category} {_odds(odds)} “{reason.quote}”"


def _place(place: Place) -> Iterator[tuple[str, str]]:
    if place.cue is None:
        cue = "no listed cue beside it"
    else:
        cue = f"cue “{place.cue.words}” ({', '.join(place.cue.classes)})"
    yield "trigger", f"“{place.trigger}”, {cue}"
    yield "sentence", f"{place.number}: {place.sentence}"


def _argument(argument: Argument) -> str:
    where = "named in the sentence" if argument.named else f"carried from sentence {argument.number}"
    return f"{argument.name}, {where}, {_odds(argument.odds)}"


def _date(date: DateGrounds) -> str:
    what = f"{date.date} ({date.meaning})" if date.date else "none"
    how = [f"rule {date.rule}", date.kind.replace("_", " ")]
    if date.shift:
        how.append(date.shift)
    if date.anchor:
        how.append(f"from {date.anchor}")
    if date.ambiguous:
        how.append("day and month could be swapped")
    return f"{what}, from “{date.words}”: {', '.join(how)}"


def _why(one: LeftOut) -> str:
    why = _WHY[one.ground]
    if one.rival:
        return f"{why}, {one.rival}"
    return why if one.ground is Ground.FICTION else f"{why}, {_odds(one.needed)} needed"


def _odds(odds: float) -> str:
    return f"{odds:.2f}"
