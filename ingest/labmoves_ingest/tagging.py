"""From the tagger's scores to mentions: the best allowed sequence of tags, its spans, and where lines cut them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.documents import Document

__all__ = ["TAGS", "MentionKind", "best_tags", "cut_by_lines", "tag_spans"]


class MentionKind(IntEnum):
    """What a mention may be. Tag 1 + 2 * kind begins one, tag 2 + 2 * kind goes on; 0 is outside."""

    PERSON = 0
    ORGANIZATION = 1
    ROLE = 2
    PERSON_REFERENCE = 3  # a pronoun or a description
    ORGANIZATION_REFERENCE = 4


TAGS = 1 + 2 * len(MentionKind)
_FORBIDDEN = np.float32(-1e4)


def _transitions() -> NDArray[np.float32]:
    table = np.zeros((TAGS, TAGS), dtype=np.float32)
    for inner in range(2, TAGS, 2):
        table[:, inner] = _FORBIDDEN
        table[inner - 1, inner] = table[inner, inner] = 0
    return table


_TRANSITIONS = _transitions()


def best_tags(scores: NDArray[np.float32]) -> list[int]:
    """The best sequence of tags in which no inner tag stands without its beginning (Viterbi)."""
    if not len(scores):
        return []
    simple = scores.argmax(axis=1)
    # Nine texts in ten need no search: the best tag of each token already makes an allowed sequence.
    before = np.concatenate([[0], simple[:-1]])
    if (_TRANSITIONS[before, simple] == 0).all():
        return [int(tag) for tag in simple]
    state = scores[0] + _TRANSITIONS[0]
    back = np.zeros(scores.shape, dtype=np.int64)
    for index in range(1, len(scores)):
        paths = state[:, None] + _TRANSITIONS
        back[index] = paths.argmax(axis=0)
        state = paths.max(axis=0) + scores[index]
    tags = [int(state.argmax())]
    for index in range(len(scores) - 1, 0, -1):
        tags.append(int(back[index, tags[-1]]))
    return tags[::-1]


def tag_spans(tags: list[int]) -> list[tuple[MentionKind, int, int]]:
    """The mentions that a sequence of tags spells: kind, first token, last token (excluded)."""
    spans = []
    index = 0
    while index < len(tags):
        tag = tags[index]
        if tag % 2 == 0:
            index += 1
            continue
        end = index + 1
        while end < len(tags) and tags[end] == tag + 1:
            end += 1
        spans.append((MentionKind((tag - 1) // 2), index, end))
        index = end
    return spans


def cut_by_lines(
    document: Document, spans: Sequence[tuple[MentionKind, int, int]]
) -> Iterator[tuple[MentionKind, int, int]]:
    """The mentions, none of which goes on behind a line that ends a sentence: no name of the corpus does.

    Of a list of people each is one; behind the line of an organization stands anything, seldom another.
    """
    starts = {sentence.first for sentence in document.sentences}
    for kind, first, last in spans:
        cuts = [i for i in range(first + 1, last) if i in starts and _breaks(document, i)]
        parts = list(zip([first, *cuts], [*cuts, last], strict=True))
        for begin, end in parts if kind is MentionKind.PERSON else parts[:1]:
            yield kind, begin, end


def _breaks(document: Document, token: int) -> bool:
    """Whether a line ends before the token."""
    return "\n" in document.text[document.tokens[token - 1].end : document.tokens[token].start]
