"""How dates and events are put in words: never more than the source said."""

from __future__ import annotations

import pytest

from labmoves_api.wording import date_words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        (None, "date unknown"),
        ("2025-09-19", "19 Sep 2025"),
        ("2025-09", "Sep 2025"),
        ("2025", "2025"),
        ("2025-09~", "about Sep 2025"),
        ("2025?", "perhaps 2025"),
        ("2025-09-19%", "perhaps about 19 Sep 2025"),
        ("2025-21", "spring 2025"),
        ("202X", "the 2020s"),
        ("XXXX-02-09", "9 Feb of an unknown year"),
        ("2024/2025-03", "2024 – Mar 2025"),
        ("2024/..", "from 2024"),
        ("../2024-06", "by Jun 2024"),
    ],
)
def test_a_date_says_no_more_than_it_holds(edtf, words):
    assert date_words(edtf) == words
