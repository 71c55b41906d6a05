"""What stands in a text for machines and not for readers: addresses and the tags and links of marked-up pages.

    readable(text)      the text with blanks in their place, offset for offset

    <p>[Mira Murati](https://example.org/2024/09/25) left <b>OpenAI</b>.   is read as   Mira Murati left OpenAI.

Newsletters and pages come with what their converters left over. A name in an address is no mention, a date in it
dates nothing, and its question mark ends no sentence.
"""

from __future__ import annotations

import re

__all__ = ["readable"]

#: The tags that pages are made of; "<Qwen>" may be somebody's way to write.
_TAGS = (
    "a|abbr|article|aside|b|blockquote|br|button|center|cite|code|dd|details|div|dl|dt|em|figcaption|figure|font|footer|form|"
    "h[1-6]|header|hr|i|iframe|img|input|label|li|link|main|mark|meta|nav|ol|p|path|picture|pre|s|section|small|source|"
    "span|strike|strong|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|time|tr|u|ul|video"
)
#: How what a link points to begins.
_ADDRESS = r"(?:https?:|/|\.|#|mailto:)"
_HIDDEN = re.compile(
    r"<(?P<block>script|style)\b[^<>]*>[^<]*(?:</(?P=block)>)?"
    r"|<!--[^<>]*-->"
    rf"|</?(?:{_TAGS})(?:\s[^<>]*)?/?>"
    rf"|!?\[(?=[^\[\]\n]{{1,300}}\]\({_ADDRESS})"
    rf"|\]\({_ADDRESS}[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)?(?:\s+\"[^\"\n]*\")?\)"
    r"|(?:https?://|(?<![\w.])www\.)[\w\-.~:/?#@!$&*+,;=%|^]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.IGNORECASE | re.ASCII,
)
#: Ends of a sentence that stand behind an address, not in it.
_BEHIND = ".,;:!?…"


def readable(text: str) -> str:
    """The text as a reader sees it, as long as it is. In time linear in the text, whatever that is made of."""
    return _HIDDEN.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    hidden = match.group()
    behind = len(hidden) - len(hidden.rstrip(_BEHIND))
    return " " * (len(hidden) - behind) + hidden[len(hidden) - behind :]
