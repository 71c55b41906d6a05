"""The commands that work on a store, each on a real one."""

from __future__ import annotations

import json
import shutil

import pytest

from labmoves_api.cli import main

HEADER = "person_id,event,organization_id,role,date,status,reason_category,reason_note,source_url,source_date"
ROWS = (
    "yao-shunyu-physics,hire,anthropic,researcher,2024-10-01,confirmed,,,https://eu.36kr.com/p/1,2025-10-08",
    "yao-shunyu-physics,departure,anthropic,researcher,2025-09-19,confirmed,values_or_politics,statements on China,"
    "https://eu.36kr.com/p/1,2025-10-08",
    "yao-shunyu-physics,departure,anthropic,,2025-09,confirmed,,,https://example.org/yao,2025-10-09",
    "yao-shunyu-physics,hire,google-deepmind,,2025-09-29,confirmed,,,https://eu.36kr.com/p/1,2025-10-08",
    "yao-shunyu-react,hire,tencent,,2025-09,rumored,,,https://example.org/tencent,2025-09-12",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    rows = folder / "moves.csv"
    rows.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    assert main(["import", str(rows), "--store", str(folder / "store")]) == 0
    return folder / "store"


@pytest.fixture
def store(made, tmp_path, monkeypatch):
    """A copy that the test may change; the commands find it through the environment."""
    copy = tmp_path / "store"
    shutil.copytree(made, copy, ignore=shutil.ignore_patterns("LOCK"))
    monkeypatch.setenv("LABMOVES_STORE", str(copy))
    return copy


@pytest.fixture
def run(store, capsys):
    """Runs a command and gives its status, its output lines and its messages."""

    def command(*arguments):
        capsys.readouterr()
        status = main(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err

    return command


def test_timeline_of_an_organization(run):
    assert run("timeline", "--organization", "anthropic") == (
        0,
        [
            "date        event      person                  role        to / from          verdict        sources",
            "2024-10-01  hire       Shunyu Yao (physicist)  researcher                     single_source  1",
            "2025-09-19  departure  Shunyu Yao (physicist)  researcher  → Google DeepMind  corroborated   2",
            "    why: values_or_politics: statements on China",
        ],
        "",
    )


def test_timeline_of_a_person_by_name_in_any_script(run):
    for name in ("姚順宇", "yao-shunyu-physics"):
        status, lines, _ = run("timeline", "--person", name, "--since", "2025-09-20", "--evidence")
        assert (status, lines[1:]) == (
            0,
            [
                "2025-09-29  hire   Google DeepMind        ← Anthropic  single_source  1",
                "    (2025-10-08, https://eu.36kr.com/p/1)",
            ],
        )


def test_timeline_as_json_holds_the_whole_move(run):
    status, lines, _ = run("timeline", "--person", "yao-shunyu-react", "--json")
    [move] = map(json.loads, lines)
    assert status == 0
    assert (move["event"], move["organization"]["id"], move["verdict"]) == ("hire", "tencent", "rumored")
    assert [(one["supports"], one["url"]) for one in move["evidence"]] == [(True, "https://example.org/tencent")]


def test_a_period_that_ends_before_it_starts_is_bad_usage(run):
    status, lines, told = run("timeline", "--organization", "openai", "--since", "2025", "--until", "2024")
    assert (status, lines) == (2, [])
    assert "the period since 2025 until 2024 ends before it starts; swap since and until" in told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), "nothing is known about Mira Murati\n"),
        (("--since", "2020"), "nothing is known about Mira Murati in that time\n"),
        (("--as-of", "2020-01-01T00:00:00Z"), "nothing is known about Mira Murati as the store knew it then\n"),
    ],
)
def test_an_empty_timeline_speaks_of_a_time_only_where_one_was_given(run, asked, said):
    status, lines, told = run("timeline", "--person", "mira-murati", *asked)
    assert (status, lines) == (0, [])
    assert told.endswith(said)


def test_a_name_that_two_bear_is_not_guessed(run):
    status, lines, told = run("timeline", "--person", "Yao Shunyu")
    assert (status, lines) == (2, [])
    assert "yao-shunyu-physics (" in told
    assert "yao-shunyu-react (" in told


def test_nobody_of_that_name_is_an_error(run):
    assert run("timeline", "--person", "Nobody Atall")[0] == 1


def test_an_unknown_name_is_told_what_to_type_instead(run):
    told = "no person has the id or the name 'Shunyu'; for one like it: labmoves timeline --person yao-shunyu-"
    status, lines, message = run("timeline", "--person", "Shunyu")
    assert (status, lines) == (1, [])
    assert message.startswith(f"labmoves: {told}")
    told = (
        "no organization has the id or the name 'Qzxxy'; nor one like it; give the id, or the full name in any script"
    )
    assert run("timeline", "--organization", "Qzxxy") == (1, [], f"labmoves: {told}\n")


def test_query_prints_rows(run):
    query = (
        "PREFIX lm: <https://w3id.org/labmoves/ns#> "
        "SELECT (COUNT(DISTINCT ?claim) AS ?claims) WHERE { GRAPH ?g { ?claim a lm:Claim } }"
    )
    assert run("query", query) == (0, ["claims", str(len(ROWS))], "")
    assert run("query", query, "--json") == (0, [json.dumps({"claims": str(len(ROWS))})], "")


def test_query_from_a_file_and_of_other_forms(run, tmp_path):
    file = tmp_path / "ask.rq"
    file.write_text("ASK { GRAPH ?g { ?s ?p ?o } }", encoding="utf-8")
    assert run("query", str(file)) == (0, ["true"], "")
    construct = (
        "CONSTRUCT { <urn:a> <urn:b> ?n } WHERE { SELECT (COUNT(*) AS ?n) WHERE { GRAPH <urn:none> { ?s ?p ?o } } }"
    )
    status, lines, _ = run("query", construct)
    assert (status, lines) == (0, ['<urn:a> <urn:b> "0"^^<http://www.w3.org/2001/XMLSchema#integer> .'])


def test_query_answers_a_question_by_name(run):
    status, lines, _ = run("query", "roster_on_day", "organization=anthropic", "on=2025-01-01", "--json")
    [row] = map(json.loads, lines)
    assert (status, row["person"], row["role"], row["certainty"]) == (
        0,
        "yao-shunyu-physics",
        "researcher",
        "certain",
    )
    assert run("query", "roster_on_day", "organisation=anthropic")[0] == 2
    assert run("query", "roster_on_day", "anthropic")[0] == 2
    assert run("query", "ASK {}", "on=2025-01-01")[0] == 2


def test_a_question_takes_names_and_years_and_leaves_open_what_is_not_given(run):
    everything = run("query", "who_left", "organization=anthropic")
    assert (everything[0], len(everything[1])) == (0, 2)
    assert run("query", "who_left", "organization=ANTHROPIC", "since=2025", "until=2025-09") == everything
    assert run("query", "who_left", "organization=anthropic", "since=2026")[1] == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["who_left"], "'who_left' needs organization; ask it like who_left organization=openai"),
        (["roster_on_day", "organization=anthropic"], "needs on"),
        (["roster_on_day", "organization=anthropic", "on=someday"], "'someday' is not an EDTF date"),
        (["roster_on_day", "organization=qzqzqz", "on=2025-01-01"], "no organization 'qzqzqz' and no name like it"),
        (["who_left", "organization=anthropi"], "no organization 'anthropi'; near it: anthropic (Anthropic)"),
        (["timeline_of_person", "person=Yao Shunyu"], "2 bear the name 'Yao Shunyu'"),
        (["evidence_of_move", "move=0000000000000000"], "no move '0000000000000000' is believed now"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_question_that_cannot_be_answered_so_says_what_is_wanted(run, asked, told):
    status, lines, said = run("query", *asked)
    assert (status, lines) == (2, [])
    assert told in said


def test_query_lists_its_questions(run):
    status, lines, _ = run("query", "--list")
    [line] = [line for line in lines if line.startswith("roster_on_day")]
    assert status == 0
    words = " ".join(line.split())
    assert words == "roster_on_day Who was, or may have been, at an organization on a day? organization=ID on=DAY"
    assert any(line.endswith("organization=ID [since=DATE] [until=DATE]") for line in lines)


def test_a_query_that_is_no_sparql_is_told(run):
    status, lines, told = run("query", "who left OpenAI?")
    assert (status, lines) == (1, [])
    assert told.startswith("labmoves: the query is not SPARQL 1.1")


def test_verify_finds_nothing_and_rebuild_changes_nothing(run):
    assert run("verify")[0] == 0
    before = run("timeline", "--organization", "anthropic")
    assert run("rebuild")[0] == 0
    assert run("timeline", "--organization", "anthropic") == before
    assert run("verify")[0] == 0


def test_verify_finds_a_hand_edited_read_model(run, store):
    import sqlite3

    with sqlite3.connect(store / "moves.db") as database:
        database.execute("UPDATE move SET date = '1999-01-01'")
    status, lines, told = run("verify", "--json")
    assert status == 1
    assert {json.loads(line)["place"] for line in lines} == {"moves.db"}
    assert "moves.db" in told


def test_a_backup_restores_to_the_same_answers(run, store, tmp_path):
    before = run("timeline", "--organization", "anthropic")
    assert run("backup", str(tmp_path / "saved"))[0] == 0
    shutil.rmtree(store)
    assert run("restore", str(tmp_path / "saved"))[0] == 0
    assert run("timeline", "--organization", "anthropic") == before
    assert run("restore", str(tmp_path / "saved"))[0] == 1
    assert run("restore", str(tmp_path / "saved"), "--replace")[0] == 0


@pytest.mark.parametrize(
    ("name", "says", "holds"),
    [
        ("all.nq", "triples", "<https://w3id.org/labmoves/person/yao-shunyu-physics>"),
        ("all.ttl", "triples", "values_or_politics"),
        ("moves.csv", "4 moves", "yao-shunyu-physics"),
        ("flows.gexf", "1 hops", "google-deepmind"),
    ],
)
def test_export_chooses_the_form_by_the_extension(run, tmp_path, name, says, holds):
    status, _, told = run("export", str(tmp_path / name))
    assert (status, told.endswith(f"{says}\n")) == (0, True), told
    assert holds in (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["all.nq", "all.trig", "all.jsonld"])
def test_what_was_exported_makes_the_same_store(run, tmp_path, name):
    new = str(tmp_path / "new")
    assert run("export", str(tmp_path / name))[0] == 0
    assert run("import", str(tmp_path / name), "--store", new)[0] == 0
    assert run("export", str(tmp_path / "a.nq"))[0] == run("export", str(tmp_path / "b.nq"), "--store", new)[0] == 0
    assert (tmp_path / "a.nq").read_bytes() == (tmp_path / "b.nq").read_bytes()
    timeline = ("timeline", "--organization", "anthropic")
    assert run(*timeline, "--store", new) == run(*timeline)
    assert run("import", str(tmp_path / name), "--store", new)[0] == 1


def test_export_that_fails_leaves_nothing(run, tmp_path):
    assert run("export", str(tmp_path / "moves.doc"))[0] == 2
    assert run("export", str(tmp_path / "no" / "moves.csv"))[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_judgement_on_an_id_that_nothing_has_is_recorded_and_said(run):
    _, lines, _ = run("timeline", "--person", "yao-shunyu-react", "--json")
    move = json.loads(lines[0])["id"]
    status, _, errors = run("judge", "confirm_move", f"{move}x", "--why", "typo")
    assert status == 0
    assert f"nothing has the id {move}x now" in errors
    assert "nothing has" not in run("judge", "confirm_move", move, "--why", "checked")[2]
    assert "nothing has the id nobody now" in run("judge", "same", "yao-shunyu-react", "nobody", "--why", "typo")[2]


def test_a_judgement_is_recorded_listed_and_revoked(run):
    status, lines, _ = run("timeline", "--person", "yao-shunyu-react", "--json")
    claim = json.loads(lines[0])["evidence"][0]["claim_id"]
    status, lines, _ = run("judge", "reject_claim", claim, "--why", "hearsay", "--by", "ann", "--json")
    judgement = json.loads(lines[0])
    assert (status, judgement["kind"], judgement["subject"], judgement["made_by"]) == (
        0,
        "reject_claim",
        claim,
        "ann",
    )
    assert run("timeline", "--person", "yao-shunyu-react")[1] == []

    assert run("judge", "--revoke", judgement["id"])[0] == 0
    [listed] = map(json.loads, run("judge", "--list", "--json")[1])
    assert listed | {"revoked_at": None} == judgement
    assert listed["revoked_at"]
    assert len(run("timeline", "--person", "yao-shunyu-react", "--json")[1]) == 1


def test_a_retracted_article_no_longer_counts(run):
    [move] = map(json.loads, run("timeline", "--person", "yao-shunyu-react", "--json")[1])
    article = move["evidence"][0]["article_id"]
    assert run("retract", article, "--why", "withdrawn by its publisher")[0] == 0
    assert run("timeline", "--person", "yao-shunyu-react")[1] == []
    before = run("timeline", "--person", "yao-shunyu-react", "--as-of", move["recorded_at"], "--json")[1]
    assert [json.loads(line)["id"] for line in before] == [move["id"]]
    assert run("retract", "nonsense", "--why", "x")[0] == 1


def test_ingest_tells_what_became_of_the_input(run, tmp_path):
    (tmp_path / "a.txt").write_text("Mira Murati left OpenAI.", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    status, lines, told = run("ingest", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json")
    assert status == 1
    report = json.loads(lines[0])
    assert (report["added"], report["problems"]) == (1, 1)
    assert told == f"labmoves: {tmp_path / 'b.txt'}: is empty; remove it, or put the article's text there\n"


def test_config_says_where_each_setting_comes_from(run, store):
    _, lines, _ = run("config", "--json")
    settings = {row["setting"]: (row["value"], row["from"]) for row in map(json.loads, lines)}
    assert settings["LABMOVES_STORE"] == (str(store), "environment")
