"""The marked form of the corpus: what it compiles to, the faults it names, and how it is divided."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labmoves_ingest.training.corpus import AnnotatedArticle, CorpusError, GoldClaim, GoldReason, Mark, read_corpus
from labmoves_ingest.training.division import Part, corpus_hash, divided, part_of

CORPUS = Path(__file__).parents[2] / "data" / "corpus"

ARTICLE = """=== x-1 | en | 2025-03-04 | wire | ferreira | https://example.org/1 | invented
TITLE: {P1:Ferreira} out
{P1:Ana Ferreira}, {R1:chief executive} of {O1:Northlake Silicon}, {T1:resigned} {D1:on Monday}. {P1~:She} was tired.
---
departure P1 O1 ; trigger T1 ; date 2025-03-03 ; when D1 ; role R1 ; manner resigned ; reason other "was tired" 0.4
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], list[AnnotatedArticle]]:
    def read(text: str) -> list[AnnotatedArticle]:
        path = tmp_path / "enX.txt"
        path.write_text(text, "utf-8")
        return list(read_corpus([path]))

    return read


def test_a_marked_article_compiles_to_text_marks_and_claims(read):
    text = "Ana Ferreira, chief executive of Northlake Silicon, resigned on Monday. She was tired."
    assert read(ARTICLE) == [
        AnnotatedArticle(
            id="x-1",
            language="en",
            published="2025-03-04",
            genre="wire",
            story="ferreira",
            url="https://example.org/1",
            invented=True,
            title="Ferreira out",
            text=text,
            marks=(
                Mark("P1", 0, 12, False),
                Mark("R1", 14, 29, False),
                Mark("O1", 33, 50, False),
                Mark("T1", 52, 60, False),
                Mark("D1", 61, 70, False),
                Mark("P1", 72, 75, True),
            ),
            claims=(
                GoldClaim(
                    event="departure",
                    person="P1",
                    organization="O1",
                    triggers=("T1",),
                    role="R1",
                    date="2025-03-03",
                    when=("D1",),
                    manner="resigned",
                    status="confirmed",
                    reasons=(GoldReason("other", "was tired", 0.4),),
                ),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        (" | wire | ", " | ", "the header has 6 parts; write 7, parted by |"),
        ("| en |", "| fr |", "language 'fr'; write one of en, zh-Hans, zh-Hant"),
        ("2025-03-04", "4 March", "'4 March'"),
        ("{P1~:She}", "{P1~:She", "a mark is unclosed or nested"),
        ("{P1~:She}", "{P1~:{O2:She}}", "a mark is unclosed or nested"),
        ("departure P1 O1", "departure P1", "a claim starts with event, person, organization"),
        ("departure P1 O1", "sacking P1 O1", "no event 'sacking'; there are departure, founding, hire, role_change"),
        ("departure P1 O1", "departure P1 O9", "not marked in the text: O9"),
        ("departure P1 O1", "departure O1 P1", "O1 is no person; the marks of one begin with P"),
        ("trigger T1 ;", "", "not marked in the text: a trigger"),
        ("when D1", "when T1", "T1 is no when; the marks of one begin with D"),
        ("date 2025-03-03", "date monday", "'monday'"),
        ("manner resigned", "manner sulked", "no manner 'sulked'"),
        ("manner resigned", "mood tired", "unknown field 'mood'; there are trigger, date, when, role, manner"),
        ('other "was tired"', 'fatigue "was tired"', "no reason 'fatigue'"),
        ('other "was tired"', 'other "was so tired"', "'was so tired' does not stand in the text; quote it"),
        ('other "was tired"', "other was tired", "write: reason CATEGORY"),
    ],
)
def test_a_fault_names_file_article_and_remedy(read, wrong, right, message):
    assert wrong in ARTICLE
    with pytest.raises(CorpusError) as caught:
        read(ARTICLE.replace(wrong, right, 1))
    assert str(caught.value).startswith("enX.txt: ")
    assert "x-1" in str(caught.value)
    assert message in str(caught.value)


def test_two_articles_of_one_id_are_a_fault(read):
    with pytest.raises(CorpusError, match=r"x-1 is in enX\.txt too"):
        read(ARTICLE + ARTICLE)


def test_the_whole_corpus_reads_without_a_fault():
    articles = list(read_corpus(sorted(CORPUS.glob("*.txt"))))
    assert {article.language for article in articles} == {"en", "zh-Hans", "zh-Hant"}
    for part, those in divided(articles).items():
        assert {article.language[:2] for article in those} == {"en", "zh"}, part


def test_articles_of_one_story_stay_in_one_part(read):
    stories = [f"story {number}" for number in range(60)]
    articles = [
        article
        for number, story in enumerate(stories * 2)
        for article in read(ARTICLE.replace("| ferreira |", f"| {story} |").replace("x-1", f"x-{number}"))
    ]
    parts = divided(articles)
    assert sorted(a.id for those in parts.values() for a in those) == sorted(a.id for a in articles)
    assert all({part_of(article) for article in those} == {part} for part, those in parts.items() if those)
    assert len(parts[Part.TRAINING]) > 80


def test_short_pieces_only_teach(read):
    stories = [f"story {number}" for number in range(60)]
    pieces = [
        piece
        for number, story in enumerate(stories)
        for piece in read(ARTICLE.replace("wire | ferreira", f"piece | {story}").replace("x-1", f"x-{number}"))
    ]
    assert {piece.genre for piece in pieces} == {"piece"}
    assert {part_of(piece) for piece in pieces} == {Part.TRAINING}


def test_the_corpus_hash_follows_content_and_names_only(tmp_path):
    one, two = tmp_path / "enA.txt", tmp_path / "enB.txt"
    one.write_text("a")
    two.write_text("b")
    before = corpus_hash([one, two])
    assert corpus_hash([two, one]) == before
    two.write_text("c")
    assert corpus_hash([one, two]) != before
