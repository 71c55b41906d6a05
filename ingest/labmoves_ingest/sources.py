"""Organizations that a text names only because news came from there: nobody leaves or joins them.

    sources_of(document)   indices of the organizations that report, or are posted on, and are named for nothing else

"According to a report by The Information", "Reuters reported", 据彭博社报道, 蓝鲸新闻9月19日讯, "wrote on X". It
takes words of reporting: what a firm says or is told may well be about its own people. The only organization of a
text is never taken for a source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from labmoves_ingest.documents import Document, Span

__all__ = ["sources_of"]

#: Characters before and after a mention in which the words of reporting stand.
_REACH = 40

# All patterns are matched against folded text: lower case, simplified characters.
_REPORT_BEFORE = re.compile(
    r"\b(?:(?:report|story|scoop|article)s? (?:by|in)|(?:first |also )?reported (?:by|in)|reporting by) (?:the )?$"
)
_REPORTS_AFTER = re.compile(
    r" (?:(?:first|also|has|had|have|is|was|previously|later|earlier) )*"
    r"(?:report(?:s|ed|ing)\b(?! (?:\w+ )?to\b)|broke the (?:news|story))"
)
#: These say nothing of an organization that reports elsewhere in the text; a firm is told and cited like this, too.
_CITED_BEFORE = re.compile(r"(?:according to|(?:noted|cited|quoted|seen|reviewed) by|told|interview with) (?:the )?$")
_CITED_AFTER = re.compile(r" (?:noted|wrote|writes|said|says|adds|added)\b")
_HAN_BEFORE = re.compile(r"[据由援引]\s?(?:外媒)?$")
#: 报道 right after the name or its day (彭博社周二援引知情人士报道), or the 讯 of a dispatch after its day.
_DAY = r"(?:今日|昨日|周[一二三四五六日天]|(?:\d{1,2}月)?\d{1,2}[日号])"
_HAN_AFTER = re.compile(
    rf"\s?(?:当地时间)?\s?{_DAY}?(?:率先|最早|首先|独家)?(?:援引[^。！？；，,\n由被]{{0,10}})?(?:报道|报导)|\s?{_DAY}(?:讯(?!息|飞)|电[，,。])"
)
#: 报道 a few words after a name that 据 or 由 stands before.
_HAN_AFTER_CITED = re.compile(r"[^。！？；，,\n]{0,16}?(?:报道|报导|消息称)")

#: Where people post.
_PLATFORMS = frozenset(
    """x twitter linkedin facebook threads bluesky substack weibo
    微博 知乎 脉脉 领英 推特 小红书 朋友圈 脸书""".split()  # noqa: SIM905
)
_POSTED_BEFORE = re.compile(
    r"(?:\b(?:said|wrote|writes|posted|posts|announced|shared|confirmed)\b[^.\n]{0,25} on |took to )$"
)
_POSTED_AFTER = re.compile(r"\s?(?:posts?\b|account\b(?! (?:manager|executive|director))|thread\b)")
_HAN_POSTED_BEFORE = re.compile(r"(?:在|于|通过)\s?$")
_HAN_POSTED_AFTER = re.compile(r"\s?(?:上(?![市海任])|平台|账号|发[文帖长推博声]|宣布|表示|写道|称|官宣)")


def sources_of(document: Document) -> frozenset[int]:
    """Indices of the document's organizations that only report."""
    if len(document.organizations) < 2:
        return frozenset()
    return frozenset(
        index
        for index, organization in enumerate(document.organizations)
        if _only_reports(document, organization.mentions)
    )


def _only_reports(document: Document, mentions: Sequence[Span]) -> bool:
    others = [one for one in mentions if not (_reports(document, one) or _is_posted_on(document, one))]
    return len(others) < len(mentions) and all(_is_cited(document, one) for one in others)


def _reports(document: Document, mention: Span) -> bool:
    before, after = _before(document, mention), _after(document, mention)
    if document.language == "zh":
        cited = _HAN_BEFORE.search(before) and _HAN_AFTER_CITED.match(after)
        return bool(cited or _HAN_AFTER.match(after))
    return bool(_REPORT_BEFORE.search(before) or _REPORTS_AFTER.match(after))


def _is_cited(document: Document, mention: Span) -> bool:
    return bool(_CITED_BEFORE.search(_before(document, mention)) or _CITED_AFTER.match(_after(document, mention)))


def _is_posted_on(document: Document, mention: Span) -> bool:
    if document.folded[mention.start : mention.end] not in _PLATFORMS:
        return False
    before, after = _before(document, mention), _after(document, mention)
    if document.language == "zh":
        return bool(_HAN_POSTED_BEFORE.search(before) and _HAN_POSTED_AFTER.match(after))
    return bool(_POSTED_BEFORE.search(before) or _POSTED_AFTER.match(after))


def _before(document: Document, mention: Span) -> str:
    return document.folded[max(0, mention.start - _REACH) : mention.start]


def _after(document: Document, mention: Span) -> str:
    return document.folded[mention.end : mention.end + _REACH]
