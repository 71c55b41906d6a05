"""Chinese names as people type them in Latin letters."""

import pytest

from labmoves_graph.romanisation import readings


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("林俊旸", {"linjunyang", "junyanglin"}),
        ("任重", {"renzhong", "zhongren", "linzhong", "zhonglin"}),
        ("吕布", {"lvbu", "lubu", "bulv", "bulu"}),
        ("人", {"ren"}),
        ("Lin", set()),
        ("谷歌deepmind", set()),
        ("", set()),
    ],
)
def test_every_reading_of_the_first_character_and_the_usual_one_of_the_others(name, typed):
    assert readings(name) == typed


def test_surnames_with_a_rare_reading_are_found_by_it():
    rare = {"单宇": "shanyu", "解缙": "xiejin", "仇英": "qiuying", "查理": "zhali", "翟天": "zhaitian"}
    assert {name for name, typed in rare.items() if typed not in readings(name)} == set()
