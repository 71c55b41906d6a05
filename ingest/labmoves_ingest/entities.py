"""Which mentions of a text name the same person or organization.

    mentions_of(document, spans)                 the words of each span, as printed and folded
    people_of(document, lexicon, spans)          an entity for each person, with all mentions
    organizations_of(document, lexicon, spans)   an entity for each organization

Short forms join the full one ("Murati", 穆拉蒂), unknown initials the only organization that has them; a gloss joins
both spellings (翁荔(Lilian Weng)), and what stood under the second alone. Two people whom the text calls by different
full names do not join, nor do two organizations that the registry knows apart.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from labmoves_ingest.documents import Document, Entity, Span
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.tokens import fold, is_han

__all__ = ["TITLES", "Mention", "mentions_of", "organizations_of", "people_of", "span_of"]

#: What opens a gloss: a bracket, perhaps with what kind of name follows: 彭志辉（网名稚晖君）.
_GLOSS = re.compile(
    r"\s?[(（]\s?(?:(?:网名|網名|花名|英文名|中文名|本名|原名|笔名|筆名|昵称|暱稱|又名|化名)[:：为為]?)?\s?[\"“]?"
)
_LONGEST_GLOSS = 9
_SUFFIX_WORDS = frozenset(
    """ai inc inc. corp corp. ltd ltd. llc labs lab technologies technology group company co research robotics systems
    公司 集团 科技 智能 股份 有限公司 机器人 人工智能 汽车 控股 网络 技术""".split()  # noqa: SIM905
)
#: Parts of a Latin name by which its short forms are looked for; longer names are titles and lists misread.
MOST_PARTS = 5
_PART_BORDER = re.compile(r"[\s·.()\"“”]+")
TITLES = frozenset(["mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame", "baroness", "lord"])
#: Latin initials that may stand for an organization, and the words of a name that they leave out.
_ACRONYM = re.compile(r"[A-Z]{2,6}")
_SMALL_WORDS = frozenset(["of", "and", "the", "for", "&", "de", "du", "der", "für"])
_SURNAME_TITLE = re.compile("^(.{1,2})(?:先生|女士|博士|教授|院士|总|老师|小姐|董)$")


@dataclass(slots=True)
class Mention:
    """A name where it stands: tokens from first to last (excluded), as printed and folded."""

    first: int
    last: int
    text: str
    folded: str


def mentions_of(document: Document, found: list[tuple[int, int]]) -> list[Mention]:
    """found: the first token of each and the one past its last."""
    mentions = []
    for first, last in found:
        start, end = document.tokens[first].start, document.tokens[last - 1].end
        mentions.append(Mention(first, last, document.text[start:end], document.folded[start:end]))
    return mentions


def people_of(document: Document, lexicon: Lexicon, found: list[tuple[int, int]]) -> list[Entity]:
    """An entity for each person, in the order of their first mentions. found: as for mentions_of, in text order."""
    groups = _Groups()
    recent: deque[int] = deque(maxlen=4)
    for mention in mentions_of(document, found):
        keys, sought = _person_keys(mention, lexicon)
        home = _gloss_home(document, groups, recent, mention)
        if home is None:
            home = _person_home(groups, mention, lexicon, sought)
        elif len(_name_parts(mention.folded)) > 1 or is_han(mention.text[0]):  # "张伟（David）" may be another David
            groups.join(home, mention.folded)
        recent.append(len(groups.mentions) if home is None else home)
        groups.add(mention, home, keys)
    return [_entity(document, group, lexicon.people, _full_forms(document, group)) for group in groups.in_order()]


def organizations_of(document: Document, lexicon: Lexicon, found: list[tuple[int, int]]) -> list[Entity]:
    """An entity for each organization, as people_of gives people."""
    groups = _Groups()
    for mention in mentions_of(document, found):
        ids = frozenset(lexicon.organizations.get(mention.folded, ()))
        keys = [f"={mention.folded}", mention.folded[:2], *(f"#{i}" for i in ids)]
        home = _organization_gloss(document, groups, mention, lexicon)
        if home is None:
            home = _organization_home(groups, mention, lexicon, keys)
        else:
            groups.join(home, mention.folded)
        groups.add(mention, home, keys)
    _join_initials(groups, lexicon)
    known = lexicon.organizations
    # Of forms the registry knows one is the name: "百度智能", cut from 百度智能汽车事业部, is 百度.
    return [
        _entity(document, group, known, [m.text for m in group if m.folded in known] or [m.text for m in group])
        for group in groups.in_order()
    ]


class _Groups:
    """Entities in the making: the mentions of each, found again by keys so that long lists of names stay cheap."""

    def __init__(self) -> None:
        self.mentions: list[list[Mention]] = []
        self._forms: list[dict[str, Mention]] = []
        self._by_key: dict[str, dict[int, None]] = {}
        self._joined: dict[int, int] = {}
        self._begun_as: dict[str, int] = {}

    def add(self, mention: Mention, home: int | None, keys: Iterable[str]) -> None:
        """Put the mention into the group `home`, None for a new one."""
        if home is None:
            home = len(self.mentions)
            self.mentions.append([])
            self._forms.append({})
            self._begun_as[mention.folded] = home
        self.mentions[home].append(mention)
        self._forms[home].setdefault(mention.text, mention)
        for key in keys:
            self._by_key.setdefault(key, {})[home] = None

    def join(self, home: int, name: str) -> None:
        """Bring the mentions that stand under this folded name alone into the group `home`."""
        other = self._begun_as.get(name)
        if other in (None, home) or any(form.folded != name for form in self._forms[other].values()):
            return
        del self._begun_as[name]
        self.mentions[home] = sorted(self.mentions[home] + self.mentions[other], key=lambda m: m.first)
        self.mentions[other] = []
        self._forms[home] = self._forms[other] | self._forms[home]
        self._joined[other] = home

    def in_order(self) -> list[list[Mention]]:
        """The groups, by their first mentions."""
        return sorted((group for group in self.mentions if group), key=lambda group: group[0].first)

    def home(self, number: int) -> int:
        """The group that holds the mentions of this one now."""
        while number in self._joined:
            number = self._joined[number]
        return number

    def sharing(self, keys: Iterable[str]) -> Iterator[tuple[int, list[Mention]]]:
        """The groups that have one of the keys, the latest first, each with one mention for every form."""
        for number in sorted({self.home(n) for key in keys for n in self._by_key.get(key, ())}, reverse=True):
            yield number, list(self._forms[number].values())


def _full_forms(document: Document, group: Iterable[Mention]) -> list[str]:
    """The forms of which one may be the person's name; in a Chinese text those in Han characters, if any."""
    forms = [m.text for m in group]
    han = [form for form in forms if is_han(form[0]) and not _SURNAME_TITLE.match(form)]
    return han if han and document.language == "zh" else forms


def _gloss_home(document: Document, groups: _Groups, recent: Iterable[int], mention: Mention) -> int | None:
    """The entity whose mention stands right before this one's opening bracket, in the other script."""
    start = document.tokens[mention.first].start
    for number in map(groups.home, recent):
        last = groups.mentions[number][-1]
        end = document.tokens[last.last - 1].end
        opened = end < start <= end + _LONGEST_GLOSS and _GLOSS.fullmatch(document.text[end:start])
        if opened and _closes(document, mention):
            return number if is_han(last.text[0]) != is_han(mention.text[0]) or len(mention.text) < 6 else None
    return None


def _person_keys(mention: Mention, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    """Keys by which a mention is found, and those by which it finds others of the same person.

    A Latin name finds the shorter ones that its parts can make, and the longer ones that have all of its parts.
    """
    text = mention.text
    common = [f"={mention.folded}", *(f"#{i}" for i in lexicon.people.get(mention.folded, ()))]
    if is_han(text[0]):
        common += [text[0], text[-1], *text.split("·")]
        return common, common
    parts = sorted(set(_name_parts(mention.folded)))[:MOST_PARTS]
    shorter = [" ".join(some) for size in range(1, len(parts)) for some in combinations(parts, size)]
    own = " ".join(parts)
    return (
        [*common, f"full {own}", *(f"has {some}" for some in shorter)],
        [*common, f"has {own}", *(f"full {some}" for some in shorter)],
    )


@lru_cache(maxsize=65536)
def _name_parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in _PART_BORDER.split(name) if part and part not in TITLES)


def _person_home(groups: _Groups, mention: Mention, lexicon: Lexicon, keys: list[str]) -> int | None:
    ids = set(lexicon.people.get(mention.folded, ()))
    for number, _ in groups.sharing([f"={mention.folded}"]):
        return number
    for number, forms in groups.sharing(keys):
        fullest = max(forms, key=lambda m: len(m.text))
        if any(_short_form(mention, other) for other in forms) or _short_form(fullest, mention):
            return number
        known = {i for m in forms for i in lexicon.people.get(m.folded, ())}
        if len(ids) == 1 and len(known) == 1 and ids == known:
            return number
    return None


def _short_form(short: Mention, full: Mention) -> bool:
    """Whether `short` is a part of the name `full`, as texts shorten names after the first mention."""
    if is_han(short.text[0]) != is_han(full.text[0]):
        return False
    if is_han(short.text[0]):
        titled = _SURNAME_TITLE.match(short.text)
        name = titled[1] if titled else short.text
        if titled and len(name) <= 2 and "·" not in full.text:
            return len(full.text) <= 4 and full.text.startswith(name)
        if len(name) < 2 or len(name) >= len(full.text):
            return False
        return name in full.text.split("·") or ("·" not in full.text and full.text.endswith(name))
    parts, whole = _name_parts(short.folded), _name_parts(full.folded)
    return 0 < len(parts) < len(whole) and all(part in whole for part in parts)


def _organization_gloss(document: Document, groups: _Groups, mention: Mention, lexicon: Lexicon) -> int | None:
    """The organization that this one's bracket follows, unless the registry knows them apart: "YouTube (Google)"."""
    ids = set(lexicon.organizations.get(mention.folded, ()))
    start = document.tokens[mention.first].start
    count = len(groups.mentions)
    for number in map(groups.home, range(count - 1, max(-1, count - 4), -1)):
        end = document.tokens[groups.mentions[number][-1].last - 1].end
        if end < start <= end + 4 and _GLOSS.fullmatch(document.text[end:start]) and _closes(document, mention):
            theirs = _ids_of(groups.mentions[number], lexicon)
            return None if ids and theirs and ids.isdisjoint(theirs) else number
    return None


def _ids_of(group: Iterable[Mention], lexicon: Lexicon) -> set[str]:
    return {i for mention in group for i in lexicon.organizations.get(mention.folded, ())}


def _closes(document: Document, mention: Mention) -> bool:
    """Whether a bracket or comma follows: what stands in "(Nasdaq: BIDU)" or （甲、乙） is no other name."""
    end = document.tokens[mention.last - 1].end
    return document.text[end : end + 3].lstrip("\"”’' ")[:1] in (")", "）", ",", "，", ";", "；")


def _organization_home(groups: _Groups, mention: Mention, lexicon: Lexicon, keys: list[str]) -> int | None:
    ids = set(lexicon.organizations.get(mention.folded, ()))
    for number, _ in groups.sharing([f"={mention.folded}"]):
        return number
    for number, forms in groups.sharing(keys):
        for other in forms:
            theirs = set(lexicon.organizations.get(other.folded, ()))
            if ids and theirs:
                if ids == theirs:
                    return number
            elif _same_but_suffix(mention.folded, other.folded):
                return number
    return None


def _join_initials(groups: _Groups, lexicon: Lexicon) -> None:
    """Bring initials that the registry does not know to the organization that has them, where only one has.

    Initials that it knows are whom it says: "EA" beside Emerald AI is Electronic Arts.
    """
    long: dict[str, set[int]] = {}
    short: list[str] = []
    for number, group in enumerate(groups.mentions):
        for name in {mention.text for mention in group}:
            if _ACRONYM.fullmatch(name):
                short.append(name)
            elif initials := _initials(name):
                long.setdefault(initials, set()).add(number)
    for name in short:
        bearers = long.get(name, set())
        if len(bearers) == 1 and not lexicon.organizations.get(fold(name)):
            groups.join(min(bearers), fold(name))


def _initials(name: str) -> str:
    """GM of "General Motors"; empty for a single word."""
    words = [word for word in _PART_BORDER.split(name) if word and word not in _SMALL_WORDS]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _same_but_suffix(one: str, other: str) -> bool:
    """Whether one is the other with a company form or a trade word behind it ("Thinking Machines Lab")."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2 or not long.startswith(short):
        return False
    rest = long[len(short) :].strip(" .,·")
    if is_han(short[0]) or (rest and is_han(rest[0])):
        return rest in _SUFFIX_WORDS or rest.endswith(("公司", "集团", "股份"))
    return long[len(short)] == " " and all(word in _SUFFIX_WORDS for word in rest.split())


def _entity(document: Document, group: list[Mention], ids: dict[str, list[str]], names: list[str]) -> Entity:
    """names: of them the longest is the entity's; ids: of the registry, by folded name."""
    candidates: dict[str, None] = {}
    for mention in sorted(group, key=lambda m: -len(m.text)):
        for registry_id in ids.get(mention.folded, ()):
            candidates[registry_id] = None
    key = max((m.folded for m in group), key=len)
    return Entity(max(names, key=len), [span_of(document, m.first, m.last) for m in group], tuple(candidates), key)


def span_of(document: Document, first: int, last: int) -> Span:
    """The tokens from first to last (excluded), with their characters."""
    return Span(first, last, document.tokens[first].start, document.tokens[last - 1].end)
