"""What stands in a text for machines and not for readers: addresses and the tags and links of marked-up pages.

    readable(text)      the text with blanks in their place, offset for offset

    <p>[Mira Murati](https://example.org/2024/09/25) left <b>OpenAI</b>.   is read as   Mira Murati left OpenAI.

Newsletters and pages come with what their converters left over. A name in an address is no mention, a date in it
dates nothing, and its question mark ends no sentence.
"""

from __future__ import annotations

import re

__all__ = ["readable"]

#: The tags that pages are made of. "<Qwen>" and "<Time 100>" are somebody's way to write, "a <b and c> d" counts.
_TAGS = (
    "abbr|article|aside|blockquote|br|button|cite|code|details|div|em|figcaption|figure|font|footer|form|header|hr|"
    "iframe|img|input|label|link|main|mark|meta|nav|path|picture|pre|section|small|source|span|strike|strong|sub|"
    "summary|sup|svg|table|tbody|td|tfoot|th|thead|time|tr|ul|video|h[1-6]|dd|dl|dt|li|ol|a|b|i|p|s|u"
)
_OLD_TAGS = "BLOCKQUOTE|BR|CENTER|DIV|EM|FONT|HR|IMG|LI|OL|SPAN|STRONG|TABLE|TD|TH|TR|UL|H[1-6]|A|B|I|P|U"
_ATTRIBUTES = r"(?:\s+[\w:.-]+\s*=[^<>]*)?"
#: How what a link points to begins.
_ADDRESS = r"(?:https?:|/|\.|#|mailto:)"
_HIDDEN = re.compile(
    rf"<(?P<block>script|style){_ATTRIBUTES}\s*>(?:(?:(?!</?(?P=block)\b).)*</(?P=block)\s*>)?"
    r"|<!--[^<>]*-->"
    rf"|</?(?:{_TAGS}|{_OLD_TAGS}){_ATTRIBUTES}\s*/?>"
    rf"|!?\[(?=[^\[\]\n]{{1,300}}\]\({_ADDRESS})"
    rf"|\]\({_ADDRESS}[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
    r"|(?:[Hh]ttps?://|(?<![\w.])www\.)(?:[\w\-.~:/?#@!$&*+=%|^]|[,;](?![A-Z]))+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.ASCII | re.DOTALL,
)
#: Ends of a sentence that stand behind an address, not in it.
_BEHIND = ".,;:!?…"


def readable(text: str) -> str:
    """The text as a reader sees it, as long as it is, in time that grows with its length alone."""
    return _HIDDEN.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    hidden = match.group()
    behind = len(hidden) - len(hidden.rstrip(_BEHIND))
    return " " * (len(hidden) - behind) + hidden[len(hidden) - behind :]
