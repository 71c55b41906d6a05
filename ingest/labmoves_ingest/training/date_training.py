"""What is taught of the dates of claims (date_choice.py); DATES is the lesson (choice_training.py).

Several dates of a text may be right for one claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labmoves_ingest.annotation_match import same_date
from labmoves_ingest.date_choice import PLACED, READ, DateLayout, place_features, reading_features
from labmoves_ingest.documents import Document
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.layers import Array
from labmoves_ingest.reading import Candidate
from labmoves_ingest.training.choice_training import ChoiceLesson
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.gold_documents import marked_dates

__all__ = ["DATES"]


def _read_features(
    layout: DateLayout, candidates: Sequence[Candidate], place: FeatureNetwork
) -> Iterator[tuple[list[int], Array]]:
    for [told] in reading_features(layout, [(candidate,) for candidate in candidates], place):
        yield told


def _right(
    article: AnnotatedArticle, document: Document, claim: GoldClaim, options: Sequence[int]
) -> tuple[int, ...]:
    """The rows that are right: of the words that date the claim, or else of its date; the first if it has no date.

    Empty when its date is out of reach: learnt as undated, such claims make the networks shy (dates of held-out
    stories .844 -> .806 in English, .853 -> .830 in Chinese).
    """
    if not claim.date:
        return (0,)
    marked = marked_dates(article, claim, document)
    fitting = marked.intersection(options) or {
        date for date in options if (found := document.dates[date][1].date) and same_date(claim.date, found.edtf)
    }
    return tuple(row for row, date in enumerate(options, 1) if date in fitting)


DATES = ChoiceLesson(PLACED, READ, DateLayout, place_features, _read_features, _right)
