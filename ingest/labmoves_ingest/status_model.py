"""How a sentence puts an event: as fact, rumour, plan or denial. A linear model over words near its trigger.

    StatusModel.load("en").judge(document, sentence, trigger, event, date) -> {"confirmed": .93, …}

Features are the words of the sentence by their place before or after the word that states the event, the
status cues of the sentence and its neighbours, and whether the date lies ahead of the publication. They are
hashed (CRC-32) into WIDTH columns, so that the model is one small table.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Event, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.model_archives import read_archive

__all__ = ["STATUSES", "WIDTH", "StatusModel", "status_features", "time_of"]

STATUSES = (Status.CONFIRMED, Status.RUMORED, Status.PLANNED, Status.DENIED)
WIDTH = 1 << 15
#: Names of the places of a word by its distance in tokens from the trigger.
_PLACES = ((-3, "b1"), (-8, "b2"))
_STATUS_FLAGS = (Flag.RUMORED, Flag.PLANNED, Flag.DENIED, Flag.HYPOTHETICAL, Flag.REPORTING)


class StatusModel:
    """A linear model of WIDTH columns and the four classes."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model

    @classmethod
    def load(cls, language: str) -> StatusModel:
        """The shipped model of "en" or "zh"."""
        return cls(LinearModel.of(read_archive(f"{language}_status.npz")))

    def judge(
        self, document: Document, sentence: int, trigger: int, event: Event, date: PartialDate | None
    ) -> NDArray[np.float32]:
        """Probability of each of STATUSES. trigger: the token that states the event."""
        return self._model.odds(status_features(document, sentence, trigger, event, date))


def status_features(
    document: Document, sentence: int, trigger: int, event: Event, date: PartialDate | None
) -> list[int]:
    """The columns that the features of one event fall into, each once, sorted."""
    names = {f"e={event}", *_words(document, sentence, trigger), *_cues(document, sentence, trigger)}
    last = document.tokens[document.sentences[sentence].last - 1].text
    if last in "?？":
        names.add("question")
    names.add(time_of(document, date))
    return sorted({crc32(name.encode()) % WIDTH for name in names})


def _words(document: Document, sentence: int, trigger: int) -> Iterator[str]:
    span = document.sentences[sentence]
    for index in range(span.first, span.last):
        word = document.tokens[index].folded
        offset = index - trigger
        place = _place(offset)
        yield f"{place}:{word}"
        yield f"s:{word}"
        if index + 1 < span.last and abs(offset) <= 10:
            yield f"{place[0]}2:{word}_{document.tokens[index + 1].folded}"


def _place(offset: int) -> str:
    if offset == 0:
        return "t"
    if offset < 0:
        return next((name for limit, name in _PLACES if offset >= limit), "b3")
    return "a1" if offset <= 3 else "a2" if offset <= 8 else "a3"


def _cues(document: Document, sentence: int, trigger: int) -> Iterator[str]:
    first = document.sentences[max(0, sentence - 1)].first
    last = document.sentences[min(sentence + 1, len(document.sentences) - 1)].last
    start = bisect_left(document.hits, first, key=lambda hit: hit.first)
    end = bisect_left(document.hits, last, key=lambda hit: hit.first)
    for hit in document.hits[start:end]:
        flags = [flag for flag in _STATUS_FLAGS if flag in hit.flags]
        if not flags:
            continue
        near = _sentence_offset(document, sentence, hit.first)
        for flag in flags:
            if near == 0:
                side = "b" if hit.last <= trigger else "a"
                close = "n" if abs(hit.first - trigger) <= 6 else "f"
                yield f"f{int(flag)}{side}{close}"
                yield f"c:{hit.words}"
            elif near in (-1, 1) and flag is not Flag.REPORTING:
                yield f"{'p' if near < 0 else 'n'}f{int(flag)}"


def _sentence_offset(document: Document, sentence: int, token: int) -> int | None:
    for offset in (0, -1, 1):
        index = sentence + offset
        if 0 <= index < len(document.sentences):
            span = document.sentences[index]
            if span.first <= token < span.last:
                return offset
    return None


def time_of(document: Document, date: PartialDate | None) -> str:
    """Where the date lies to the day of the text: "future", "past", "now"; "nodate" where one of them is unknown."""
    if date is None or document.published is None:
        return "nodate"
    if date.earliest > document.published:
        return "future"
    return "past" if date.latest < document.published else "now"
