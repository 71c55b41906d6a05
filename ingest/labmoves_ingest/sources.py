"""Organizations that a text names only because news came from there: nobody leaves or joins them.

    sources_of(document)   indices of the organizations that report, or are posted on, and are named for nothing else

"According to a report by The Information", "Reuters reported", 据彭博社报道, 蓝鲸新闻9月19日讯, "wrote on X". It
takes words of reporting: what a firm says or is told may well be about its own people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from labmoves_ingest.documents import Document, Span

__all__ = ["sources_of"]

#: Characters before and after a mention in which the words of reporting stand.
_REACH = 40

_REPORT_BEFORE = re.compile(
    r"(?:(?:report|story|scoop|article)s? (?:by|in|from)|reported (?:by|in)|reporting (?:by|from)) (?:the )?$"
)
_REPORTS_AFTER = re.compile(
    r" (?:(?:first|also|has|had|have|is|was|previously|later|earlier) )*"
    r"(?:report(?:s|ed|ing)\b(?! to\b)|noted\b|wrote\b|broke the (?:news|story))"
)
#: Says nothing of an organization that reports elsewhere in the text; a firm is told and cited like this as well.
_CITED_BEFORE = re.compile(r"(?:according to|(?:noted|cited|quoted|seen|reviewed) by|told|interview with) (?:the )?$")
#: 报道 after a day and a few words at most (彭博社周二援引知情人士报道), or the 讯 or 电 of a dispatch after its day.
_HAN_AFTER = re.compile(
    r"[^。！？；，,\n]{0,16}?(?:报道|報道|報導)|\s?(?:\d{1,2}月)?\d{1,2}[日号號](?:讯|訊|电|電)(?![脑腦子池动動信视視话話])"
)

#: Where people post; folded.
_PLATFORMS = frozenset(
    """x twitter linkedin facebook threads bluesky substack weibo
    微博 知乎 脉脉 领英 領英 推特 小红书 朋友圈 臉書""".split()  # noqa: SIM905
)
_POSTED_BEFORE = re.compile(r"(?:\b(?:on|via|took to) |[在于於]\s?|(?:通过|透過)\s?)$")
_POSTED_AFTER = re.compile(r"\s?(?:posts?\b|account\b|thread\b|[上发發贴貼帖]|平台|账号|帳號)")


def sources_of(document: Document) -> frozenset[int]:
    """Indices of the document's organizations that only report."""
    return frozenset(
        index
        for index, organization in enumerate(document.organizations)
        if _only_reports(document, organization.mentions)
    )


def _only_reports(document: Document, mentions: Sequence[Span]) -> bool:
    others = [one for one in mentions if not (_reports(document, one) or _is_posted_on(document, one))]
    return len(others) < len(mentions) and all(_CITED_BEFORE.search(_before(document, one)) for one in others)


def _reports(document: Document, mention: Span) -> bool:
    after = document.folded[mention.end : mention.end + _REACH]
    if document.language == "zh" and _HAN_AFTER.match(after):
        return True
    return bool(_REPORT_BEFORE.search(_before(document, mention)) or _REPORTS_AFTER.match(after))


def _is_posted_on(document: Document, mention: Span) -> bool:
    if document.folded[mention.start : mention.end] not in _PLATFORMS:
        return False
    after = document.folded[mention.end : mention.end + _REACH]
    return bool(_POSTED_BEFORE.search(_before(document, mention)) or _POSTED_AFTER.match(after))


def _before(document: Document, mention: Span) -> str:
    return document.folded[max(0, mention.start - _REACH) : mention.start]
