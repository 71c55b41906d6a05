"""Why an article was read as it was: what each claim rests on, and what each stint left out lacked.

    explanation = Explainer(extractor).explain(article)
    explanation.claims[0].cue.words       "has left", the listed words at the trigger; .classes ("departure",)
    explanation.left_out[0].ground        Ground.UNLIKELY

The claims are those of `extractor.extract(article)`, each in the same place. Nothing here decides anything: cue,
odds and date are looked up in what the pipeline left behind (pipeline.py) or asked of the same models again.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from labmoves_graph.model import Article, Claim, DateMeaning, Event, Language, Status
from labmoves_ingest.claim_dates import ClaimDate, claim_dates
from labmoves_ingest.claim_record import claim_as_record
from labmoves_ingest.dates import DateKind, DateMention, Shift, infer_reference
from labmoves_ingest.documents import Document, Entity
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.lexicon import EVENT_FLAG, CueHit
from labmoves_ingest.passages import NamelessView
from labmoves_ingest.reading import Candidate
from labmoves_ingest.reasons import ReasonFinder
from labmoves_ingest.settling import Dropped, Ground
from labmoves_ingest.status_model import STATUSES, StatusModel

__all__ = ["Argument", "ClaimGrounds", "Cue", "DateGrounds", "Explainer", "Explanation", "LeftOut", "Place"]

#: Tokens between a cue and the trigger for the cue to count as standing next to it.
NEXT_TO = 2
#: No cue is longer than this many tokens.
LONGEST_CUE = 24


@dataclass(frozen=True, slots=True)
class Cue:
    """Listed words (cues/*.toml, registry) at or next to a trigger. classes: names of lexicon.Flag, lower case."""

    words: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is told: the sentence, its number from 1, the token that states it most, and the cue there.

    cue: None when no listed words stand there; the reader then went by the other words of the sentence.
    """

    sentence: str
    number: int
    trigger: str
    cue: Cue | None


@dataclass(frozen=True, slots=True)
class Argument:
    """A claim's person or organization. named: in the sentence itself; else in sentence `number`, from 1.

    odds: for a person how likely the event is theirs, for an organization how likely it is the event's.
    """

    name: str
    named: bool
    number: int
    odds: float


@dataclass(frozen=True, slots=True)
class DateGrounds:
    """How a date was read. rule: the name of the row in dates/*.toml.

    date, meaning: None when the words date nothing. shift: the length counted, such as "-3 week".
    anchor: the date counted from; None for a calendar date, or when the text's own date before it was taken.
    """

    date: str | None
    words: str
    rule: str
    kind: DateKind
    meaning: DateMeaning | None
    shift: str | None
    anchor: str | None
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class ClaimGrounds:
    """What a claim rests on. shared: its odds are lent by the likeliest of a list of names.

    date: None when no date words were chosen. status: odds of each. reasons: odds that each of the claim's reasons
    is stated where it is quoted, in the claim's order.
    """

    claim: Claim
    place: Place
    person: Argument
    organization: Argument
    shared: bool
    date: DateGrounds | None
    status: dict[Status, float]
    reasons: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stint that was read but not stated. needed: the probability from which it would be, all else being well.

    rival: the event that a likelier reading gives the same person, organization and sentence; None elsewhere.
    """

    event: Event
    person: str
    organization: str
    probability: float
    ground: Ground
    needed: float
    rival: Event | None
    place: Place


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of one article, in text order. read: False when it holds no word of a move and was not read at all."""

    article_id: str
    read: bool
    claims: tuple[ClaimGrounds, ...]
    left_out: tuple[LeftOut, ...]

    def as_record(self) -> dict[str, Any]:
        """JSON values; odds to four digits."""
        record: dict[str, Any] = _rounded(asdict(self))
        for claim, grounds in zip(record["claims"], self.claims, strict=True):
            claim["claim"] = claim_as_record(grounds.claim)
        return record


class Explainer:
    """Explains what one Extractor reads."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    def explain(self, article: Article) -> Explanation:
        """Read the article and say why it is read so."""
        if not self._extractor.tells_of_moves(article):
            return Explanation(article.id, False, (), ())
        doc = self._extractor.read(article)
        document: Document = doc._.document
        chosen, claims = doc._.settlement.chosen, doc._.claims
        dates = claim_dates(document, chosen)
        view = NamelessView.of(document)
        return Explanation(
            article.id,
            True,
            tuple(
                _claim_grounds(view, claim, candidate, date)
                for claim, candidate, date in zip(claims, chosen, dates, strict=True)
            ),
            tuple(_left_out(document, dropped) for dropped in doc._.settlement.dropped),
        )


def _claim_grounds(view: NamelessView, claim: Claim, candidate: Candidate, date: ClaimDate | None) -> ClaimGrounds:
    document = view.document
    when = date.date if date else None
    status = _status_model(document.language).judge(
        view, candidate.sentence, candidate.person, candidate.trigger, candidate.event, when
    )
    judged = _reason_finder(document.language).judged(view, candidate) if claim.reasons else []
    odds_of_kind = {reason.category: odds for odds, reason in judged}
    return ClaimGrounds(
        claim=claim,
        place=_place(document, candidate),
        person=_argument(document, candidate, document.people[candidate.person], candidate.event_odds),
        organization=_argument(
            document, candidate, document.organizations[candidate.organization], candidate.organization_odds
        ),
        shared=candidate.lent,
        date=_date_grounds(document, candidate, date),
        status={status: float(odds) for status, odds in zip(STATUSES, status, strict=True)},
        reasons=tuple(odds_of_kind[reason.category] for reason in claim.reasons),
    )


def _left_out(document: Document, dropped: Dropped) -> LeftOut:
    candidate = dropped.candidate
    return LeftOut(
        event=candidate.event,
        person=document.people[candidate.person].name,
        organization=document.organizations[candidate.organization].name,
        probability=candidate.probability,
        ground=dropped.ground,
        needed=dropped.needed,
        rival=dropped.rival.event if dropped.rival else None,
        place=_place(document, candidate),
    )


def _place(document: Document, candidate: Candidate) -> Place:
    sentence = document.sentences[candidate.sentence]
    return Place(
        sentence=document.text[sentence.start : sentence.end],
        number=candidate.sentence + 1,
        trigger=document.tokens[candidate.trigger].text,
        cue=_cue(document, candidate),
    )


def _cue(document: Document, candidate: Candidate) -> Cue | None:
    """The hit that says most of the trigger: of the event's own class, over it rather than beside it, longest."""
    sentence, trigger = document.sentences[candidate.sentence], candidate.trigger
    own = EVENT_FLAG[candidate.event]

    def rank(hit: CueHit) -> tuple[bool, bool, int]:
        return own in hit.flags, hit.first <= trigger < hit.last, hit.last - hit.first

    start = bisect_left(document.hits, max(sentence.first, trigger - LONGEST_CUE), key=lambda hit: hit.first)
    end = bisect_left(document.hits, min(sentence.last, trigger + NEXT_TO + 1), key=lambda hit: hit.first)
    near = [
        hit
        for hit in document.hits[start:end]
        if hit.last > trigger - NEXT_TO and not hit.flags.isdisjoint(EVENT_FLAG.values())
    ]
    if not near:
        return None
    best = max(near, key=rank)
    return Cue(best.words, tuple(flag.name.lower() for flag in sorted(best.flags)))


def _argument(document: Document, candidate: Candidate, entity: Entity, odds: float) -> Argument:
    sentence = document.sentences[candidate.sentence]
    if any(sentence.first <= mention.first < sentence.last for mention in entity.mentions):
        return Argument(entity.name, True, candidate.sentence + 1, odds)
    earlier = [mention for mention in entity.mentions if mention.first < sentence.first]
    nearest = earlier[-1] if earlier else entity.mentions[0]
    return Argument(entity.name, False, document.sentence_of(nearest.first) + 1, odds)


def _date_grounds(document: Document, candidate: Candidate, date: ClaimDate | None) -> DateGrounds | None:
    words = None if candidate.date is None else document.dates[candidate.date][1]
    mention = date.mention if date else words
    if mention is None:
        return None
    return DateGrounds(
        date=date.date.edtf if date else None,
        words=mention.text,
        rule=mention.rule,
        kind=mention.kind,
        meaning=date.meaning if date else None,
        shift=_shift_text(mention.shift) if mention.shift else None,
        anchor=_anchor(document, mention, date),
        ambiguous=mention.ambiguous,
    )


def _anchor(document: Document, mention: DateMention, date: ClaimDate | None) -> str | None:
    if date is not None and date.anchor is not None:
        return date.anchor.edtf
    if mention.kind is not DateKind.RELATIVE_TO_PUBLICATION:
        return None
    if document.published is not None:
        return document.published.isoformat()
    inferred = infer_reference(document.text, Language.EN if document.language == "en" else Language.ZH_HANS)
    return inferred.edtf if inferred else None


def _shift_text(shift: Shift) -> str:
    return f"{'about ' if shift.approximate else ''}{shift.amount:+d} {shift.unit}"


@cache
def _status_model(language: str) -> StatusModel:
    return StatusModel.load(language)


@cache
def _reason_finder(language: str) -> ReasonFinder:
    return ReasonFinder(language)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
