"""Reading: candidates point into the document, and do not depend on how windows are batched."""

from datetime import date
from importlib import resources

import numpy as np
import pytest

from labmoves_graph.model import Event
from labmoves_ingest import network, reading
from labmoves_ingest.layers import read_weights
from labmoves_ingest.network import ReaderEnsemble, TaggerEnsemble
from labmoves_ingest.organization_view import View
from labmoves_ingest.reading import EVENTS, FLOOR, Reader
from labmoves_ingest.token_features import BUCKETS, SHAPES, Vocabulary, flag_matrix, repetition_keys, token_columns
from labmoves_ingest.tokens import tokenize
from labmoves_ingest.windows import Items, Window

TEXTS = {
    "en": "Mary Porter left OpenAI on 3 March 2025. She joined Anthropic in May. Tom Baker founded Acme AI.",
    "zh": "李明华于2025年3月3日离开OpenAI。5月，他加入Anthropic。王芳创办了星辰智能。",
}


SAID_AGAIN_AT_THE_END = {
    "en": "Quantor hired Mary Porter. It was a long week, full of rain, and nobody at all wrote about Quantor.",
    "zh": "流形空间聘请了李明华。那是漫长而多雨的一周，没有任何人为此写下哪怕一个字，除了流形。",
}
NOTHING_TWICE = {
    "en": "Mary Porter left OpenAI on 3 March 2025; she joined Anthropic.",
    "zh": "李明华于2025年3月离开OpenAI，后加入Anthropic。",
}


@pytest.fixture(scope="module")
def readers(small_registry):
    return {language: Reader(language, small_registry) for language in TEXTS}


@pytest.fixture(params=sorted(TEXTS))
def reader(readers, request):
    return readers[request.param]


def document_of(reader):
    return reader.document(TEXTS[reader.language], date(2025, 6, 1), "")


def window_of(reader, document, sentence):
    items = Items.of(document, reader._vocabulary)
    return Window.of(items, sentence, 0, *items.people_of(sentence))


def told(reader, candidates, document):
    return [
        (c.event, document.people[c.person].name, document.organizations[c.organization].name)
        for c in candidates
        if c.probability >= reader.threshold[c.event]
    ]


def test_a_plain_departure_is_read(reader):
    document = document_of(reader)
    found = told(reader, reader.candidates(document), document)
    assert (Event.DEPARTURE, {"en": "Mary Porter", "zh": "李明华"}[reader.language], "OpenAI") in found


def test_plain_names_are_people(readers):
    """One name in fifty may be missed where nothing else is said of it: Jane Porter is, after Jane Street."""
    given = [
        "James",
        "Mary",
        "Robert",
        "Linda",
        "David",
        "Susan",
        "Sarah",
        "Karen",
        "Mark",
        "Emily",
        "Paul",
        "Kevin",
        "Jane",
        "Grace",
        "Ravi",
        "Priya",
        "Wei",
        "Omar",
        "Yuki",
    ]
    last = ["Porter", "Miller", "Chen", "Okafor", "Lindqvist"]
    told = "{} left OpenAI on 3 March 2025 to join Anthropic.", "Anthropic has hired {} as head of policy."
    names = [f"{first} {second}" for first in given for second in last]
    documents = [(name, readers["en"].document(text.format(name), None, "")) for name in names for text in told]
    missed = [name for name, document in documents if name not in [person.name for person in document.people]]
    assert len(missed) <= len(documents) // 50, missed


def test_candidates_point_into_the_document(reader):
    document = document_of(reader)
    for candidate in reader.candidates(document):
        assert candidate.person in range(len(document.people))
        assert candidate.organization in range(len(document.organizations))
        assert document.sentence_of(candidate.trigger) == candidate.sentence
        assert candidate.named == (candidate.person in document.people_in(candidate.sentence))
        assert 0 <= candidate.probability <= candidate.event_odds <= 1
        assert candidate.event_odds >= FLOOR
        assert candidate.date is None or candidate.date in range(len(document.dates))
        assert {date for date, _ in candidate.date_scores} <= set(range(len(document.dates)))
        assert candidate.role is None
        assert {role for role, _ in candidate.role_scores} <= set(range(len(document.roles)))


@pytest.mark.parametrize("text", ["", " \n", "。", "Nothing of note.", "Mary Porter spoke.", "OpenAI grew."])
def test_without_a_person_or_an_organization_there_is_nothing(reader, text):
    assert reader.candidates(reader.document(text, None, "")) == []


def test_candidates_do_not_depend_on_batches(reader, monkeypatch):
    document = document_of(reader)
    whole = reader.candidates(document)
    monkeypatch.setattr(reading, "BATCH", 1)
    single = reader.candidates(document)
    assert [(c.event, c.person, c.organization, c.trigger) for c in single] == [
        (c.event, c.person, c.organization, c.trigger) for c in whole
    ]
    np.testing.assert_allclose([c.probability for c in single], [c.probability for c in whole], atol=1e-4)


def test_what_a_network_dismisses_is_shown_to_no_other(reader, monkeypatch):
    document = document_of(reader)
    views = [View.of(window_of(reader, document, sentence)) for sentence in range(len(document.sentences))]
    monkeypatch.setattr(network, "DISMISSED", 0.0)
    assert None not in reader._reader.read(views)
    monkeypatch.setattr(network, "DISMISSED", 1.1)
    assert reader._reader.read(views) == [None] * len(views)


def test_what_is_told_does_not_depend_on_what_is_dismissed(reader, monkeypatch):
    document = document_of(reader)
    quick = told(reader, reader.candidates(document), document)
    monkeypatch.setattr(network, "DISMISSED", 0.0)
    assert told(reader, reader.candidates(document), document) == quick


def test_the_more_it_is_none_of_the_organizations_the_less_likely_each_is():
    scores = np.array([[1.0, 0.0], [3.0, 0.0]], dtype=np.float32)
    odds = reading._organization_odds(scores, np.array([-1e3, 5.0], dtype=np.float32))
    np.testing.assert_allclose(odds[:, 0], np.exp([1.0, 3.0]) / np.exp([1.0, 3.0]).sum(), rtol=1e-5)
    np.testing.assert_allclose(odds[:, 1], np.exp(0.0) / (2 + np.exp(5.0)), rtol=1e-5)


def test_every_event_has_a_threshold(reader):
    assert set(reader.threshold) == set(EVENTS) == set(Event)
    assert all(0 < value < 1 for value in reader.threshold.values())


def test_a_reader_without_weights_reads_nothing():
    assert ReaderEnsemble({}).read([]) == []


def test_columns_of_a_token_lie_within_the_tables():
    vocabulary = Vocabulary(["left", "离"])
    columns = token_columns(tokenize("Ann left 离开 $5.5 🙂 ABC iPhone X"), vocabulary)
    assert columns[:, 0].tolist() == [1, 2, 3, 1, 1, 1, 1, 1, 1]
    assert len(vocabulary) == 4
    assert columns.min() >= 0
    assert columns[:, 1:3].max() < BUCKETS
    assert columns[:, 3].max() < SHAPES


def test_shapes_tell_kinds_of_words_apart():
    words = "离 2025 $5.5 , AI X Ann OpenAI left iPhone"
    shapes = token_columns(tokenize(words), Vocabulary([]))[:, 3].tolist()
    assert len(set(shapes)) == len(words.split())


def test_columns_know_the_neighbours_of_han_and_the_ends_of_latin():
    one, other = (token_columns(tokenize(text), Vocabulary([])) for text in ("离开", "离去"))
    assert (one[0, 1], one[0, 2] == other[0, 2]) == (other[0, 1], False)
    one, other = (token_columns(tokenize(text), Vocabulary([])) for text in ("joining", "joined"))
    assert (one[0, 1], one[0, 2] == other[0, 2]) == (other[0, 1], False)


def test_words_are_the_same_again_by_either_neighbour_and_signs_never():
    keys = repetition_keys(token_columns(tokenize("流形空间，流形计划，"), Vocabulary([])))
    form = keys[1], keys[6]
    assert (form[0][0] == form[1][0], form[0][1] == form[1][1]) == (True, False)
    assert keys[4].tolist() == keys[9].tolist() == [0, 0]
    keys = repetition_keys(token_columns(tokenize("Acme hired. Acme grew."), Vocabulary([])))
    assert keys[0].tolist() == keys[3].tolist()
    assert len({tuple(key) for key in keys.tolist()}) == 4


def test_the_mean_of_others_leaves_the_token_itself_out():
    mean, found = network._mean_of_others(np.array([[1.0], [2.0], [4.0], [8.0]], np.float32), np.array([7, 7, 7, 0]))
    assert mean.tolist() == [[3.0], [2.5], [1.5], [0.0]]
    assert found.tolist() == [1, 1, 1, 0]


def test_flags_are_spread_into_columns():
    assert flag_matrix([0b101, 0]).tolist()[0][:4] == [1, 0, 1, 0]
    assert flag_matrix([0b101, 0]).sum() == 2


def test_the_last_stretch_sees_as_far_back_as_any_other(reader, monkeypatch):
    document = reader.document(SAID_AGAIN_AT_THE_END[reader.language], None, "")
    columns, flags = token_columns(document.tokens, reader._vocabulary), flag_matrix(document.flags)
    whole = reader._tagger.scores(columns, flags, document.vectors)
    monkeypatch.setattr(network, "STRETCH", len(columns) - 3)
    parted = reader._tagger.scores(columns, flags, document.vectors)
    np.testing.assert_allclose(parted[-3:], whole[-3:], atol=1e-3)


def test_scores_do_not_depend_on_stretches_where_no_word_is_repeated(reader, monkeypatch):
    document = reader.document(NOTHING_TWICE[reader.language], None, "")
    columns, flags = token_columns(document.tokens, Vocabulary([])), flag_matrix(document.flags)
    with (resources.files("labmoves_ingest") / "models" / f"{reader.language}.npz").open("rb") as file:
        tagger = TaggerEnsemble(read_weights(np.load(file)))
    whole = tagger.scores(columns, flags, document.vectors)
    monkeypatch.setattr(network, "STRETCH", 5)
    np.testing.assert_allclose(tagger.scores(columns, flags, document.vectors), whole, atol=1e-3)
