"""Quality figures: by hand on small sets, and against the reference scorer where it is at hand."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from labmoves_graph.errors import RecordError
from labmoves_graph.registry import Registry, data_directory
from labmoves_ingest.evaluation import Miss, evaluate, read_gold

BENCH = Path(__file__).parents[2] / "../shared/bench"

TEXT = "Mira Murati left OpenAI on September 25, 2024. She founded Thinking Machines Lab in February 2025."
DEPARTURE = {
    "event": "departure",
    "person": "Mira Murati",
    "organization": "OpenAI",
    "role": None,
    "date": "2024-09-25",
    "manner": None,
    "status": "confirmed",
    "reasons": [],
    "evidence": "Mira Murati left OpenAI on September 25, 2024.",
}
FOUNDING = {
    **DEPARTURE,
    "event": "founding",
    "organization": "Thinking Machines Lab",
    "date": "2025-02",
    "evidence": "She founded Thinking Machines Lab in February 2025.",
}


@pytest.fixture(scope="module")
def registry():
    return Registry.load()


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    rows = [{"id": "a", "text": TEXT, "claims": [DEPARTURE, FOUNDING]}, {"id": "b", "text": "Nothing.", "claims": []}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return list(read_gold(path))


def predicted(claim, **changes):
    start = TEXT.index(claim["evidence"])
    evidence = {"start": start, "end": start + len(claim["evidence"]), "quote": claim["evidence"]}
    return {**claim, "article_id": "a", "evidence": evidence, **changes}


def test_perfect_predictions_score_one(gold, registry):
    quality = evaluate(gold, [predicted(DEPARTURE), predicted(FOUNDING)], registry)
    assert quality.claim.as_dict() == {
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "hit": 2,
        "predicted": 2,
        "gold": 2,
    }
    assert quality.macro_f1 == 1.0
    assert (quality.rates["grounded"].value, quality.rates["asserted_wrongly"].value) == (1.0, 0.0)
    assert quality.misses == ()


def test_each_disagreement_is_counted_and_listed(gold, registry):
    wrong_lab = predicted(FOUNDING, organization="xAI")
    in_empty_article = predicted(DEPARTURE, article_id="b")
    quality = evaluate(gold, [predicted(DEPARTURE, date="2024-09"), wrong_lab, in_empty_article], registry)
    assert quality.claim.as_dict() == {
        "precision": 0.3333, "recall": 0.5, "f1": 0.4, "hit": 1, "predicted": 3, "gold": 2,
    }  # fmt: skip
    assert quality.person.hit == 2
    assert (quality.rates["date_exact"].value, quality.rates["date_overlap"].value) == (0.0, 1.0)
    assert (quality.rates["asserted_wrongly"].held, quality.rates["asserted_wrongly"].judged) == (1, 2)
    assert [(miss.kind, miss.article_id, miss.organization) for miss in quality.misses] == [
        ("missed", "a", "Thinking Machines Lab"), ("false", "a", "xAI"), ("false", "b", "OpenAI"),
    ]  # fmt: skip
    assert quality.misses[0] == Miss(
        "missed", "a", "Mira Murati", "founding", "Thinking Machines Lab", FOUNDING["evidence"]
    )


def test_a_repeated_prediction_counts_once(gold, registry):
    quality = evaluate(gold, [predicted(DEPARTURE)] * 3, registry)
    assert quality.claim.predicted == 1


def test_a_prediction_without_its_article_is_refused(gold, registry):
    with pytest.raises(RecordError, match="article_id"):
        evaluate(gold, [DEPARTURE], registry)


def test_a_gold_line_that_is_no_article_is_named(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "x"}\n', encoding="utf-8")
    with pytest.raises(RecordError, match=r"gold\.jsonl line 1: no annotated article"):
        list(read_gold(path))


@pytest.mark.skipif(not (BENCH / "score.py").exists(), reason="the reference scorer is not beside this checkout")
@pytest.mark.parametrize("name", ["en_dev", "zh_dev"])
def test_figures_equal_the_reference_scorer(name, tmp_path, registry):
    path = BENCH / f"{name}.jsonl"
    predictions = list(_disturbed(path, random.Random(name)))
    file = tmp_path / "predicted.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in predictions), encoding="utf-8")
    aliases = data_directory() / "organizations.jsonl"
    command = [sys.executable, str(BENCH / "score.py"), str(path), str(file), "--aliases", str(aliases), "--json"]
    reference = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    reference["n"].pop("date_invented", None)  # counted there, printed nowhere
    assert evaluate(read_gold(path), predictions, registry).as_dict() == reference


def _disturbed(path, chance):
    """The annotated claims as predictions, about half of them changed in one field."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    claims = [claim for row in rows for claim in row["claims"]]
    for row in rows:
        for claim in row["claims"]:
            quote = claim["evidence"]
            start = row["text"].index(quote)
            one = {
                **claim,
                "article_id": row["id"],
                "evidence": {"start": start, "end": start + len(quote), "quote": quote},
            }
            if chance.random() < 0.5:
                field = chance.choice(
                    ["person", "organization", "event", "date", "role", "manner", "status", "reasons"]
                )
                one[field] = chance.choice(claims).get(field)
            if chance.random() < 0.1:
                one["evidence"] = {**one["evidence"], "start": start + 1}
            if chance.random() < 0.9:
                yield one
            if chance.random() < 0.1:
                yield {**one, "person": one["person"].split()[-1], "article_id": chance.choice(rows)["id"]}
