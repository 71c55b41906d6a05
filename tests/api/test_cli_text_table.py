"""Tables for people."""

from __future__ import annotations

import pytest

from labmoves_api.cli.text_table import display_width, format_table, printable


@pytest.mark.parametrize(
    ("text", "cells"),
    [("OpenAI", 6), ("姚顺宇", 6), ("ＡＩ", 4), ("Ja\u0308rvi", 5), ("e\u200bnd", 3), ("吴·A", 4), ("", 0)],
)
def test_display_width_counts_terminal_cells(text, cells):
    assert display_width(text) == cells


def test_columns_line_up_in_every_script():
    rows = [["姚顺宇", "departure", "x"], ["Noam Shazeer", "hire", "谷歌"]]
    assert format_table(["person", "event", "lab"], rows) == [
        "person        event      lab",
        "姚顺宇        departure  x",
        "Noam Shazeer  hire       谷歌",
    ]


def test_the_widest_column_is_cut_to_fit_and_never_within_a_character():
    rows = [["2025-09-19", "反对公司把中国称为敌对国家的说法"]]
    lines = format_table(["date", "reason"], rows, width=25)
    assert lines == ["date        reason", "2025-09-19  反对公司把中…"]
    assert max(map(display_width, lines)) <= 25


def test_what_a_terminal_would_obey_is_not_printed():
    assert printable("red\x1b[31m\u202eevil\nline") == "red [31m evil line"
