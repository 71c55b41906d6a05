"""Who and what a text names: mentions found by the tagger and the registry, gathered into entities.

A name found once is found wherever it stands again; which mentions name the same is said in entities.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator

from labmoves_ingest.datelines import places_of_reports
from labmoves_ingest.documents import Document, Span
from labmoves_ingest.entities import TITLES, Mention, mentions_of, organizations_of, people_of, span_of
from labmoves_ingest.lexicon import CueHit, Flag, Lexicon
from labmoves_ingest.tagging import MentionKind
from labmoves_ingest.tokens import is_han

__all__ = ["fill_mentions"]

#: One sign, a version number, "AI" with half a word, or how a character sounds: "零", "V2", "AI 安", ㄩˇ. X, the
#: company, is the only name of one letter in the registry's field.
_UNLIKELY_ORGANIZATION = re.compile(r"[^X]|[A-Za-z]\d+(?:\.\d+)?|AI(?:\s?[一-鿿])?|[ㄅ-ㄯˊˇˋ˙]+")
_END_SIGNS = frozenset(".,;:!?。，；：！？")
#: Words of organizations' names that a period may belong to.
_SHORTENED = frozenset(["inc", "corp", "ltd", "co", "bros", "llc"])
#: A name with another name inside: "Yuhuai (Tony) Wu", "Robert “Bob” McGrew".
_CAPITALISED = r"[A-Z][\w'’-]{1,30}"
_NICKNAMED = re.compile(
    rf"(?<![\w'’-]){_CAPITALISED}(?: {_CAPITALISED})? [(\"“]({_CAPITALISED})[)\"”] {_CAPITALISED}"
)
#: A Latin name in brackets behind a Chinese one: 梅茲（Luke Metz）.
_LATIN = r"[A-Z][A-Za-zÀ-ɏ'’-]{1,30}"
_GLOSSED = re.compile(rf"(?<=[一-鿿])[(（]({_LATIN}(?: (?:[A-Z]\. )?{_LATIN}){{0,3}})[)）]")
#: Stands in `owner` for the tokens of a place before a report, beside -1 (free) and the kinds of mentions.
_PLACE = -2
#: What a text calls people who have no name in it; alone none of these is one.
_NO_NAMES = frozenset(
    "博主 记者 教授 博士 先生 女士 网友 员工 同事 主持人 发言人 编辑 作者 读者 院士 老师 创始人 董事长 总裁".split()  # noqa: SIM905
)

#: The kind of a tagged span, its first token and the one past its last.
_Tagged = tuple[MentionKind, int, int]


def fill_mentions(document: Document, lexicon: Lexicon, hits: list[CueHit], spans: Iterable[_Tagged]) -> None:
    """Fill in the document's people, organizations, roles and references from tagged spans and the registry."""
    tokens = document.tokens
    owner: list[int] = [-1] * len(tokens)
    for start, end in places_of_reports(document.text):
        span = document.span(start, end)
        if span is not None:
            owner[span.first : span.last] = [_PLACE] * (span.last - span.first)
    people: list[tuple[int, int]] = []
    organizations: list[tuple[int, int]] = []
    for kind, first, last in _with_whole_names(document, lexicon, spans):
        if _holds_markup(document, first, last):
            continue
        if kind is MentionKind.PERSON:
            if _is_bare_title(document, first, last):
                continue
            people.append((first, last))
        elif kind is MentionKind.ORGANIZATION:
            first, last = _without_signs(document, first, last, lexicon)
            if _UNLIKELY_ORGANIZATION.fullmatch(document.text, tokens[first].start, tokens[last - 1].end):
                continue
            name = document.folded[tokens[first].start : tokens[last - 1].end]
            if name in lexicon.places or (name not in lexicon.organizations and owner[first] == _PLACE):
                continue
            first, last = _trimmed_organization(document, first, last, lexicon)
            organizations.append((first, last))
        elif kind is MentionKind.ROLE:
            document.roles.append(span_of(document, first, last))
            continue
        elif kind is MentionKind.PERSON_REFERENCE:
            document.nominal_people.append(span_of(document, first, last))
        else:
            document.nominal_organizations.append(span_of(document, first, last))
        for index in range(first, last):
            owner[index] = kind
    _add_registered(document, lexicon, hits, owner, people, organizations)
    _spread(document, owner, people, MentionKind.PERSON)
    organizations = _completed(document, owner, organizations)
    _spread(document, owner, organizations, MentionKind.ORGANIZATION)
    people, misread = _trimmed_people(document, people, organizations)
    organizations += misread
    document.people = people_of(document, lexicon, sorted(people))
    document.organizations = organizations_of(document, lexicon, sorted(organizations))


def _with_whole_names(document: Document, lexicon: Lexicon, spans: Iterable[_Tagged]) -> list[_Tagged]:
    """The spans, in text order; where people alone are tagged within a longer name, that name instead."""
    found = sorted(spans, key=lambda one: one[1])
    whole = [*_nicknamed(document, lexicon, found), *_glossed(document, found)]
    parts = {i for tagged, _ in whole for i in tagged}
    names = [(MentionKind.PERSON, name.first, name.last) for _, name in whole]
    return sorted([*(one for i, one in enumerate(found) if i not in parts), *names], key=lambda one: one[1])


def _nicknamed(document: Document, lexicon: Lexicon, found: list[_Tagged]) -> Iterator[tuple[range, Span]]:
    """Names with a nickname in them that are tagged at their end, too, and the numbers of what is tagged there."""
    for match in _NICKNAMED.finditer(document.text):
        name = document.span(match.start(), match.end())
        if name is None or match[1].lower() in lexicon.organizations or match[1].lower() in lexicon.places:
            continue
        tagged = _people_within(found, name)
        if tagged and found[tagged[-1]][2] == name.last:
            yield tagged, name


def _glossed(document: Document, found: list[_Tagged]) -> Iterator[tuple[range, Span]]:
    """Latin names in brackets behind a person's name, and the numbers of what is tagged there."""
    for match in _GLOSSED.finditer(document.text):
        name = document.span(match.start(1), match.end(1))
        tagged = _people_within(found, name) if name is not None else range(0)
        if name is not None and tagged and tagged[0]:
            kind, _, last = found[tagged[0] - 1]
            if kind is MentionKind.PERSON and last == name.first - 1:
                yield tagged, name


def _people_within(found: list[_Tagged], name: Span) -> range:
    """The numbers of the spans within the name; none where one is no person's or reaches out of it."""
    tagged = range(
        bisect_right(found, name.first, key=lambda one: one[2]), bisect_left(found, name.last, key=lambda one: one[1])
    )
    inside = all(name.first <= found[i][1] and found[i][2] <= name.last for i in tagged)
    people = all(found[i][0] is MentionKind.PERSON for i in tagged)
    return tagged if inside and people else range(0)


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
    return all(token.folded in TITLES or not any(c.isalnum() for c in token.text) for token in tokens)


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
    lengths = _lengths(names, 0)
    index = 0
    while index < len(tokens):
        for length in sorted(lengths.get(tokens[index].text, ()), reverse=True):
            end = index + length
            same = end <= len(tokens) and tuple(token.text for token in tokens[index:end]) in names
            if same and all(mark == -1 for mark in owner[index:end]) and not _holds_markup(document, index, end):
                found.append((index, end))
                owner[index:end] = [kind] * length
                break
        index += 1


def _lengths(names: Iterable[tuple[str, ...]], place: int) -> dict[str, set[int]]:
    """How many words the names have that have a word at that place, by the word."""
    lengths: dict[str, set[int]] = {}
    for words in names:
        lengths.setdefault(words[place], set()).add(len(words))
    return lengths


def _completed(document: Document, owner: list[int], found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The organizations' mentions; a part of a name is the whole where that stands, if it was found elsewhere.

    So 矿野机器 becomes 矿野机器人 where the text goes on like that.
    """
    tokens = document.tokens
    names = {tuple(token.text for token in tokens[first:last]) for first, last in found}
    beginning, ending = _lengths(names, 0), _lengths(names, -1)
    whole: list[tuple[int, int]] = []
    for first, last in sorted(found):
        after = ((first, first + length) for length in beginning[tokens[first].text])
        before = ((last - length, last) for length in ending[tokens[last - 1].text])
        longest = (first, last)
        for start, end in (*after, *before):
            within = start >= 0 and end <= len(tokens)
            is_name = within and tuple(token.text for token in tokens[start:end]) in names
            free = all(mark in (-1, MentionKind.ORGANIZATION) for mark in owner[max(0, start) : end])
            if is_name and free and end - start > longest[1] - longest[0]:
                longest = (start, end)
        if whole and longest[0] < whole[-1][1]:
            whole[-1] = max(whole[-1], longest, key=lambda one: one[1] - one[0])
        else:
            whole.append(longest)
        owner[longest[0] : longest[1]] = [MentionKind.ORGANIZATION] * (longest[1] - longest[0])
    return whole


def _trimmed_people(
    document: Document, people: list[tuple[int, int]], organizations: list[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """People's mentions, cut to names known from elsewhere in the text; and those that name an organization.

    A name run together with the word after it ("佐夫同" of 巴雷特·佐夫) or before it (可姚顺宇) is cut back; what
    begins an organization's name and no person's ("Saarthi" of Saarthi Labs) is the organization.
    """
    mentions = mentions_of(document, sorted(people))
    parts = {part for m in mentions if "·" in m.text for part in m.text.split("·") if len(part) >= 2}
    names = {name for name, count in Counter(m.text for m in mentions).items() if count > 1} | parts
    firms = sorted({m.folded for m in mentions_of(document, organizations)})
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


def _has_more_than_a_name(mention: Mention, names: set[str]) -> bool:
    """Whether a mention in Han characters stands nowhere else and may hold one character too many."""
    return is_han(mention.text[0]) and mention.text not in names and mention.last - mention.first == len(mention.text)


def _begins_late(document: Document, mention: Mention) -> bool:
    """Whether the second character is a surname and the first one is none: 刘晓峰 is no 晓峰."""
    first, second = (document.flags[mention.first + place] >> Flag.NAME & 1 for place in (0, 1))
    return bool(second and not first)


def _without_signs(document: Document, first: int, last: int, lexicon: Lexicon) -> tuple[int, int]:
    """An organization's name without its article and the sign that ends its sentence."""
    tokens = document.tokens
    if document.folded[tokens[first].start : tokens[last - 1].end] in lexicon.organizations:
        return first, last
    if tokens[first].folded == "the" and last - first > 2:
        first += 1
    while last - first > 1 and tokens[last - 1].text in _END_SIGNS:
        before = tokens[last - 2]
        if before.folded in _SHORTENED or (len(before.text) == 1 and before.text.isupper()):
            break
        last -= 1
    return first, last


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
