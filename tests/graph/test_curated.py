"""Curated moves: rows become claims, bad rows are named, disagreements and errors come out as such."""

from pathlib import Path

import pytest

from labmoves_graph.consolidation import consolidate
from labmoves_graph.curated import RejectedRow, read_curated
from labmoves_graph.errors import RegistryError
from labmoves_graph.model import Event, Verdict
from labmoves_graph.registry import Registry, data_directory

HEADER = "person_id,event,organization_id,role,date,status,reason_category,reason_note,source_url,source_date\n"


def test_row_becomes_a_claim_that_cites_its_page(tmp_path, newsroom):
    table = tmp_path / "moves.csv"
    row = "ada,departure,alpha,engineer,2025-03,planned,compensation,Wanted more,https://times.example/1,2025-02-03\n"
    table.write_text(HEADER + row)
    ((article, (claim,)),) = read_curated(table, newsroom.registry).articles
    assert (article.url, article.text, str(article.published)) == ("https://times.example/1", "", "2025-02-03")
    assert (claim.person_id, claim.person, claim.organization_id) == ("ada", "Ada Smith", "alpha")
    assert (claim.evidence, claim.source_url, str(claim.date)) == (None, "https://times.example/1", "2025-03")
    assert [(reason.category, reason.quote) for reason in claim.reasons] == [("compensation", "Wanted more")]


def test_bad_rows_are_rejected_with_line_and_reason_and_the_others_go_on(tmp_path, newsroom):
    table = tmp_path / "moves.csv"
    table.write_text(
        HEADER
        + "nobody,departure,alpha,,,confirmed,,,https://times.example/1,\n"
        + "ada,departure,nowhere,,,confirmed,,,https://times.example/1,\n"
        + "ada,vanished,alpha,,,confirmed,,,https://times.example/1,\n"
        + "ada,departure,alpha,,2025-13,confirmed,,,https://times.example/1,\n"
        + "ada,departure,alpha,,,confirmed,,,somewhere,\n"
        + "ada,departure,alpha,,2025,confirmed,,,https://times.example/1,\n"
    )
    found = read_curated(table, newsroom.registry)
    assert len(found.claims) == 1
    assert [row.line for row in found.rejected] == [2, 3, 4, 5, 6]
    assert found.rejected[0] == RejectedRow(2, "no person 'nobody' in the registry; add them to people.jsonl")


def test_file_that_is_no_such_table_is_refused(tmp_path, newsroom):
    table = tmp_path / "moves.csv"
    table.write_text("name,place\nAda,Alpha\n")
    with pytest.raises(RegistryError, match="no column event, organization_id, person_id, source_url"):
        read_curated(table, newsroom.registry)


@pytest.fixture(scope="module")
def moves():
    """The moves that data/moves.csv amounts to, by person, event and organization."""
    registry = Registry.load()
    imported = read_curated(Path(data_directory()) / "moves.csv", registry)
    assert imported.rejected == ()
    articles = {article.id: article for article, _ in imported.articles}
    found = {}
    for move in consolidate(imported.claims, articles, [], registry).moves:
        found.setdefault((move.person_id, move.event, move.organization_id), []).append(move)
    return found


@pytest.mark.parametrize(
    ("person", "event", "organization", "best", "rivals"),
    [
        ("lin-junyang", "departure", "alibaba-qwen", "2026-03-04", {"2026-03-03", "2026-03-05"}),
        ("ilya-sutskever", "departure", "openai", "2024-05-14", {"2024-05-15", "2024-06"}),
        ("noam-shazeer", "hire", "google", "2000 2024-08", set()),
        ("kyle-kosic", "hire", "openai", "2024-04", {"2024-05"}),
        ("yao-shunyu-physics", "departure", "anthropic", "2025-09-19", set()),
        ("greg-yang", "departure", "xai", "2026-01", {"2025"}),
        ("andrew-tulloch", "founding", "thinking-machines", "2025", {"2022"}),
        ("mustafa-suleyman", "departure", "google", "2022", {"2024"}),
        ("yang-song-diffusion", "hire", "meta-superintelligence-labs", "2025-09", {"2024-09~"}),
        ("andrej-karpathy", "departure", "openai", "2017 2024-02", set()),
    ],
)
def test_disagreements_come_out_as_rivals_and_errors_lose(moves, person, event, organization, best, rivals):
    found = moves[person, Event(event), organization]
    assert sorted(str(move.date) for move in found) == best.split()
    assert {str(rival) for move in found for rival in move.rival_dates} == rivals


def test_rumours_of_the_table_stay_rumours(moves):
    (move,) = moves["leopold-aschenbrenner", Event.DEPARTURE, "openai"]
    assert (move.verdict, move.independent_sources) == (Verdict.RUMORED, 2)
