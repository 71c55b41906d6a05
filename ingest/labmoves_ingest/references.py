"""Whom pronouns and what descriptions mean: "she", "the company", 他, 该公司.

    ReferenceModel.load().resolve(document)     fills document.person_referents and .organization_referents

References are settled from left to right, each among the names that stand near it and the one named most; a settled
one counts as a mention for those after it, and tells the gender of whom it means, as titles and given names do. A
small network scores every candidate by where it was mentioned last, how often, as what, whether in the same clause
("Musk hired him" is not of Musk), and by the class of the word ("he", "its", 公司). Its training
(training/reference_training.py) walks the annotated texts by the same steps.

Whom "I" means is often plain from the layout (speakers.py); then nothing is scored.

Cannot happen: a referent that the text does not name, or only after the sentence that follows, unless it is the
speaker.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.documents import Document, Entity, Span
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.schools import is_school
from labmoves_ingest.speakers import FIRST_PERSON, Speakers

__all__ = ["CLASSES", "FEATURES", "Choice", "ReferenceModel", "choices"]

Array = NDArray[np.float32]

FEATURES = 33
#: Classes of words for people and for organizations, in two languages.
_WORD_CLASSES = 16
CLASSES = 4 * _WORD_CLASSES
#: Candidates: those mentioned last, those named next, at most.
_RECENT, _NEXT = 10, 3
#: Names looked through for the next ones, so that a long list of the same names stays linear.
_AHEAD = 40
#: A name counts as the subject of its sentence when it begins within that many tokens.
_SUBJECT = 3
_FAR = 9
_HE, _SHE, _I = 1, 2, 3
_OTHER_PERSON, _OTHER_ORGANIZATION = 10, 15
_PERSON_WORDS = {
    word: number
    for number, words in {
        _HE: "he him his himself 他",
        _SHE: "she her hers herself 她",
        _I: " ".join(sorted(FIRST_PERSON)),
        4: "you your 你 您",
        5: "they them their",
        6: "其 彼 佢",
        7: "自己",
        8: "后者",
        9: "前者",
    }.items()
    for word in words.split()
} | {"the latter": 8, "the former": 9}
#: The first that a description holds decides.
_ORGANIZATION_WORDS = (
    *((word, 1) for word in ("company", "公司", "集团", "firm")),
    *((word, 2) for word in ("startup", "start-up", "初创")),
    *((word, 3) for word in ("lab", "实验室")),
    *((word, 4) for word in ("institute", "研究院", "研究所", "中心")),
    *((word, 5) for word in ("universit", "school", "该校", "学校", "学院")),
    *((word, 6) for word in ("董事会", "board")),
    *((word, 7) for word in ("bank", "fund", "基金")),
    *((word, 9) for word in ("group", "team", "团队", "部门", "unit")),
    *((word, 8) for word in ("it", "其", "它")),
    ("后者", 10),
    ("前者", 11),
    ("maker", 12),
    ("we", 13),
    ("our", 13),
    ("there", 14),
)
_POSSESSIVE = frozenset(["his", "her", "its", "my", "your", "their"])
_OBJECT = frozenset(["him", "me", "them", "himself", "herself", "themselves", "myself"])
#: What stands before a name, or behind it, and tells a man from a woman.
_TITLES = {"mr": _HE, "sir": _HE, "lord": _HE, "ms": _SHE, "mrs": _SHE, "miss": _SHE, "lady": _SHE, "dame": _SHE}
_HAN_TITLES = {"先生": _HE, "女士": _SHE, "小姐": _SHE}
#: Words and signs that a clause ends at.
_BORDERS = frozenset(
    (
        *',;:—–-()"“”，；：、（）「」并而且但因后前时',
        *("and", "or", "but", "who", "whom", "whose", "which", "that", "when", "while", "where", "after", "before"),
        *("as", "because", "since", "if", "than", "so", "though", "although", "until", "then", "whether"),
    )
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One reference: the class of its words, the entities it may mean, and their features (n, FEATURES).

    certain: the place of the candidate that the text's layout shows to be meant (speakers.py); None elsewhere.
    """

    span: Span
    word_class: int
    candidates: list[int]
    features: Array
    certain: int | None = None


@dataclass(slots=True)
class _Trace:
    """How an entity was mentioned last, and how often so far.

    gender: that of the pronouns for it, before there are any that of its title or given name; 0 unknown.
    """

    place: int = -1
    sentence: int = -1
    named: bool = False
    subject: bool = False
    quoted: bool = False
    count: int = 0
    gender: int = 0


class ReferenceModel:
    """Settles references by a trained network."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights

    @classmethod
    def load(cls, folder: Traversable | None = None) -> ReferenceModel:
        """folder: of the model files; None: those that labmoves brings along."""
        archive = read_archive("references.npz", folder)
        return cls({name: value.astype(np.float32) for name, value in archive.items()})

    def resolve(self, document: Document) -> None:
        """Fill in what the document's references mean; one that more likely means none of its names stays open."""
        document.person_referents.clear()
        document.organization_referents.clear()
        for choice, person, decided in choices(document, self._decide):
            if decided is not None:
                referents = document.person_referents if person else document.organization_referents
                referents[choice.span.first] = choice.candidates[decided]

    def _decide(self, choice: Choice) -> int | None:
        """The place of the likeliest candidate, None when none of them is likelier."""
        if choice.certain is not None:
            return choice.certain
        w = self._weights
        near = np.maximum(
            choice.features @ w["near.weight"].T + w["near.bias"] + w["word.weight"][choice.word_class], 0
        )
        hidden = np.maximum(near @ w["hidden.weight"].T + w["hidden.bias"], 0)
        scores = (hidden @ w["score.weight"].T + w["score.bias"])[:, 0]
        best = int(scores.argmax())
        return best if scores[best] > w["none.weight"][choice.word_class, 0] else None


def choices(document: Document, decide: Callable[[Choice], int | None]) -> Iterator[tuple[Choice, bool, int | None]]:
    """Every reference, whether it is to a person, and what was decided; in text order, people first.

    decide: the place of the candidate that a choice means, None for none of them. Later choices depend on it.
    """
    for person in (True, False):
        walk = _Walk(document, person)
        for reference in sorted(document.nominal_people if person else document.nominal_organizations):
            choice = walk.choice(reference)
            if choice is not None:
                decided = decide(choice)
                walk.settle(choice, decided)
                yield choice, person, decided


class _Walk:
    """The names of one kind, as far as the text has been read."""

    def __init__(self, document: Document, person: bool) -> None:
        self._document = document
        self._person = person
        self._entities: list[Entity] = document.people if person else document.organizations
        self._names = sorted((m.first, e) for e, entity in enumerate(self._entities) for m in entity.mentions)
        self._sentence_of = [document.sentence_of(first) for first, _ in self._names]
        self._first_in: dict[int, int] = {}
        for (_, entity), sentence in zip(self._names, self._sentence_of, strict=True):
            self._first_in.setdefault(sentence, entity)
        self._most = max((len(entity.mentions) for entity in self._entities), default=1)
        self._signed = self._signer()
        self._speakers = Speakers(document) if person else None
        self._traces = [_Trace(gender=_known_gender(document, entity) if person else 0) for entity in self._entities]
        self._recent: dict[int, None] = {}
        self._read = 0
        self._protagonist = -1
        self._last_meant: dict[int, int] = {}

    def choice(self, reference: Span) -> Choice | None:
        """What the reference may mean; None when no name is near."""
        self._read_up_to(reference.first)
        word = self._document.folded[reference.start : reference.end]
        kind = _person_class(word) if self._person else _organization_class(word)
        sentence = self._document.sentence_of(reference.first)
        recent = list(islice(reversed(self._recent), _RECENT))
        following = self._following(sentence, recent)
        candidates = [*recent, *following]
        speaker = self._speakers.of(reference.first) if self._speakers and kind == _I else None
        for further in (speaker, self._signed if kind == _I else -1, self._protagonist):
            if further is not None and further >= 0 and further not in candidates:
                candidates.append(further)
        if not candidates:
            return None
        features = np.array(
            [self._features(entity, reference, sentence, kind, word, recent, following) for entity in candidates],
            dtype=np.float32,
        )
        language = 2 if self._document.language == "zh" else 0
        certain = None if speaker is None else candidates.index(speaker)
        return Choice(reference, kind + _WORD_CLASSES * (language + self._person), candidates, features, certain)

    def settle(self, choice: Choice, decided: int | None) -> None:
        """Let what was decided count as a mention."""
        if decided is None:
            return
        entity, kind = choice.candidates[decided], choice.word_class % _WORD_CLASSES
        self._mention(entity, choice.span.first, self._document.sentence_of(choice.span.first), named=False)
        if self._person and kind in (_HE, _SHE):
            self._traces[entity].gender = kind
        self._last_meant[kind] = entity

    def _signer(self) -> int:
        """The only one whom the last two sentences name, as if signing; -1 when there is no such one."""
        end = max(0, len(self._document.sentences) - 2)
        named = {entity for (_, entity), s in zip(self._names, self._sentence_of, strict=True) if s >= end}
        return named.pop() if len(named) == 1 else -1

    def _read_up_to(self, token: int) -> None:
        while self._read < len(self._names) and self._names[self._read][0] < token:
            first, entity = self._names[self._read]
            self._mention(entity, first, self._sentence_of[self._read], named=True)
            self._read += 1

    def _mention(self, entity: int, token: int, sentence: int, *, named: bool) -> None:
        trace = self._traces[entity]
        trace.place, trace.sentence, trace.named = token, sentence, named
        trace.subject = token - self._document.sentences[sentence].first <= _SUBJECT
        trace.quoted = self._quoted(token)
        trace.count += 1
        self._recent.pop(entity, None)
        self._recent[entity] = None
        if self._protagonist < 0 or trace.count > self._traces[self._protagonist].count:
            self._protagonist = entity

    def _quoted(self, token: int) -> bool:
        return bool(self._document.flags[token] >> Flag.QUOTED & 1)

    def _following(self, sentence: int, recent: list[int]) -> list[int]:
        """The next names of this sentence and the one after it."""
        found: list[int] = []
        for place in range(self._read, min(self._read + _AHEAD, len(self._names))):
            entity = self._names[place][1]
            if self._sentence_of[place] > sentence + 1 or len(found) == _NEXT:
                break
            if entity not in recent and entity not in found:
                found.append(entity)
        return found

    def _features(
        self,
        entity: int,
        reference: Span,
        sentence: int,
        kind: int,
        word: str,
        recent: list[int],
        following: list[int],
    ) -> tuple[float, ...]:
        trace = self._traces[entity]
        before = trace.place >= 0
        distance = min(sentence - trace.sentence, _FAR) if before else _FAR
        rank = recent.index(entity) if entity in recent else -1
        here = sum(self._traces[other].sentence == sentence for other in recent if other != entity)
        quoted = self._quoted(reference.first)
        gendered = self._person and kind in (_HE, _SHE)
        together = distance == 0 and self._in_one_clause(trace.place, reference.first)
        return (
            before,
            distance == 0,
            distance == 1,
            distance == 2,
            2 < distance < _FAR,
            distance / _FAR,
            rank == 0,
            rank == 1,
            rank == 2,
            rank > 2,
            entity in following,
            bool(following) and entity == following[0],
            np.log1p(trace.count) / 3,
            len(self._entities[entity].mentions) / self._most,
            entity == self._protagonist,
            trace.named,
            trace.subject,
            self._first_in.get(sentence - 1) == entity,
            before and self._first_in.get(sentence) == entity,
            min(here, 3) / 3,
            gendered and trace.gender == kind,
            gendered and trace.gender not in (0, kind),
            self._last_meant.get(kind) == entity,
            entity == self._signed,
            quoted and trace.quoted,
            quoted and not trace.quoted,
            np.exp(-(reference.first - trace.place) / 12) if before else 0.0,
            reference.first - self._document.sentences[sentence].first <= 1,
            min(rank, 4) / 4 if rank > 0 else 0.0,
            word in _POSSESSIVE if self._person else is_school(self._entities[entity].name),
            together,
            together and self._is_object(reference, word),
            self._document.language == "zh" and together and self._possesses(reference),
        )

    def _in_one_clause(self, place: int, reference: int) -> bool:
        return not any(token.folded in _BORDERS for token in self._document.tokens[place:reference])

    def _is_object(self, reference: Span, word: str) -> bool:
        """Whether the reference cannot be the subject of its clause; "her" may be, as the possessor of one."""
        return word in _OBJECT or (word == "her" and not self._before_word(reference))

    def _before_word(self, reference: Span) -> bool:
        following = self._document.tokens[reference.last : reference.last + 1]
        return bool(following) and following[0].folded[0].isalpha() and following[0].folded not in _BORDERS

    def _possesses(self, reference: Span) -> bool:
        """他的团队: whether a possession of whom it means follows."""
        following = self._document.tokens[reference.last : reference.last + 1]
        return bool(following) and following[0].folded == "的"


def _known_gender(document: Document, person: Entity) -> int:
    """_HE or _SHE by a title beside the person's name or by the given name, 0 where neither tells."""
    tokens = document.tokens
    for mention in person.mentions:
        before = tokens[mention.first - 1 - (tokens[mention.first - 1].text == ".")].folded if mention.first else ""
        behind = document.folded[mention.end : mention.end + 2]
        titled = _TITLES.get(before) or _TITLES.get(tokens[mention.first].folded) or _HAN_TITLES.get(behind)
        if titled:
            return titled
    given = {tokens[mention.first].folded for mention in person.mentions if mention.last - mention.first > 1}
    found = {gender for name in given if (gender := _given_names().get(name))}
    return found.pop() if len(found) == 1 else 0


@lru_cache(maxsize=1)
def _given_names() -> dict[str, int]:
    """Given names that tell a man from a woman, in lower case."""
    lists = tomllib.loads((resources.files("labmoves_ingest") / "cues" / "given_names.toml").read_text("utf-8"))
    return {name: gender for key, gender in (("male", _HE), ("female", _SHE)) for name in lists[key].split()}


def _person_class(word: str) -> int:
    return _PERSON_WORDS.get(word, _OTHER_PERSON)


def _organization_class(word: str) -> int:
    return next((number for part, number in _ORGANIZATION_WORDS if part in word), _OTHER_ORGANIZATION)
