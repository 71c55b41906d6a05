"""What is taught of the dates of claims (date_choice.py); DATES is the lesson (choice_training.py).

Several dates of a text may be right for one claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labmoves_ingest.annotation_match import same_date
from labmoves_ingest.date_choice import PLACED, READ, DateLayout, place_features, reading_features
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.training.choice_training import ChoiceExample, ChoiceLesson, ClaimsOfText
from labmoves_ingest.training.corpus import GoldClaim
from labmoves_ingest.training.gold_documents import marked_dates

__all__ = ["DATES"]


def _of_places(text: ClaimsOfText) -> Iterator[ChoiceExample]:
    layout = DateLayout(text.document, text.candidates)
    for claim, candidate in zip(text.claims, text.candidates, strict=True):
        options = layout.options(candidate)
        right = _right(text, claim, options)
        if right:
            yield ChoiceExample(place_features(layout, candidate, options), right)


def _of_readings(text: ClaimsOfText, place: FeatureNetwork) -> Iterator[ChoiceExample]:
    layout = DateLayout(text.document, text.candidates)
    told = reading_features(layout, [(candidate,) for candidate in text.candidates], place)
    for claim, [(dates, features)] in zip(text.claims, told, strict=True):
        right = _right(text, claim, dates)
        if right:
            yield ChoiceExample(features, right)


def _right(text: ClaimsOfText, claim: GoldClaim | None, options: Sequence[int]) -> tuple[int, ...]:
    """The rows that are right: of the words that date the claim, or else of its date; the first if it has no date.

    Empty when its date is out of reach: learnt as undated, such claims make the networks shy (dates of held-out
    stories .844 -> .806 in English, .853 -> .830 in Chinese). Empty without a claim, too.
    """
    if claim is None or not claim.date:
        return (0,) if claim else ()
    marked = marked_dates(text.article, claim, text.document)
    dates = text.document.dates
    fitting = marked.intersection(options) or {
        date for date in options if (found := dates[date][1].date) and same_date(claim.date, found.edtf)
    }
    return tuple(row for row, date in enumerate(options, 1) if date in fitting)


DATES = ChoiceLesson(PLACED, READ, _of_places, _of_readings)
