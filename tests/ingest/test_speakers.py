"""Whom "I" means: the turn's speaker, or the text's one teller; nobody where the layout does not show it."""

import pytest

from labmoves_ingest.references import ReferenceModel
from labmoves_ingest.speakers import Speakers

ANN, BOB = "Ann Lee", "Bob Ray"


def spoken(document, words="I "):
    """The name of whom the speakers say each first person means."""
    speakers = Speakers(document)
    found, start = [], document.text.find(words)
    while start >= 0:
        person = speakers.of(document.span(start, start + 1).first)
        found.append(None if person is None else document.people[person].name)
        start = document.text.find(words, start + 1)
    return found


@pytest.mark.parametrize(
    "label",
    [
        "{}: ",
        "**{}:** ",
        "**{}**: ",
        "[00:12] {}: ",
        r"\[00:04:16.09\] {}: ",
        "- {} (OpenAI): ",
        "{}, host: ",
        "> {}：",
    ],
)
def test_in_a_conversation_it_is_the_one_whose_turn_it_is(make_document, label):
    one, other = label.format(ANN), label.format(BOB)
    text = f"Welcome.\n{one}I left OpenAI.\n\nI was tired.\n{other}I joined it.\n{one}Did I say so?"
    document = make_document(text, [ANN, BOB], ["OpenAI"])
    assert spoken(document) == [ANN, ANN, BOB, ANN]


def test_before_the_first_turn_nobody_speaks(make_document):
    document = make_document(f"I met them.\n{ANN}: I left.\n{BOB}: Yes.", [ANN, BOB])
    assert spoken(document) == [None, ANN]


def test_a_name_before_a_colon_once_makes_no_conversation(make_document):
    assert spoken(make_document(f"{ANN}: I left OpenAI.\nBob Ray joined.", [ANN, BOB])) == [None]


@pytest.mark.parametrize(
    "text",
    [
        f"Hello, I'm {ANN}. Last week I left OpenAI. {BOB} stays.",
        f"Today I left OpenAI. {BOB} stays.\n\n— {ANN}",
        f"Today I left OpenAI. {BOB} stays.\n\nBest,\n{ANN}\nLondon",
        f"By {ANN}\n\nToday I left OpenAI. {BOB} stays.",
        f"{ANN} · 2nd\nToday I left OpenAI. {BOB} stays.",
        f"Today I left OpenAI. {BOB} stays.\n\nThank you all — {ANN}\n♥ 412 · 63 comments",
        f"Today I left OpenAI. {BOB} stays.\n\n{ANN}\n\nTags: work\nNext: More\nPrevious: Less",
        f"Today I left OpenAI. {BOB} stays.\n– {ANN} #newjob #hired?",
        f"*{ANN} teaches at MIT.*\n\nToday I left OpenAI. {BOB} stays.",
        f"5 May 2025 · {ANN} · 3 minutes\n\nToday I left OpenAI. {BOB} stays.",
    ],
)
def test_elsewhere_it_is_the_one_who_tells_the_text(make_document, text):
    assert spoken(make_document(text, [ANN, BOB], ["OpenAI"]), "I left") == [ANN]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫李明，去年离开了OpenAI。王芳还在。我很想她。", "李明"),
        ("去年我离开了OpenAI。王芳还在。\n\n李明\n2025年3月", "李明"),
        ("文｜王芳\n我见到李明时，他刚离开OpenAI。", "王芳"),
        ("王芳：你走了？\n李明：我走了。\n王芳：为什么？", "李明"),
    ],
)
def test_in_chinese_as_well(make_document, text, name):
    document = make_document(text, ["李明", "王芳"], ["OpenAI"], language="zh")
    assert spoken(document, "我")[-1] == name


def test_words_in_quotation_marks_are_not_the_tellers(make_document):
    text = f'By {ANN}\n\nI asked {BOB}. "I left OpenAI," he said.'
    assert spoken(make_document(text, [ANN, BOB], ["OpenAI"])) == [ANN, None]


@pytest.mark.parametrize(
    "text",
    [
        f"I saw {ANN} leave OpenAI. {BOB} stays there, too.",
        f"I left. {ANN} said that she was with {BOB} and went on to say much more about it, day and night.",
        "I left.",
        f"**{ANN} says she left.**\n\nI saw it. **{BOB} was there.** It rained.",
        f"I was hired by {ANN} in 2020. Last year I left OpenAI. {BOB} stays.",
        f"OpenAI was founded by {ANN}. Last week I left it to {BOB}.",
        f"For my talk with the bestselling author {ANN} I left {BOB} in Rome.",
        f"Last month I left OpenAI.\n\n- {ANN} joins Meta\n- {BOB} leaves Anthropic for Meta",
        f"Last month I left OpenAI. {BOB} stays.\n{ANN} at the office",
        f"{ANN}: left OpenAI\n{BOB}: joined Anthropic\n\nThat is what I saw this week.",
        f"I am {ANN}'s former assistant. I left OpenAI to {BOB}.",
        f"{ANN} (OpenAI) joins Meta\nI think this matters, and {BOB} does.",
        f"Q: Did I hear that {ANN} left?\nA: By {BOB}, I think.",
    ],
)
def test_where_nothing_shows_it_it_stays_open(make_document, text):
    assert set(spoken(make_document(text, [ANN, BOB]))) == {None}


@pytest.mark.parametrize(
    "text", ["我是李明的前同事，去年我离开了OpenAI。", "李明的离职\n我采访了王芳。", "我走了。\n李明离开OpenAI"]
)
def test_in_chinese_what_is_somebodys_is_not_somebody(make_document, text):
    assert set(spoken(make_document(text, ["李明", "王芳"], ["OpenAI"], language="zh"), "我")) == {None}


@pytest.mark.parametrize("filling", ["\n", " ", "*", "# ", "By ", "12:"])
def test_no_filling_is_searched_over_and_over(make_document, filling):
    """Quadratic in 200,000 signs, this would not end."""
    text = f"{ANN}{filling * 200_000}\n{BOB}: I left OpenAI."
    assert len(spoken(make_document(text, [ANN, BOB], ["OpenAI"]), "I left")) == 1


def test_references_follow(make_document):
    text = f"{ANN}: Why did you leave?\n{BOB}: I left OpenAI because of {ANN}."
    document = make_document(text, [ANN, BOB], ["OpenAI"])
    place = document.span(text.find("I left"), text.find("I left") + 1)
    document.nominal_people.append(place)
    ReferenceModel.load().resolve(document)
    assert document.person_referents == {place.first: 1}
