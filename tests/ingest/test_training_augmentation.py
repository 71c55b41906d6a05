"""Swapping names moves every mark along and leaves all other words alone."""

import re
from pathlib import Path
from random import Random

import pytest

from labmoves_graph.registry import Registry
from labmoves_ingest.training.augmentation import NamePool, swapped
from labmoves_ingest.training.corpus import AnnotatedArticle, read_corpus

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


@pytest.fixture(scope="module")
def pool() -> NamePool:
    return NamePool.of(Registry.load())


def _between(article: AnnotatedArticle) -> list[str]:
    """What stands between the marks."""
    ends = [0, *(mark.end for mark in article.marks)]
    starts = [*(mark.start for mark in article.marks), len(article.text)]
    return [article.text[end:start] for end, start in zip(ends, starts, strict=True)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mark_of_the_corpus_stays_right_under_other_names(pool, language):
    renamed = 0
    for article in read_corpus(sorted(CORPUS.glob(f"{language}*.txt"))):
        other = swapped(article, pool, Random(article.id))
        assert [(m.id, m.nominal) for m in other.marks] == [(m.id, m.nominal) for m in article.marks], article.id
        assert _between(other) == _between(article), article.id
        new_forms: dict[tuple[str, str], set[str]] = {}
        for old, new in zip(article.marks, other.marks, strict=True):
            was, now = article.text[old.start : old.end], other.text[new.start : new.end]
            assert now, (article.id, was)
            assert now in (was, now.strip()), (article.id, was)
            if old.nominal or old.id[0] not in "PO":
                assert now == was, article.id
            else:
                new_forms.setdefault((old.id, was), set()).add(now)
                renamed += now != was
        assert all(len(forms) == 1 for forms in new_forms.values()), (article.id, new_forms)
    assert renamed > 1000


def test_one_random_state_gives_one_variant(pool):
    article = next(read_corpus(sorted(CORPUS.glob("en*.txt"))))
    assert swapped(article, pool, Random(3)) == swapped(article, pool, Random(3))
    assert swapped(article, pool, Random(3)).text != swapped(article, pool, Random(4)).text


def test_the_forms_of_one_person_change_together(pool, tmp_path):
    path = tmp_path / "enX.txt"
    path.write_text(
        "=== x-1 | en | 2025-03-04 | wire | s | | invented\n"
        "{P1:Ana Ferreira} left. {P1:Ferreira} said so. {P2:Bo Ferreira} and {P1:Ana} agree; {P1~:she} is gone.\n",
        "utf-8",
    )
    (article,) = read_corpus([path])
    text = swapped(article, pool, Random(1)).text
    m = re.fullmatch(r"(.+) left\. (.+) said so\. (.+) and (.+) agree; she is gone\.", text)
    assert m is not None
    full, last, _, first = m.groups()
    assert full == f"{first} {last}"
    assert "Ferreira" not in full
