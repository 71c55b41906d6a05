"""What the networks for reasons and statuses see: passages around an event, names hidden and the person marked."""

import numpy as np
import pytest

from labmoves_ingest.clauses import BEFORE, FAR, clauses
from labmoves_ingest.passages import AROUND, NamelessView

TEXT = "{b} stayed. {a} left {o} on Monday. He was tired. It snowed. The sun came. It set. Why he left is known."


@pytest.fixture
def tell(make_document):
    """A document of that story under those names."""
    return lambda a, b, o: make_document(TEXT.format(a=a, b=b, o=o), [a, b], [o])


@pytest.fixture
def told(tell):
    return tell("Ann Lee", "Bob Ray", "OpenAI")


def passages_of(document, person=0):
    view = NamelessView.of(document)
    near = list(clauses(document, 1, person, view.leaving))
    trigger = next(i for i, token in enumerate(document.tokens) if token.text == "left")
    return near, view.passages(near, [[] for _ in near], 1, person, trigger)


def test_names_do_not_count(tell):
    seen = [
        passages_of(tell(*names))[1] for names in (("Ann Lee", "Bob Ray", "OpenAI"), ("Li Wei", "Dai Mo", "Acme"))
    ]
    assert len(seen[0]) == 2
    for one, other in zip(*seen, strict=True):
        for field in ("columns", "flags", "vectors", "mark", "offset", "distance"):
            np.testing.assert_array_equal(getattr(one, field), getattr(other, field), err_msg=field)


def test_it_matters_of_whom_a_passage_is_told(told):
    marks = [passages_of(told, person)[1][0].mark for person in (0, 1)]
    assert (marks[0] != marks[1]).any()


def test_clauses_stand_where_their_words_are(told):
    near, passages = passages_of(told)
    shown = {}
    for passage, sentence in zip(passages, (0, 6), strict=True):
        start = told.sentences[sentence].first
        for one in passage.stretches:
            words = told.tokens[start + one.first : start + one.last]
            shown[one.number] = told.text[words[0].start : words[-1].end]
    assert shown == {number: told.text[clause.start : clause.end] for number, clause in enumerate(near)}


def test_sentences_and_words_count_from_the_event(told):
    passage, far = passages_of(told)[1]
    assert told.tokens[passage.trigger].text == "left"
    middle = passage.distance[passage.trigger]
    assert list(passage.distance[passage.trigger - 1 : passage.trigger + 2]) == [middle - 1, middle, middle + 1]
    assert sorted(set(passage.offset - BEFORE)) == [-1, 0, 1, 2, 3]
    assert far.trigger is None
    assert set(far.offset - BEFORE) == {FAR}
    assert not far.distance.any()


def test_clauses_of_many_sentences_keep_their_numbers(make_document):
    document = make_document("Ann left Acme. " + "Ann told why she left, twice. " * 100, ["Ann"], ["Acme"])
    view = NamelessView.of(document)
    near = list(clauses(document, 0, 0, view.leaving))
    passages = view.passages(near, [[] for _ in near], 0, 0, 1)
    assert [stretch.number for passage in passages for stretch in passage.stretches] == list(range(len(near)))


def test_a_sentence_stands_between_its_neighbours(told):
    view = NamelessView.of(told)
    for number, sentence in enumerate(told.sentences):
        around = told.sentences[max(0, number - 1)].first, told.sentences[min(6, number + 1)].last
        passage = view.around(number, 0, sentence.first, [3])
        (stretch,) = passage.stretches
        assert (around[0] + stretch.first, around[0] + stretch.last) == (sentence.first, sentence.last)
        assert len(passage.mark) == around[1] - around[0]
        assert passage.trigger == sentence.first - around[0]
        assert set(passage.offset[stretch.first : stretch.last]) == {BEFORE}
        assert stretch.cues == [3]


def test_of_an_endless_sentence_the_part_around_the_event_is_read(make_document):
    document = make_document("so " * 5_000 + "Ann Lee left" + " so" * 5_000, ["Ann Lee"])
    passage = NamelessView.of(document).around(0, 0, 5_002, [])
    assert passage.trigger == AROUND
    assert [(one.first, one.last) for one in passage.stretches] == [(0, 2 * AROUND + 1)]
    assert len(passage.mark) == len(passage.columns) == len(passage.distance) == 2 * AROUND + 1
