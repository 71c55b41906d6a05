"""Whom "she" and what "the company" mean: who comes into question, what is seen of them, and what follows from it."""

from pathlib import Path

import numpy as np
import pytest

from labmoves_ingest.documents import Entity, Span
from labmoves_ingest.references import CLASSES, FEATURES, ReferenceModel, choices
from labmoves_ingest.training.corpus import read_corpus
from labmoves_ingest.training.division import Part, divided

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
#: Places in Choice.features.
LAST_MENTIONED, SAME_GENDER, OTHER_GENDER, SIGNER = 6, 20, 21, 23
IN_ONE_CLAUSE, AS_ITS_OBJECT, AS_A_POSSESSOR = 30, 31, 32
PEOPLE = ("he", "him", "she", "i", "his", "her", "他", "她", "我")


@pytest.fixture
def make(make_document):
    """A document in which these pronouns and descriptions are marked as well."""

    def build(text, people=(), organizations=(), *, descriptions=(), **further):
        document = make_document(text, people, organizations, **further)
        tokens = document.tokens
        document.nominal_people = [Span(i, i + 1, t.start, t.end) for i, t in enumerate(tokens) if t.folded in PEOPLE]
        for words in descriptions:
            start = text.index(words)
            document.nominal_organizations.append(document.span(start, start + len(words)))
        return document

    return build


@pytest.fixture
def last_mentioned():
    """A model that takes whom the text mentioned last, and nobody whom it has yet to mention."""
    near = np.zeros((1, FEATURES), np.float32)
    near[0, LAST_MENTIONED] = 1
    one, nothing = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    return ReferenceModel(
        {
            "near.weight": near,
            "near.bias": nothing,
            "word.weight": np.zeros((CLASSES, 1), np.float32),
            "hidden.weight": one,
            "hidden.bias": nothing,
            "score.weight": one,
            "score.bias": nothing,
            "none.weight": np.full((CLASSES, 1), 0.5, np.float32),
        }
    )


def walked(document, *meant):
    """Every choice, those entities being meant one after the other (None: nobody)."""
    answers = iter(meant)

    def decide(choice):
        entity = next(answers, None)
        return None if entity is None else choice.candidates.index(entity)

    return [choice for choice, _, _ in choices(document, decide)]


def seen_of(choice, entity):
    return choice.features[choice.candidates.index(entity)]


def test_those_mentioned_last_come_first(make):
    document = make("Ann Lee met Bob Ray. Ann Lee spoke. He left.", ["Ann Lee", "Bob Ray"])
    [choice] = walked(document)
    assert choice.candidates == [0, 1]
    assert choice.features.shape == (2, FEATURES)
    assert choice.features[:, LAST_MENTIONED].tolist() == [1, 0]


def test_who_is_meant_counts_as_mentioned(make):
    document = make("Ann Lee came. Bob Ray came. She spoke. Then she left.", ["Ann Lee", "Bob Ray"])
    assert [choice.candidates for choice in walked(document, 0)] == [[1, 0], [0, 1]]
    assert [choice.candidates for choice in walked(document, None)] == [[1, 0], [1, 0]]


def test_a_pronoun_tells_the_gender_of_whom_it_means(make):
    document = make("Kim Lee met Sky Ray. She spoke. He left. Then she left.", ["Kim Lee", "Sky Ray"])
    first, second, third = walked(document, 0, 1)
    assert not first.features[:, [SAME_GENDER, OTHER_GENDER]].any()
    assert (seen_of(second, 0)[OTHER_GENDER], seen_of(second, 1)[OTHER_GENDER]) == (1, 0)
    assert (seen_of(third, 0)[SAME_GENDER], seen_of(third, 0)[OTHER_GENDER]) == (1, 0)
    assert (seen_of(third, 1)[SAME_GENDER], seen_of(third, 1)[OTHER_GENDER]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Teresa Vogt and Kim Lee spoke. She left.", "Teresa Vogt"),
        ("Ms. Vogt and Kim Lee spoke. She left.", "Vogt"),
        ("沃格特女士与李金都到了。她走了。", "沃格特"),
    ],
)
def test_a_title_or_a_given_name_tells_the_gender(make, text, person):
    [choice] = walked(make(text, [person]))
    assert seen_of(choice, 0)[SAME_GENDER] == 1
    [other] = walked(make(text.replace("She", "He").replace("她", "他"), [person]))
    assert (seen_of(other, 0)[SAME_GENDER], seen_of(other, 0)[OTHER_GENDER]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "together", "as_object", "as_possessor"),
    [
        ("Ray hired him in May.", 1, 1, 0),
        ("Ray hired her in May.", 1, 0, 0),
        ("Ray hired her.", 1, 1, 0),
        ("Ray left his desk.", 1, 0, 0),
        ("Ray left, and he wrote.", 0, 0, 0),
        ("Ray said that he left.", 0, 0, 0),
        ("瑞安请他来。", 1, 0, 0),
        ("瑞安带走他的人。", 1, 0, 1),
        ("瑞安走了，他没说话。", 0, 0, 0),
    ],
)
def test_a_clause_shared_with_the_name_is_seen(make, text, together, as_object, as_possessor):
    person, language = ("Ray", "en") if text.startswith("Ray") else ("瑞安", "zh")
    [choice] = walked(make(text, [person], language=language))
    seen = choice.features[0, [IN_ONE_CLAUSE, AS_ITS_OBJECT, AS_A_POSSESSOR]]
    assert seen.tolist() == [together, as_object, as_possessor]


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("When she came, Ann Lee spoke.", [[0]]),
        ("She came. Ann Lee spoke.", [[0]]),
        ("She came. It rained. Ann Lee spoke.", []),
    ],
)
def test_a_name_ahead_comes_into_question_in_this_sentence_and_the_next(make, text, candidates):
    assert [choice.candidates for choice in walked(make(text, ["Ann Lee"]))] == candidates


def test_no_more_than_three_names_ahead_come_into_question(make):
    names = ["Ann Lee", "Bob Ray", "Cy Fox", "Di Orr"]
    [choice] = walked(make(f"With her came {', '.join(names)}.", names))
    assert choice.candidates == [0, 1, 2]


def test_who_signs_the_text_may_be_its_first_person_and_no_other(make):
    text = "Bob Ray came. I left. It rained. He spoke. It rained. All is well. Thanks. Ann Lee"
    first, third = walked(make(text, ["Ann Lee", "Bob Ray"]))
    assert 0 in first.candidates
    assert seen_of(first, 0)[SIGNER] == 1
    assert third.candidates == [1]


def test_people_are_settled_before_organizations_each_in_text_order(make):
    document = make(
        "Ann Lee runs OpenAI. The company grew. She left. The lab shrank. Then she rested.",
        ["Ann Lee"],
        ["OpenAI"],
        descriptions=["The lab", "The company"],
    )
    settled = [(person, document.text[c.span.start : c.span.end]) for c, person, _ in choices(document, lambda _: 0)]
    assert settled == [(True, "She"), (True, "she"), (False, "The company"), (False, "The lab")]


def test_words_of_different_classes_and_languages_are_told_apart(make):
    english = walked(make("Ann Lee spoke. He left. She left. I left.", ["Ann Lee"]))
    chinese = walked(make("李明发言。他走了。她走了。我走了。", ["李明"], language="zh"))
    assert len({choice.word_class for choice in (*english, *chinese)}) == 6
    assert all(0 <= choice.word_class < CLASSES for choice in (*english, *chinese))


def test_references_are_followed_through_a_chain(make, last_mentioned):
    text = "OpenAI grew. The company hired Ann Lee. She spoke. The lab won. Her team left."
    document = make(text, ["Ann Lee"], ["OpenAI"], descriptions=["The company", "The lab"])
    last_mentioned.resolve(document)
    assert {document.tokens[first].text: entity for first, entity in document.person_referents.items()} == {
        "She": 0,
        "Her": 0,
    }
    assert sorted(document.organization_referents.values()) == [0, 0]


def test_what_more_likely_means_none_stays_open(make, last_mentioned):
    document = make("When she came, Ann Lee spoke. Then she left.", ["Ann Lee"])
    last_mentioned.resolve(document)
    assert list(document.person_referents.values()) == [0]
    assert min(document.person_referents) > document.people[0].mentions[0].first


@pytest.mark.parametrize("text", ["She left the company.", "", "她离开了该公司。"])
def test_without_names_nothing_is_resolved(make, last_mentioned, text):
    document = make(text, descriptions=[w for w in ("the company",) if w in text])
    document.person_referents = {0: 7}
    document.organization_referents = {3: 7}
    last_mentioned.resolve(document)
    assert (document.person_referents, document.organization_referents) == ({}, {})


def test_a_list_of_thousands_of_names_has_few_candidates_at_each_place(make_document):
    count = 5000
    document = make_document(". ".join(f"K{i} and he" for i in range(count)))
    tokens = document.tokens
    starts = [i for i, token in enumerate(tokens) if token.text.startswith("K")]
    document.people = [Entity(tokens[i].text, [Span(i, i + 1, tokens[i].start, tokens[i].end)]) for i in starts]
    every = [i for i, token in enumerate(tokens) if token.text == "he"]
    document.nominal_people = [Span(i, i + 1, tokens[i].start, tokens[i].end) for i in every[::25]]
    found = walked(document)
    assert len(found) == count / 25
    assert max(len(choice.candidates) for choice in found) <= 15
    assert all(choice.candidates[0] == 25 * number for number, choice in enumerate(found))


def test_features_are_finite_and_bounded(make):
    text = "Ann Lee met Bob Ray. He spoke. " * 100 + "She left."
    for choice in walked(make(text, ["Ann Lee", "Bob Ray"])):
        assert np.isfinite(choice.features).all()
        assert np.abs(choice.features).max() <= 2


def test_a_model_trained_for_seconds_beats_the_last_mentioned(lexicons, last_mentioned):
    pytest.importorskip("torch")
    from labmoves_ingest.training.reference_training import (
        reference_examples,
        reference_figures,
        train_references,
    )
    from labmoves_ingest.training.settings import ReferenceSettings

    parts = divided(read_corpus(sorted(CORPUS.glob("enA*.txt"))[:6]))
    examples = reference_examples(parts[Part.TRAINING][:60], lexicons["en"])
    network = train_references(examples, ReferenceSettings(epochs=8, width=32), lambda line: None)
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    measured = parts[Part.DEVELOPMENT] + parts[Part.HELD_OUT]
    figures = [reference_figures(m, measured, lexicons["en"]) for m in (ReferenceModel(weights), last_mentioned)]
    trained, plain = (figure["person"] for figure in figures)
    assert trained["annotated"] == plain["annotated"] > 20
    assert trained["right"] > plain["right"]
