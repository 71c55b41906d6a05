"""Who and what a text names: mentions found by the tagger and the registry, gathered into entities.

A name found once is found wherever it stands again; short forms join the full one ("Murati", 穆拉蒂); a gloss
joins both spellings (翁荔(Lilian Weng)). Two people whom the text calls by different full names never join.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from labmoves_ingest.datelines import places_of_reports
from labmoves_ingest.documents import Document, Entity, Span
from labmoves_ingest.lexicon import CueHit, Flag, Lexicon
from labmoves_ingest.tagging import MentionKind
from labmoves_ingest.tokens import is_han

__all__ = ["fill_mentions"]

_GLOSS = re.compile(r"\s?[(（]\s?[\"“]?")
_SUFFIX_WORDS = frozenset(
    """ai inc inc. corp corp. ltd ltd. llc labs lab technologies technology group company co research robotics systems
    公司 集团 科技 智能 股份 有限公司 机器人 人工智能 汽车 控股 网络 技术""".split()  # noqa: SIM905
)
#: One sign, a version number, "AI" with half a word, or how a character sounds: "零", "V2", "AI 安", ㄩˇ. X, the
#: company, is the only name of one letter in the registry's field.
_UNLIKELY_ORGANIZATION = re.compile(r"[^X]|[A-Za-z]\d+(?:\.\d+)?|AI(?:\s?[一-鿿])?|[ㄅ-ㄯˊˇˋ˙]+")
#: Parts of a Latin name by which its short forms are looked for; longer names are titles and lists misread.
MOST_PARTS = 5
_PART_BORDER = re.compile(r"[\s·.]+")
#: Stands in `owner` for the tokens of a place before a report, beside -1 (free) and the kinds of mentions.
_PLACE = -2
_TITLES = frozenset(["mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame", "baroness", "lord"])
#: What a text calls people who have no name in it; alone none of these is one.
_NO_NAMES = frozenset(
    "博主 记者 教授 博士 先生 女士 网友 员工 同事 主持人 发言人 编辑 作者 读者 院士 老师 创始人 董事长 总裁".split()  # noqa: SIM905
)
_SURNAME_TITLE = re.compile("^(.{1,2})(?:先生|女士|博士|教授|院士|总|老师|小姐|董)$")


@dataclass(slots=True)
class _Mention:
    first: int
    last: int
    text: str
    folded: str


def fill_mentions(
    document: Document, lexicon: Lexicon, hits: list[CueHit], spans: Iterable[tuple[MentionKind, int, int]]
) -> None:
    """Fill in the document's people, organizations, roles and references from tagged spans and the registry."""
    tokens = document.tokens
    owner: list[int] = [-1] * len(tokens)
    for start, end in places_of_reports(document.text):
        span = document.span(start, end)
        if span is not None:
            owner[span.first : span.last] = [_PLACE] * (span.last - span.first)
    people: list[tuple[int, int]] = []
    organizations: list[tuple[int, int]] = []
    for kind, first, last in spans:
        if _holds_markup(document, first, last):
            continue
        if kind is MentionKind.PERSON:
            if _is_bare_title(document, first, last):
                continue
            people.append((first, last))
        elif kind is MentionKind.ORGANIZATION:
            if _UNLIKELY_ORGANIZATION.fullmatch(document.text, tokens[first].start, tokens[last - 1].end):
                continue
            name = document.folded[tokens[first].start : tokens[last - 1].end]
            if name in lexicon.places or (name not in lexicon.organizations and owner[first] == _PLACE):
                continue
            first, last = _trimmed_organization(document, first, last, lexicon)
            organizations.append((first, last))
        elif kind is MentionKind.ROLE:
            document.roles.append(_span(document, first, last))
            continue
        elif kind is MentionKind.PERSON_REFERENCE:
            document.nominal_people.append(_span(document, first, last))
        else:
            document.nominal_organizations.append(_span(document, first, last))
        for index in range(first, last):
            owner[index] = kind
    _add_registered(document, lexicon, hits, owner, people, organizations)
    _spread(document, owner, people, MentionKind.PERSON)
    _spread(document, owner, organizations, MentionKind.ORGANIZATION)
    people, misread = _trimmed_people(document, people, organizations)
    organizations += misread
    document.people = _people(document, lexicon, sorted(people))
    document.organizations = _organizations(document, lexicon, sorted(organizations))


def _holds_markup(document: Document, first: int, last: int) -> bool:
    """Whether something that no reader reads stands among the tokens: a link ends what it stands on."""
    tokens = document.tokens
    gaps = (document.text[tokens[i].end : tokens[i + 1].start] for i in range(first, last - 1))
    return any(gap and not gap.isspace() for gap in gaps)


def _is_bare_title(document: Document, first: int, last: int) -> bool:
    """Whether what was taken for a person is a sign, a title or a calling without a name: "@", "Professor", 博主."""
    tokens = document.tokens[first:last]
    if document.folded[tokens[0].start : tokens[-1].end] in _NO_NAMES:
        return True
    return all(token.folded in _TITLES or not any(c.isalnum() for c in token.text) for token in tokens)


def _span(document: Document, first: int, last: int) -> Span:
    return Span(first, last, document.tokens[first].start, document.tokens[last - 1].end)


def _add_registered(
    document: Document,
    lexicon: Lexicon,
    hits: list[CueHit],
    owner: list[int],
    people: list[tuple[int, int]],
    organizations: list[tuple[int, int]],
) -> None:
    """Names of the registry that the tagger left out, where they can mean nothing else."""
    for hit in hits:
        free = all(kind in (-1, MentionKind.ORGANIZATION_REFERENCE) for kind in owner[hit.first : hit.last])
        printed = document.text[document.tokens[hit.first].start : document.tokens[hit.last - 1].end]
        if not free or not (is_han(printed[0]) or any(c.isupper() for c in printed)):
            continue
        length = hit.last - hit.first
        if Flag.PERSON_FIRST in hit.flags and (length >= 3 or (length == 2 and not is_han(printed[0]))):
            target, kind = people, MentionKind.PERSON
        elif Flag.AMBIGUOUS_FIRST not in hit.flags and hit.words in lexicon.organizations and len(printed) > 2:
            target, kind = organizations, MentionKind.ORGANIZATION
        else:
            continue
        target.append((hit.first, hit.last))
        for index in range(hit.first, hit.last):
            owner[index] = kind


def _spread(document: Document, owner: list[int], found: list[tuple[int, int]], kind: MentionKind) -> None:
    """Mark further places where a found name stands word for word."""
    tokens = document.tokens
    names: set[tuple[str, ...]] = set()
    for first, last in found:
        words = tuple(token.text for token in tokens[first:last])
        if len(words) >= 2 or (len(words[0]) > 3 and words[0][0].isupper()):
            names.add(words)
    lengths: dict[str, set[int]] = {}
    for words in names:
        lengths.setdefault(words[0], set()).add(len(words))
    index = 0
    while index < len(tokens):
        for length in sorted(lengths.get(tokens[index].text, ()), reverse=True):
            end = index + length
            same = tuple(token.text for token in tokens[index:end]) in names
            if same and all(mark == -1 for mark in owner[index:end]) and not _holds_markup(document, index, end):
                found.append((index, end))
                owner[index:end] = [kind] * length
                break
        index += 1


def _trimmed_people(
    document: Document, people: list[tuple[int, int]], organizations: list[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """People's mentions, cut to names known from elsewhere in the text; and those that name an organization.

    A name run together with the word after it ("佐夫同" of 巴雷特·佐夫) or before it (可姚顺宇) is cut back; what
    begins an organization's name and no person's ("Saarthi" of Saarthi Labs) is the organization.
    """
    mentions = _mentions(document, sorted(people))
    parts = {part for m in mentions if "·" in m.text for part in m.text.split("·") if len(part) >= 2}
    names = {name for name, count in Counter(m.text for m in mentions).items() if count > 1} | parts
    firms = sorted({m.folded for m in _mentions(document, organizations)})
    kept: list[tuple[int, int]] = []
    misread: list[tuple[int, int]] = []
    for m in mentions:
        if _has_more_than_a_name(m, names) and m.text[:-1] in names:
            kept.append((m.first, m.last - 1))
        elif _has_more_than_a_name(m, names) and m.text[1:] in names and _begins_late(document, m):
            kept.append((m.first + 1, m.last))
        elif len(m.folded) > 1 and _begins_another(m.folded, firms):
            longer = any(m.folded in o.folded and o.folded != m.folded for o in mentions)
            (kept if longer else misread).append((m.first, m.last))
        else:
            kept.append((m.first, m.last))
    return kept, misread


def _has_more_than_a_name(mention: _Mention, names: set[str]) -> bool:
    """Whether a mention in Han characters stands nowhere else and may hold one character too many."""
    return is_han(mention.text[0]) and mention.text not in names and mention.last - mention.first == len(mention.text)


def _begins_late(document: Document, mention: _Mention) -> bool:
    """Whether the second character is a surname and the first one is none: 刘晓峰 is no 晓峰."""
    first, second = (document.flags[mention.first + place] >> Flag.NAME & 1 for place in (0, 1))
    return bool(second and not first)


def _trimmed_organization(document: Document, first: int, last: int, lexicon: Lexicon) -> tuple[int, int]:
    """A known Latin name without Han characters after it that name no organization: Anthropic政治化 is Anthropic."""
    tokens = document.tokens
    border = next((i for i in range(first, last) if is_han(tokens[i].text[0])), last)
    if border in (first, last):
        return first, last
    named = document.folded[tokens[first].start : tokens[border - 1].end] in lexicon.organizations
    kinds = 1 << Flag.ORGANIZATION_NOUN | 1 << Flag.ORGANIZATION_SUFFIX
    speaking = any(document.flags[i] & kinds for i in range(border, last))
    return (first, border) if named and not speaking else (first, last)


def _begins_another(name: str, ordered: list[str]) -> bool:
    """Whether one of the names, given in order, is a longer one that begins with `name`."""
    after = bisect_right(ordered, name)
    return after < len(ordered) and ordered[after].startswith(name)


def _mentions(document: Document, found: list[tuple[int, int]]) -> list[_Mention]:
    mentions = []
    for first, last in found:
        start, end = document.tokens[first].start, document.tokens[last - 1].end
        mentions.append(_Mention(first, last, document.text[start:end], document.folded[start:end]))
    return mentions


class _Groups:
    """Entities in the making: the mentions of each, found again by keys so that long lists of names stay cheap."""

    def __init__(self) -> None:
        self.mentions: list[list[_Mention]] = []
        self._forms: list[dict[str, _Mention]] = []
        self._by_key: dict[str, dict[int, None]] = {}

    def add(self, mention: _Mention, home: int | None, keys: Iterable[str]) -> None:
        """Put the mention into the group `home`, None for a new one."""
        if home is None:
            home = len(self.mentions)
            self.mentions.append([])
            self._forms.append({})
        self.mentions[home].append(mention)
        self._forms[home].setdefault(mention.text, mention)
        for key in keys:
            self._by_key.setdefault(key, {})[home] = None

    def sharing(self, keys: Iterable[str]) -> Iterator[tuple[int, list[_Mention]]]:
        """The groups that have one of the keys, the latest first, each with one mention for every form."""
        for number in sorted({n for key in keys for n in self._by_key.get(key, ())}, reverse=True):
            yield number, list(self._forms[number].values())


def _people(document: Document, lexicon: Lexicon, found: list[tuple[int, int]]) -> list[Entity]:
    groups = _Groups()
    recent: deque[int] = deque(maxlen=4)
    for mention in _mentions(document, found):
        keys, sought = _person_keys(mention, lexicon)
        home = _gloss_home(document, groups, recent, mention)
        if home is None:
            home = _person_home(groups, mention, lexicon, sought)
        recent.append(len(groups.mentions) if home is None else home)
        groups.add(mention, home, keys)
    return [_entity(document, group, lexicon.people, _full_forms(document, group)) for group in groups.mentions]


def _full_forms(document: Document, group: Iterable[_Mention]) -> list[str]:
    """The forms of which one may be the person's name; in a Chinese text those in Han characters, if any."""
    forms = [m.text for m in group]
    han = [form for form in forms if is_han(form[0]) and not _SURNAME_TITLE.match(form)]
    return han if han and document.language == "zh" else forms


def _gloss_home(document: Document, groups: _Groups, recent: Iterable[int], mention: _Mention) -> int | None:
    """The entity whose mention stands right before this one's opening bracket, in the other script."""
    start = document.tokens[mention.first].start
    for number in recent:
        last = groups.mentions[number][-1]
        end = document.tokens[last.last - 1].end
        if end < start <= end + 4 and _GLOSS.fullmatch(document.text[end:start]) and _closes(document, mention):
            return number if is_han(last.text[0]) != is_han(mention.text[0]) or len(mention.text) < 6 else None
    return None


def _person_keys(mention: _Mention, lexicon: Lexicon) -> tuple[list[str], list[str]]:
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
    return tuple(part for part in _PART_BORDER.split(name) if part and part not in _TITLES)


def _person_home(groups: _Groups, mention: _Mention, lexicon: Lexicon, keys: list[str]) -> int | None:
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


def _short_form(short: _Mention, full: _Mention) -> bool:
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


def _organizations(document: Document, lexicon: Lexicon, found: list[tuple[int, int]]) -> list[Entity]:
    groups = _Groups()
    for mention in _mentions(document, found):
        ids = frozenset(lexicon.organizations.get(mention.folded, ()))
        keys = [f"={mention.folded}", mention.folded[:2], *(f"#{i}" for i in ids)]
        home = _organization_gloss(document, groups, mention)
        if home is None:
            home = _organization_home(groups, mention, lexicon, keys)
        groups.add(mention, home, keys)
    known = lexicon.organizations
    # Of forms the registry knows one is the name: "百度智能", cut from 百度智能汽车事业部, is 百度.
    return [
        _entity(document, group, known, [m.text for m in group if m.folded in known] or [m.text for m in group])
        for group in groups.mentions
    ]


def _organization_gloss(document: Document, groups: _Groups, mention: _Mention) -> int | None:
    start = document.tokens[mention.first].start
    count = len(groups.mentions)
    for number in range(count - 1, max(-1, count - 4), -1):
        end = document.tokens[groups.mentions[number][-1].last - 1].end
        if end < start <= end + 4 and _GLOSS.fullmatch(document.text[end:start]) and _closes(document, mention):
            return number
    return None


def _closes(document: Document, mention: _Mention) -> bool:
    """Whether a bracket or comma follows: what stands in "(Nasdaq: BIDU)" or （甲、乙） is no other name."""
    end = document.tokens[mention.last - 1].end
    return document.text[end : end + 3].lstrip("\"”’' ")[:1] in (")", "）", ",", "，", ";", "；")


def _organization_home(groups: _Groups, mention: _Mention, lexicon: Lexicon, keys: list[str]) -> int | None:
    ids = set(lexicon.organizations.get(mention.folded, ()))
    for number, forms in groups.sharing(keys):
        for other in forms:
            if other.folded == mention.folded:
                return number
            theirs = set(lexicon.organizations.get(other.folded, ()))
            if ids and theirs:
                if ids == theirs:
                    return number
            elif _same_but_suffix(mention.folded, other.folded):
                return number
    return None


def _same_but_suffix(one: str, other: str) -> bool:
    """Whether one is the other with a company form or a trade word behind it ("Thinking Machines Lab")."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2 or not long.startswith(short):
        return False
    rest = long[len(short) :].strip(" .,·")
    if is_han(short[0]) or (rest and is_han(rest[0])):
        return rest in _SUFFIX_WORDS or rest.endswith(("公司", "集团", "股份"))
    return long[len(short)] == " " and all(word in _SUFFIX_WORDS for word in rest.split())


def _entity(document: Document, group: list[_Mention], ids: dict[str, list[str]], names: list[str]) -> Entity:
    """names: of them the longest is the entity's; ids: of the registry, by folded name."""
    candidates: dict[str, None] = {}
    for mention in sorted(group, key=lambda m: -len(m.text)):
        for registry_id in ids.get(mention.folded, ()):
            candidates[registry_id] = None
    key = max((m.folded for m in group), key=len)
    return Entity(max(names, key=len), [_span(document, m.first, m.last) for m in group], tuple(candidates), key)
