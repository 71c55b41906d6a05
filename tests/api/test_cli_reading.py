"""The commands that need no store: extract, evaluate, --version, and how commands fail."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from labmoves_api.cli import main
from labmoves_graph import __version__

ARTICLE = {"id": "a", "text": "Mira Murati left OpenAI on September 25, 2024.", "published": "2024-09-26"}
GOLD = {
    **ARTICLE,
    "claims": [
        {
            "event": "departure",
            "person": "Mira Murati",
            "organization": "OpenAI",
            "role": None,
            "date": "2024-09-25",
            "manner": None,
            "status": "confirmed",
            "reasons": [],
            "evidence": ARTICLE["text"],
        }
    ],
}
CLAIM = {
    **GOLD["claims"][0],
    "article_id": "a",
    "evidence": {"start": 0, "end": len(ARTICLE["text"]), "quote": ARTICLE["text"]},
}


@pytest.fixture
def lines(tmp_path):
    def write(name, *rows):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return str(path)

    return write


def test_version(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert (stopped.value.code, capsys.readouterr().out) == (0, f"labmoves {__version__}\n")


def test_extract_prints_what_it_writes_to_a_file(lines, tmp_path, capsys):
    articles, out = lines("in.jsonl", ARTICLE), tmp_path / "out.jsonl"
    assert main(["extract", articles]) == 0
    printed = capsys.readouterr().out
    assert main(["extract", articles, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == printed
    assert list(tmp_path.glob(".*")) == []


def test_extract_reads_the_rest_when_a_line_is_bad(lines, tmp_path, capsys):
    path = lines("in.jsonl", {"id": "bad"}, ARTICLE)
    out = tmp_path / "out.jsonl"
    assert main(["extract", path, "--out", str(out)]) == 1
    assert capsys.readouterr().err == (
        f'labmoves: {path} line 1: has no "text"; an article needs at least its text\n'
    )
    assert out.exists()


def test_extract_that_cannot_write_leaves_nothing(lines, tmp_path, capsys):
    assert main(["extract", lines("in.jsonl", ARTICLE), "--out", str(tmp_path / "no" / "out.jsonl")]) == 1
    assert "cannot be written (No such file or directory); name another file" in capsys.readouterr().err


def test_extract_reads_standard_input():
    command = [sys.executable, "-c", "from labmoves_api.cli import main; raise SystemExit(main())", "extract", "-"]
    done = subprocess.run(command, input=json.dumps({"id": "a"}), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'labmoves: standard input line 1: has no "text"; an article needs at least its text\n'


def test_evaluate_prints_the_figures_and_the_misses(lines, capsys):
    gold, claims = lines("gold.jsonl", GOLD), lines("claims.jsonl", {**CLAIM, "organization": "xAI"})
    assert main(["evaluate", gold, claims, "--errors", "5"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:4] == [
        "figure              value   of",
        "claim precision     0.0000  1 predicted",
        "claim recall        0.0000  1 annotated",
        "claim F1            0.0000  0 agree",
    ]
    assert printed[-2:] == [
        "missed  a           Mira Murati  departure  OpenAI        Mira Murati left OpenAI on September 25, 2024.",
        "false   a           Mira Murati  departure  xAI           Mira Murati left OpenAI on September 25, 2024.",
    ]


def test_evaluate_as_json(lines, capsys):
    assert main(["evaluate", lines("gold.jsonl", GOLD), lines("claims.jsonl", CLAIM), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["claim"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "hit": 1, "predicted": 1, "gold": 1}
    assert (figures["date_exact"], figures["grounded"]) == (1.0, 1.0)


def test_extract_explains_what_it_read(lines, capsys):
    article = {"id": "a", "text": "Mira Murati quit OpenAI on Wednesday.", "published": "2024-09-25"}
    assert main(["extract", lines("in.jsonl", article), "--explain"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("a: 1 claims, ")
    assert told[1].startswith("  departure  Mira Murati  OpenAI  ")
    assert "    trigger       “quit”, cue “quit” (departure)" in told
    assert "    sentence      1: Mira Murati quit OpenAI on Wednesday." in told
    [when] = [line for line in told if line.startswith("    date  ")]
    assert when == (
        "    date          2024-09-25 (effective), from “Wednesday”: "
        "rule weekday, relative to publication, from 2024-09-25"
    )


def test_extract_explains_as_json(lines, capsys):
    article = {"id": "a", "text": "Mira Murati quit OpenAI on Wednesday.", "published": "2024-09-25"}
    path = lines("in.jsonl", article)
    assert main(["extract", path]) == 0
    claims = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert main(["extract", path, "--explain", "--json"]) == 0
    explanation = json.loads(capsys.readouterr().out)
    assert [one["claim"] for one in explanation["claims"]] == claims
    assert explanation["claims"][0]["place"]["cue"] == {"words": "quit", "classes": ["departure"]}


def test_only_the_default_reader_is_explained(lines, capsys):
    assert main(["extract", lines("in.jsonl", ARTICLE), "--explain", "--backend", "llm"]) == 2
    assert "--explain shows what the default reader saw, not llm" in capsys.readouterr().err


MARKED = """=== m1 | en | 2024-09-25 | wire | s1 | | real
TITLE: Murati quits
{P1:Mira Murati} {T1:quit} {O1:OpenAI} {D1:on Wednesday}.
---
departure P1 O1 ; trigger T1 ; date 2024-09-25 ; when D1
"""


def test_floors_are_laid_held_and_renewed_with_a_reason(lines, tmp_path, capsys):
    gold, floors = tmp_path / "gold.txt", tmp_path / "floors.toml"
    gold.write_text(MARKED, encoding="utf-8")
    gate = ["evaluate", str(gold), "--floors", str(floors)]
    assert main(gate) == 1
    assert main([*gate, "--renew", "first measured"]) == 0
    assert main(gate) == 0
    assert capsys.readouterr().out.splitlines()[-6:] == [
        "en        claim_f1         1.0000  0.9900",
        "en        claim_precision  1.0000  0.9900",
        "en        macro_f1         1.0000  0.9900",
        "en        person_f1        1.0000  0.9900",
        "en        date_exact       1.0000  0.9900",
        "en        status           1.0000  0.9900",
    ]
    nothing = tmp_path / "claims.jsonl"
    nothing.touch()
    assert main(["evaluate", str(gold), str(nothing), "--floors", str(floors)]) == 1
    assert "en: claim_f1 is 0.0000, below its floor 0.9900" in capsys.readouterr().err


def test_floors_are_not_renewed_without_a_reason(tmp_path, capsys):
    assert main(["evaluate", "gold.txt", "--renew", "because"]) == 2
    assert main(["evaluate", "gold.txt", "--floors", str(tmp_path / "floors.toml"), "--renew", " "]) == 2
    assert "give --floors FILE and say why" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["evaluate", "gone.jsonl"], "gone.jsonl: cannot be read"),
        (["extract", "gone.jsonl"], "gone.jsonl: no such file or folder; check the path"),
        (["extract", "--encoding", "klingon", "x.txt"], "no encoding is called 'klingon'"),
        (["query", "ASK {}", "--store", "gone"], "gone holds no store; make one with `labmoves ingest`"),
        (["serve", "--store", "gone"], "gone holds no store; make one with `labmoves ingest`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_fails_says_why_and_ends_with_one(arguments, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"labmoves: {told}")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["judge", "same", "a"],
        ["judge", "reject_claim", "a", "b", "--why", "x"],
        ["judge", "same", "a", "b"],
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_two(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["serve", "--port", "99999"], ["judge", "guess", "a"]], ids=" ".join
)
def test_arguments_that_nobody_understands_end_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: labmoves" in capsys.readouterr().err


def test_a_reader_that_stops_early_is_no_error(lines):
    program = f"{sys.executable} -c 'from labmoves_api.cli import main; raise SystemExit(main())'"
    command = f"{program} evaluate {lines('gold.jsonl', GOLD)} {lines('claims.jsonl', CLAIM)} --json | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
