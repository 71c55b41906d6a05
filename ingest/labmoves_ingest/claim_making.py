"""From candidates to claims: one for each stint, with date, role, reasons and the words that state it.

What cannot be shown in the article's own words is not claimed: every claim's evidence, person, organization
and quotes are cut out of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from labmoves_graph.model import Article, Claim, Event, Evidence, Status
from labmoves_ingest.claim_dates import ClaimDate, claim_dates
from labmoves_ingest.documents import Document, Entity
from labmoves_ingest.manners import MannerFinder
from labmoves_ingest.passages import NamelessView
from labmoves_ingest.reading import Candidate
from labmoves_ingest.reasons import ReasonFinder
from labmoves_ingest.status_model import StatusModel, stated_status, time_of

__all__ = ["EXTRACTOR", "make_claims"]

#: Name and version of this extractor, recorded with every claim; raised when the same text may read otherwise.
EXTRACTOR = "labmoves-reader/7"

#: Whose reasons are looked for. What is found beside an arrival is the reason of a departure or none: of 58
#: such reasons of development stories none was right.
BEARS_REASONS = frozenset((Event.DEPARTURE, Event.ROLE_CHANGE))


def make_claims(
    article: Article,
    document: Document,
    chosen: list[Candidate],
    reasons: ReasonFinder,
    manners: MannerFinder,
    statuses: StatusModel,
) -> list[Claim]:
    """A claim for each of the settled candidates, in their order."""
    if not chosen:
        return []
    view = NamelessView.of(document)
    claims = []
    for candidate, date in zip(chosen, claim_dates(document, chosen), strict=True):
        stated = reasons.find(view, candidate) if candidate.event in BEARS_REASONS else ()
        claim = _claim(article, document, candidate, date)
        claims.append(
            replace(
                claim,
                status=_status(view, candidate, date, statuses),
                manner=manners.find(document, candidate, chosen),
                reasons=stated,
            )
        )
    return claims


def _status(view: NamelessView, candidate: Candidate, date: ClaimDate | None, statuses: StatusModel) -> Status:
    """As fact only when the model is sure of it, and then as a plan if it lies ahead; else the likeliest other.

    Of 1,285 annotated claims that are dated after their article, one is a fact (a date that is uncertain by days).
    What the model takes for a fact although 将 stands before was none 9 times of 13 in texts that it had not seen.
    """
    document, when = view.document, date.date if date else None
    odds = statuses.judge(view, candidate.sentence, candidate.person, candidate.trigger, candidate.event, when)
    stated = stated_status(odds, document.language)
    if stated is Status.CONFIRMED:
        time, told_ahead = time_of(document, when), document.tokens[candidate.trigger].start in document.told_ahead
        ahead = time == "future" or (told_ahead and time != "past")
        return _plainly_put(document, candidate.sentence) or (Status.PLANNED if ahead else Status.CONFIRMED)
    return stated


def _plainly_put(document: Document, sentence: int) -> Status | None:
    """What words of the sentence make of it by themselves, whatever the model thinks; a denial before a rumour."""
    span = document.sentences[sentence]
    start = bisect_left(document.plain_status, span.start, key=lambda one: one[0])
    end = bisect_left(document.plain_status, span.end, key=lambda one: one[0])
    put = {status for _, status in document.plain_status[start:end]}
    return next((status for status in (Status.DENIED, Status.RUMORED) if status in put), None)


def _claim(article: Article, document: Document, candidate: Candidate, date: ClaimDate | None) -> Claim:
    person, organization = document.people[candidate.person], document.organizations[candidate.organization]
    return Claim(
        article_id=article.id,
        event=candidate.event,
        person=person.name,
        organization=organization.name,
        status=Status.CONFIRMED,
        evidence=_evidence(document, candidate, person),
        person_id=_only(person),
        organization_id=_only(organization),
        role=document.text[candidate.role.start : candidate.role.end] if candidate.role else None,
        date=date.date if date else None,
        date_text=date.text if date else None,
        date_meaning=date.meaning if date else None,
        confidence=round(candidate.probability, 4),
        extractor=EXTRACTOR,
    )


def _only(entity: Entity) -> str | None:
    return entity.registry_ids[0] if len(entity.registry_ids) == 1 else None


def _evidence(document: Document, candidate: Candidate, person: Entity) -> Evidence:
    """The sentence; with those before it back to the person's name when it does not name the person itself."""
    sentence = document.sentences[candidate.sentence]
    start = sentence.start
    if not candidate.named:
        earlier = [m for m in person.mentions if m.first < sentence.first]
        if earlier:
            start = document.sentences[document.sentence_of(earlier[-1].first)].start
    return Evidence(start, sentence.end, document.text[start : sentence.end])
