"""Grounding and hard texts: whatever the text, no exception, and no claim but in the text's own words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labmoves_graph.model import Article

PLAIN = (
    "Ann Lee left OpenAI on 3 March 2025 to join Anthropic.",
    "李明华因健康原因于2025年3月3日从OpenAI离职。",
    "翁荔(Lilian Weng)、王芳和巴雷特·佐夫加入谷歌DeepMind，担任研究员。",
    "She was promoted to chief scientist, citing “40% of it was pay”.",
    "Tom Baker founded Acme AI two weeks later.",
)
NOISE = (
    "\u200b",
    "\ufeff",
    "\u202e\u2066",
    "\u0000\u0007\u001b[31m",
    "👩\u200d🔬🇨🇳",
    "&nbsp;&#8217;</p><br/><!--",
    "![]()",
    "“「『\"'”",
    "â€œæ\x9d\x8eæ\x98Žâ€\x9d",
    "e\u0301ﬁⅣ㍻",
    "\r\n\u2028\x0b\x0c",
    "مرحبا שלום Привет こんにちは 안녕",
    "..." * 5,
    "?！",
    "\ud7ff\U0010ffff",
)
PIECES = (
    st.sampled_from(PLAIN) | st.sampled_from(NOISE) | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
)


@st.composite
def torn_texts(draw):
    """Plain sentences with noise between and within them."""
    pieces = []
    for piece in draw(st.lists(PIECES, max_size=8)):
        cut = draw(st.integers(0, len(piece)))
        pieces += [piece[:cut], draw(st.sampled_from(("", "", *NOISE))), piece[cut:]]
    return draw(st.sampled_from(("", " ", "\n"))).join(pieces)


def assert_grounded(text, claims):
    for claim in claims:
        assert claim.evidence.holds_in(text)
        assert claim.person in text
        assert claim.organization in text
        assert claim.role is None or claim.role in text
        assert claim.date_text is None or claim.date_text in text
        assert (claim.date is None) == (claim.date_text is None) == (claim.date_meaning is None)
        assert all(reason.quote in text for reason in claim.reasons)
        assert all(reason.share is None or 0 <= reason.share <= 1 for reason in claim.reasons)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=torn_texts())
def test_every_claim_stands_in_the_text(extractor, text):
    article = Article("a", text)
    claims = extractor.extract(article)
    assert_grounded(text, claims)
    assert [claim.id for claim in extractor.extract(article)] == [claim.id for claim in claims]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=torn_texts())
def test_every_mention_stands_at_its_offsets(extractor, text):
    doc = extractor.read(Article("a", text))
    document = doc._.document
    assert doc.text == text
    entities = [*document.people, *document.organizations]
    spans = [mention for entity in entities for mention in entity.mentions]
    spans += [*document.roles, *document.nominal_people, *document.nominal_organizations]
    for span in spans:
        assert (span.start, span.end) == (document.tokens[span.first].start, document.tokens[span.last - 1].end)
    assert all(mention.text == text[mention.start : mention.end] for _, mention in document.dates)
    assert all(entity.name in {text[m.start : m.end] for m in entity.mentions} for entity in entities)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\n \t\u3000" * 50, id="white space"),
        pytest.param("“" * 3000 + PLAIN[0], id="quotes that never close"),
        pytest.param("“‘" * 200 + PLAIN[0] + "’”" * 200, id="nested quotes"),
        pytest.param("(" * 3000 + PLAIN[1], id="brackets that never close"),
        pytest.param("a" * 200_000, id="one word"),
        pytest.param("李" * 20_000, id="one surname"),
        pytest.param("left " * 20_000, id="one cue"),
        pytest.param("OpenAI " * 10_000 + "left", id="one organization"),
        pytest.param("why he left " * 5_000, id="reasons for leaving"),
        pytest.param("2025年3月3日" * 3_000 + "离开", id="one date"),
        pytest.param(PLAIN[0].encode().decode("cp1252") + PLAIN[1].encode().decode("latin-1"), id="mojibake"),
    ],
)
def test_hard_texts_are_read(extractor, text):
    assert_grounded(text, extractor.extract(Article("a", text)))


def test_a_long_line_is_read_to_its_end(extractor):
    text = "The weather was fine, the sea was calm, " * 5_000 + "then it rained. It ended. Night fell. " + PLAIN[0]
    assert len(text) > 200_000
    claims = extractor.extract(Article("a", text))
    assert_grounded(text, claims)
    assert {claim.person for claim in claims} == {"Ann Lee"}


def test_ten_thousand_names_in_a_list_are_read(extractor):
    letters = "abcdefghij"
    names = (f"Anna K{a}{b} Z{c}{d}son" for a in letters for b in letters for c in letters for d in letters)
    text = ", ".join(names) + " left OpenAI."
    assert_grounded(text, extractor.extract(Article("a", text)))
