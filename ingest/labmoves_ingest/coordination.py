"""People named side by side share what the sentence says of them: "A, B and C left", 包括A和B在内.

    spread(document, candidates) -> the candidates, each member of a list as likely as its likeliest, nearly

Where a sentence gives each their own ("respectively", 分别), nothing is shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from labmoves_graph.model import Event
from labmoves_ingest.documents import Document
from labmoves_ingest.reading import Candidate

__all__ = ["coordinated", "spread"]

#: What stands between two names of a list, once folded.
_CONNECTIVES = frozenset(
    (",", "、", "，", "and", "&", "和", "与", "及", "以", "跟", "plus", "as", "well", "还", "有")
)
_RESPECTIVELY = ("respectively", "分别", "各自")
#: How much of its likelihood the likeliest member lends the others.
SHARE = 0.9


def coordinated(document: Document, sentence: int) -> list[list[int]]:
    """The lists of two or more people in the sentence, each a list of indices of document.people."""
    span = document.sentences[sentence]
    if any(word in document.folded[span.start : span.end] for word in _RESPECTIVELY):
        return []
    places = sorted(
        (mention.first, mention.last, index)
        for index in document.people_in(sentence)
        for mention in document.people[index].mentions
        if span.first <= mention.first < span.last
    )
    lists: list[list[int]] = []
    end = -1
    for first, last, person in places:
        between = [token.folded for token in document.tokens[end:first]] if lists else []
        if lists and 0 < len(between) <= 3 and all(word in _CONNECTIVES for word in between):
            lists[-1].append(person)
        elif not (lists and _is_gloss(between, lists[-1], person)):
            lists.append([person])
        end = last
    return [list(dict.fromkeys(people)) for people in lists if len(set(people)) > 1]


def _is_gloss(between: Sequence[str], people: list[int], person: int) -> bool:
    """Whether the name only repeats the last one in another script: 翁荔(Lilian Weng)."""
    return people[-1] == person and len(between) <= 2


def spread(document: Document, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with what is likely of one member of a list made likely of all."""
    found = list(candidates)
    by_sentence: dict[int, list[int]] = defaultdict(list)
    for number, candidate in enumerate(found):
        by_sentence[candidate.sentence].append(number)
    for sentence, numbers in by_sentence.items():
        for people in coordinated(document, sentence):
            for event in Event:
                _share(found, [n for n in numbers if found[n].event is event], people)
    return [candidate for candidate in found if candidate.probability > 0]


def _share(found: list[Candidate], numbers: list[int], people: list[int]) -> None:
    """Lend the likeliest reading of the list to its other members, in place of what they had of less likelihood.

    Roles are not lent: each keeps what the reader pointed at.
    """
    members = [n for n in numbers if found[n].person in people]
    if not members:
        return
    best = max((found[n] for n in members), key=lambda c: c.probability)
    lent = SHARE * best.probability
    for person in people:
        own = [n for n in members if found[n].person == person]
        if person == best.person or any(found[n].probability >= lent for n in own):
            continue
        likeliest = max((found[n] for n in own), key=lambda c: c.probability, default=None)
        roles = likeliest.role_scores if likeliest else ()
        for n in own:
            found[n] = replace(found[n], probability=0.0)
        found.append(replace(best, person=person, probability=lent, role_scores=roles, lent=True))
