"""Whether what a model says stands in the article, and where: the check that no claim gets around.

    grounding = Grounder(registry, extractor, certainty).ground(article, [(part, answer), …])
    grounding.claims    in text order, each string of them cut from the article by offset
    grounding.dropped   why others were not kept, and how many

Person, organization and evidence must be found in the part of the article that was read, or the claim is dropped.
Reasons, role, date words and speakers must be found too, or they are left out. Evidence is widened to whole
sentences; date words are turned into dates by labmoves_ingest.dates, never by the model.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources

from labmoves_graph.model import Article, Claim, DateMeaning, Evidence, Language, Reason
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry
from labmoves_ingest.backends.answer import Answer, StatedClaim, StatedReason
from labmoves_ingest.backends.copied_words import CopiedWords, Place
from labmoves_ingest.backends.injection import addresses_a_machine
from labmoves_ingest.backends.prompt import Part
from labmoves_ingest.dates import DateKind, DateMention, find_dates
from labmoves_ingest.language import detect_language
from labmoves_ingest.manners import ALLOWED_MANNERS
from labmoves_ingest.tokens import Sentence, fold, sentences, tokenize

__all__ = ["Grounder", "Grounding"]

#: Longer evidence is no passage but a copy of the article.
LONGEST_EVIDENCE = 1_500


@dataclass(slots=True)
class Grounding:
    """What became of the answers about one article. dropped: claims; left_out: parts of claims that were kept."""

    claims: list[Claim] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


class Grounder:
    """Turns answers into claims. extractor, certainty: recorded with every claim."""

    def __init__(self, registry: Registry, extractor: str, certainty: float) -> None:
        self._registry = registry
        self._extractor = extractor
        self._certainty = certainty

    def ground(self, article: Article, answers: Sequence[tuple[Part, Answer]]) -> Grounding:
        """The claims of these answers that the article bears out."""
        grounding = Grounding()
        language = article.language or detect_language(article.text)
        dates = find_dates(article.text, language, article.published) if any(a.claims for _, a in answers) else []
        for part, answer in answers:
            reading = _PartReading(self._registry, article, part, language, dates, grounding)
            for stated in answer.claims:
                claim = reading.claim(stated, self._extractor, self._certainty)
                if claim is None:
                    continue
                if _repeats(claim, grounding.claims):
                    grounding.dropped["stated before"] += 1
                else:
                    grounding.claims.append(claim)
        grounding.claims.sort(key=_in_text_order)
        return grounding


class _PartReading:
    """One part of one article, with what was found in it so far."""

    def __init__(
        self,
        registry: Registry,
        article: Article,
        part: Part,
        language: Language,
        dates: list[DateMention],
        grounding: Grounding,
    ) -> None:
        self._registry = registry
        self._article = article
        self._words = CopiedWords(article.text, part.start, part.end)
        self._sentences = _sentences(article.text, part)
        self._common = _common_nouns("en" if language is Language.EN else "zh")
        self._dates = dates
        self._grounding = grounding

    def claim(self, stated: StatedClaim, extractor: str, certainty: float) -> Claim | None:
        """The claim, None when it must be dropped; the grounding's counts say why."""
        place = self._evidence(stated.evidence)
        person = self._name(stated.person, "person")
        organization = self._name(stated.organization, "organization")
        if place is None or person is None or organization is None:
            return None
        text = self._article.text
        people = self._registry.people_named(person)
        organizations = self._registry.organizations_named(organization)
        date, date_text = self._date(stated.date_words, place)
        return Claim(
            article_id=self._article.id,
            event=stated.event,
            person=person,
            organization=organization,
            status=stated.status,
            evidence=Evidence(place.start, place.end, place.of(text)),
            person_id=people[0] if len(people) == 1 and not self._registry.is_common(person, people[0]) else None,
            organization_id=organizations[0] if len(organizations) == 1 else None,
            role=self._words_or_none(stated.role, "role", place),
            date=date,
            date_text=date_text,
            date_meaning=DateMeaning.EFFECTIVE if date else None,
            manner=stated.manner if stated.manner in ALLOWED_MANNERS[stated.event] else None,
            said_by=self._words_or_none(stated.said_by, "speaker", place),
            reasons=self._reasons(stated.reasons, place),
            confidence=certainty,
            extractor=extractor,
        )

    def _evidence(self, quote: str) -> Place | None:
        """The whole sentences that the quote stands in."""
        if len(quote) > LONGEST_EVIDENCE:
            self._drop("evidence too long")
            return None
        places = self._words.places(quote)
        covered = [s for s in self._sentences if places and s.start < places[0].end and places[0].start < s.end]
        if not covered:
            self._drop("evidence not in the text")
            return None
        place = Place(covered[0].start, covered[-1].end)
        if addresses_a_machine(self._article.text, place.start, place.end):
            self._drop("evidence gives instructions to its reader")
            return None
        return place

    def _name(self, words: str, kind: str) -> str | None:
        places = self._words.places(words)
        if not places:
            self._drop(f"{kind} not in the text")
            return None
        name = places[0].of(self._article.text)
        if fold(name).removeprefix("the ") in self._common:
            self._drop(f"{kind} is no name")
            return None
        return name

    def _drop(self, why: str) -> None:
        self._grounding.dropped[why] += 1

    def _words_or_none(self, words: str | None, kind: str, near: Place) -> str | None:
        found = self._nearest(words, kind, near)
        return found.of(self._article.text) if found else None

    def _nearest(self, words: str | None, kind: str, near: Place) -> Place | None:
        if not words or not words.strip():
            return None
        places = self._words.places(words)
        if not places:
            self._grounding.left_out[f"{kind} not in the text"] += 1
            return None
        return min(places, key=near.distance)

    def _date(self, words: str | None, near: Place) -> tuple[PartialDate | None, str | None]:
        place = self._nearest(words, "date words", near)
        if place is None:
            return None, None
        inside = [m for m in self._dates if m.start < place.end and place.start < m.end]
        dated = [m for m in inside if m.date and m.kind not in (DateKind.VAGUE, DateKind.DURATION)]
        if not dated:
            if not inside:
                self._grounding.left_out["date words not understood"] += 1
            return None, None
        best = max(dated, key=lambda m: (m.date.precision if m.date else 0, -m.start))
        return best.date, best.text

    def _reasons(self, stated: Sequence[StatedReason], near: Place) -> tuple[Reason, ...]:
        found: dict[tuple[str, str], Reason] = {}
        for reason in stated:
            quote = self._words_or_none(reason.quote, "reason", near)
            if quote is None:
                continue
            said_by = self._words_or_none(reason.said_by, "speaker", near)
            share = reason.share if reason.share is not None and 0 < reason.share <= 1 else None
            found.setdefault((reason.category, quote), Reason(reason.category, quote, share, said_by))
        return tuple(found.values())


def _sentences(text: str, part: Part) -> list[Sentence]:
    stretch = text[part.start : part.end]
    found = sentences(stretch, tokenize(stretch))
    return [replace(s, start=s.start + part.start, end=s.end + part.start) for s in found]


@lru_cache(maxsize=2)
def _common_nouns(language: str) -> frozenset[str]:
    """Words that stand for people and organizations but name none: "she", "the company", 该公司."""
    raw = tomllib.loads((resources.files("labmoves_ingest") / "cues" / f"{language}.toml").read_text("utf-8"))
    classes = ("pronoun", "person_noun", "organization_noun")
    return frozenset(fold(word) for name in classes for word in raw["class"][name])


def _repeats(claim: Claim, others: Sequence[Claim]) -> bool:
    """Whether another claim states the same event of the same two; a second stint has a date of its own."""
    key = _parties(claim)
    return any(
        key == _parties(other) and (not claim.date or not other.date or claim.date.may_equal(other.date))
        for other in others
    )


def _parties(claim: Claim) -> tuple[str, ...]:
    return claim.event, claim.person_id or fold(claim.person), claim.organization_id or fold(claim.organization)


def _in_text_order(claim: Claim) -> tuple[int, int, str, str, str]:
    assert claim.evidence is not None
    return claim.evidence.start, claim.evidence.end, claim.person, claim.event, claim.organization
