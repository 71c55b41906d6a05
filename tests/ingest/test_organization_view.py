"""How organizations lie as seen from a window: all of a usual text, a bounded number of a long one."""

import numpy as np
import pytest

from labmoves_ingest.organization_view import (
    ORGANIZATION_DENSE,
    ORGANIZATIONS,
    nearby_organizations,
    organization_features,
)
from labmoves_ingest.token_features import Vocabulary
from labmoves_ingest.windows import SPECIAL_WORDS, Items, Window

VOCABULARY = Vocabulary(list(SPECIAL_WORDS))
#: Columns: named in the paragraph so far, first there, most often there, head of a line last, and head of this one.
PARAGRAPH = slice(24, 29)


def window_of(document, sentence, person=0):
    items = Items.of(document, VOCABULARY)
    return Window.of(items, sentence, person, *items.people_of(sentence))


@pytest.mark.parametrize("count", [1, ORGANIZATIONS, 300])
def test_organizations_looked_at_are_bounded_and_hold_the_near_ones(make_document, count):
    names = [f"Firm{i}x" for i in range(count)]
    text = ". ".join(names) + f". Ann Lee left {names[-1]}."
    document = make_document(text, ["Ann Lee"], names)
    window = window_of(document, len(document.sentences) - 1)
    organizations = nearby_organizations(window)
    assert len(organizations) <= ORGANIZATIONS
    assert organizations == sorted(set(organizations))
    assert count - 1 in organizations
    features = organization_features(window, organizations)
    assert features.shape == (len(organizations), ORGANIZATION_DENSE)
    assert np.isfinite(features).all()
    assert np.abs(features).max() <= 1


def test_the_ones_named_most_are_looked_at_however_far(make_document):
    names = ["Acme Works", *(f"Firm{i}x" for i in range(300))]
    text = "Acme Works. " * 3 + ". ".join(names[1:]) + ". Ann Lee left."
    document = make_document(text, ["Ann Lee"], names)
    assert 0 in nearby_organizations(window_of(document, len(document.sentences) - 1))


def test_no_organizations_have_no_features(make_document):
    window = window_of(make_document("Ann Lee left.", ["Ann Lee"]), 0)
    assert nearby_organizations(window) == []
    assert organization_features(window, []).shape == (0, ORGANIZATION_DENSE)


def test_features_do_not_depend_on_which_others_stand_in_the_list_first(make_document):
    text = "Acme hired Ann Lee. Initech grew. Ann Lee left Hooli."
    document = make_document(text, ["Ann Lee"], ["Acme", "Initech", "Hooli"])
    window = window_of(document, 2)
    forth = organization_features(window, [0, 1, 2])
    back = organization_features(window, [2, 1, 0])
    np.testing.assert_array_equal(forth, back[::-1])
    assert len({row.tobytes() for row in forth}) == 3


def test_a_description_that_means_it_counts_as_naming_it(make_document):
    document = make_document("Acme grew. Ann Lee left the company.", ["Ann Lee"], ["Acme"])
    before = organization_features(window_of(document, 1), [0])
    start = document.text.index("the company")
    document.nominal_organizations = [document.span(start, start + len("the company"))]
    document.organization_referents = {document.nominal_organizations[0].first: 0}
    after = organization_features(window_of(document, 1), [0])
    assert (before[0, 0], after[0, 0]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("Acme grew. Hooli shrank. Ann Lee left.", 2, {"Acme": [1, 1, 1, 0, 0], "Hooli": [1, 0, 1, 0, 0]}),
        ("Acme grew.\nHooli shrank. Ann Lee left.", 2, {"Acme": [0, 0, 0, 0, 0], "Hooli": [1, 1, 1, 0, 0]}),
        ("Ann Lee left. Acme grew, and Acme is near Hooli.", 0, {"Acme": [0, 1, 1, 0, 0], "Hooli": [0, 0, 0, 0, 0]}),
        ("- Acme: it grew.\n- **Hooli**: Ann Lee left.", 1, {"Acme": [0, 0, 0, 0, 0], "Hooli": [1, 1, 1, 1, 1]}),
        ("Acme\nThe news. Ann Lee left Hooli.", 2, {"Acme": [0, 0, 0, 1, 0], "Hooli": [1, 1, 1, 0, 0]}),
    ],
)
def test_paragraphs_and_heads_of_lines_are_seen(make_document, text, sentence, expected):
    document = make_document(text, ["Ann Lee"], list(expected))
    features = organization_features(window_of(document, sentence), range(len(expected)))
    assert dict(zip(expected, features[:, PARAGRAPH].tolist(), strict=True)) == expected
