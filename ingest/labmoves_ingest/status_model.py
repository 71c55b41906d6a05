"""How a text puts an event: as fact, rumour, plan or denial.

    StatusModel.load("en").judge(view, sentence, person, trigger, event, date) -> {"confirmed": .93, …}

Two models say so, and their probabilities are averaged. A linear one knows the words of the sentence by their place
before or after the word that states the event, the status cues of the sentence and its neighbours, and whether the
date lies ahead of the publication, all hashed (CRC-32) into WIDTH columns. A network reads the sentence between its
neighbours (passages.py), so that it can tell which event of several a "reportedly" belongs to; the cues and the date
are told to it as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from zlib import crc32

import numpy as np

from labmoves_graph.model import Event, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.documents import Document
from labmoves_ingest.layers import Array, read_weights, softmax
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.passages import CUES, NamelessView, Passage, PassageNetwork
from labmoves_ingest.reading import EVENTS

__all__ = [
    "PREFIX",
    "STATUSES",
    "WIDTH",
    "StatusModel",
    "stated_status",
    "status_features",
    "status_passage",
    "time_of",
]

#: What the names of the network's weights begin with in a model file.
PREFIX = "put."

STATUSES = (Status.CONFIRMED, Status.RUMORED, Status.PLANNED, Status.DENIED)
_CONFIRMED, _DENIED = STATUSES.index(Status.CONFIRMED), STATUSES.index(Status.DENIED)
#: A claim is stated as fact only above this probability, by language. Swept .4 to .95 on development stories: these
#: judge status within .003 of the best, and tell .040 and .023 as facts that are none (.047 and .040 at .5).
SURE_OF_FACT = {"en": 0.7, "zh": 0.8}
WIDTH = 1 << 15
#: Names of the places of a word by its distance in tokens from the trigger.
_PLACES = ((-3, "b1"), (-8, "b2"))
_STATUS_FLAGS = (Flag.RUMORED, Flag.PLANNED, Flag.DENIED, Flag.HYPOTHETICAL, Flag.REPORTING)


def stated_status(odds: Array, language: str) -> Status:
    """What a claim of these odds is stated as: fact where that is sure enough, else the likeliest other.

    odds: of STATUSES; language: "en" or "zh". Never denied where fact is likelier: that would say the opposite of
    what the text most likely says.
    """
    if odds[_CONFIRMED] >= SURE_OF_FACT[language]:
        return Status.CONFIRMED
    others = [n for n in range(len(STATUSES)) if n != _CONFIRMED and (n != _DENIED or odds[n] > odds[_CONFIRMED])]
    return STATUSES[max(others, key=lambda n: float(odds[n]))]


class StatusModel:
    """A linear model of WIDTH columns, and a network, both of the four classes."""

    def __init__(self, words: LinearModel, network: PassageNetwork) -> None:
        self._words = words
        self._network = network

    @classmethod
    def load(cls, language: str, models: Traversable | None = None) -> StatusModel:
        """Of "en" or "zh". models: the folder of the model files; None: those that labmoves brings along."""
        archive = read_archive(f"{language}_status.npz", models)
        return cls(LinearModel.of(archive), PassageNetwork(read_weights(archive), PREFIX))

    def judge(
        self,
        view: NamelessView,
        sentence: int,
        person: int,
        trigger: int,
        event: Event,
        date: PartialDate | None,
    ) -> Array:
        """Probability of each of STATUSES. view: of the document; trigger: the token that states the event."""
        columns = status_features(view.document, sentence, trigger, event, date)
        return self.odds(columns, *status_passage(view, sentence, person, trigger, event, date))

    def odds(self, columns: list[int], passage: Passage, event: int) -> Array:
        """The same from what the two see. event: its place in EVENTS."""
        [scores] = self._network.scores(passage, event)
        odds: Array = (self._words.odds(columns) + softmax(scores)) / np.float32(2)
        return odds


def status_passage(
    view: NamelessView, sentence: int, person: int, trigger: int, event: Event, date: PartialDate | None
) -> tuple[Passage, int]:
    """What the network sees, and the place of the event in EVENTS."""
    cues = [crc32(name.encode()) % CUES for name in _signs(view.document, sentence, trigger, date)]
    return view.around(sentence, person, trigger, cues), EVENTS.index(event)


def _signs(document: Document, sentence: int, trigger: int, date: PartialDate | None) -> list[str]:
    """Cues, whether it is a question, and where the date lies; each once, sorted."""
    names = {*_cues(document, sentence, trigger), time_of(document, date)}
    last = document.tokens[document.sentences[sentence].last - 1].text
    if last in "?？":
        names.add("question")
    return sorted(names)


def status_features(
    document: Document, sentence: int, trigger: int, event: Event, date: PartialDate | None
) -> list[int]:
    """The columns that the features of one event fall into, each once, sorted."""
    names = {f"e={event}", *_words(document, sentence, trigger), *_signs(document, sentence, trigger, date)}
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
