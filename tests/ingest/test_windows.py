"""What the reader sees: mentions without their words, and the people whom a sentence may speak of."""

import numpy as np

from labmoves_ingest.token_features import VECTOR, Vocabulary
from labmoves_ingest.windows import CARRIED, DENSE, LONGEST, SPECIAL_WORDS, Items, Window

VOCABULARY = Vocabulary(list(SPECIAL_WORDS))


def items_of(document):
    return Items.of(document, VOCABULARY)


def window_of(items, sentence, person):
    return Window.of(items, sentence, person, *items.people_of(sentence))


def test_a_mention_is_one_item_without_its_words(make_document):
    one = items_of(make_document("Ann Lee left Acme on 3 March 2025.", ["Ann Lee"], ["Acme"]))
    other = items_of(
        make_document("Bartholomew Q Ray left Initech on 9 May 2024.", ["Bartholomew Q Ray"], ["Initech"])
    )
    assert one.kind.tolist() == other.kind.tolist() == [1, 0, 2, 0, 3, 0]
    assert (one.columns[[0, 2, 4]] == other.columns[[0, 2, 4]]).all()
    assert (one.people_items, one.organization_items) == ([[0]], [[2]])


def test_roles_keep_their_words(make_document):
    items = items_of(make_document("Ann Lee is chief scientist.", ["Ann Lee"], roles=["chief scientist"]))
    assert items.kind.tolist() == [1, 0, 8, 4, 0]
    assert items.role_items == [[2, 3]]


def test_a_text_without_tokens_has_no_items(make_document):
    items = items_of(make_document(" \n"))
    assert (len(items.kind), items.columns.shape, items.sentence_first) == (0, (0, 4), [])


def test_those_named_and_those_carried_into_a_sentence(make_document):
    text = "Ann Lee met Bob Ray. Cy Fox came. Ann Lee spoke. She left Acme with Di Orr."
    items = items_of(make_document(text, ["Ann Lee", "Bob Ray", "Cy Fox", "Di Orr"], ["Acme"]))
    assert [items.people_of(sentence) for sentence in range(4)] == [
        ([0, 1], []),
        ([2], [1, 0]),
        ([0], [2, 1]),
        ([3], [0, 2]),
    ]


def test_who_signs_the_text_is_its_first_person(make_document):
    text = "Bob Ray spoke. I left Acme. It was good. Thanks.\nAnn Lee"
    items = items_of(make_document(text, ["Ann Lee", "Bob Ray"], ["Acme"]))
    assert items.people_of(1) == ([], [0, 1])


def test_no_more_people_are_looked_at_than_a_window_holds(make_document):
    names = [f"K{i} Lee" for i in range(1000)]
    items = items_of(make_document(", ".join(names) + " left Acme.", names, ["Acme"]))
    named, carried = items.people_of(0)
    assert len(named) <= LONGEST
    assert carried == []
    assert all((window_of(items, 0, person).mark == 7).any() for person in named)


def test_a_window_marks_its_person_and_its_sentence(make_document):
    text = "Bob Ray spoke. Ann Lee left Acme. Good."
    window = window_of(items_of(make_document(text, ["Ann Lee", "Bob Ray"], ["Acme"])), 1, 0)
    assert window.mark.tolist() == [1, 0, 0, 7, 0, 2, 0, 0, 0]
    assert window.segment.tolist() == [0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert window.dense.shape == (DENSE,)


def test_names_and_dates_have_no_vector_and_other_words_theirs(make_document):
    document = make_document("Ann Lee, chief scientist, left Acme in May.", ["Ann Lee"], ["Acme"], roles=["chief"])
    items = items_of(document)
    hidden = items.kind == np.array([1, 0, 8, 0, 0, 0, 2, 0, 3, 0])
    assert hidden.all()
    assert items.vectors.shape == (len(items.kind), VECTOR)
    assert not items.vectors[[0, 6, 8]].any()
    assert (items.vectors[5] == document.vectors[6]).all()
    assert items.vectors[[2, 3, 5, 7]].any(axis=1).all()


def test_what_a_reference_means_counts_as_naming_it(make_document):
    document = make_document("Ann Lee spoke. She left.", ["Ann Lee"])
    she = document.span(15, 18)
    document.nominal_people = [she]
    assert items_of(document).people_of(1) == ([], [0])
    document.person_referents = {she.first: 0}
    items = items_of(document)
    assert items.people_of(1) == ([0], [])
    assert items.people_items == [[0, 3]]
    assert window_of(items, 1, 0).mark.tolist() == [7, 0, 0, 7, 0, 0]


def test_carried_people_are_few(make_document):
    names = [f"K{i} Lee" for i in range(50)]
    items = items_of(make_document(". ".join(names) + ". She left.", names))
    assert len(items.people_of(50)[1]) <= CARRIED
