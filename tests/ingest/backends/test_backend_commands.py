"""`labmoves extract|ingest --backend …`: the same output and exit status, and what it cost on standard error."""

import json

import pytest

from labmoves_api.cli import main


@pytest.fixture
def environment(server, say, tmp_path, monkeypatch):
    """The model server of these tests, as the environment would name it."""
    for name, value in {
        "URL": server.url,
        "MODEL": "reader-1",
        "KEY": say.key,
        "CACHE": str(tmp_path / "answers"),
        "CONCURRENCY": "1",
        "PRICE_IN": "1",
        "PRICE_OUT": "1",
    }.items():
        monkeypatch.setenv(f"LABMOVES_LLM_{name}", value)


@pytest.fixture
def news(article, tmp_path):
    """A file with the article."""
    path = tmp_path / "news.jsonl"
    row = {"id": article.id, "text": article.text, "published": "2024-11-28", "title": article.title}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("environment")
def test_extract_prints_the_claims_and_what_they_cost(news, article, server, say, capsys):
    assert main(["extract", news, "--backend", "llm"]) == 0
    first = capsys.readouterr()
    claims = [json.loads(line) for line in first.out.splitlines()]
    assert [(claim["person"], claim["date"]) for claim in claims] == [
        ("Mira Murati", "2024-11-27"),
        ("Bob McGrew", None),
        ("翁荔", "2024-11"),
    ]
    for claim in claims:
        place = claim["evidence"]
        assert article.text[place["start"] : place["end"]] == place["quote"]
    assert first.err == (
        "reader-1: 1 articles, 3 claims; 0 answers from the cache, 1 requests, 1000 tokens in, 100 out, cost 0.0011; "
        "dropped 0; left out 0\n"
    )
    assert say.key not in first.out + first.err
    assert main(["extract", news, "--backend", "llm"]) == 0
    again = capsys.readouterr()
    assert (again.out, len(server.requests)) == (first.out, 1)


@pytest.mark.usefixtures("environment")
def test_ingest_stores_what_the_model_read(news, tmp_path, capsys):
    store = str(tmp_path / "store")
    assert main(["ingest", news, "--backend", "llm", "--store", store]) == 0
    assert "reader-1: 1 articles, 3 claims" in capsys.readouterr().err
    assert main(["timeline", "--person", "Mira Murati", "--store", store, "--json"]) == 0
    [move] = map(json.loads, capsys.readouterr().out.splitlines())
    assert move["event"] == "departure"


@pytest.mark.usefixtures("environment")
def test_an_article_without_a_usable_answer_ends_with_one(news, server, capsys):
    server.read = lambda _: "no"
    assert main(["extract", news, "--backend", "llm"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("labmoves: article a1: reader-1 gave no usable answer in 2 tries: its answer is not")


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        ("llm", "LABMOVES_LLM_URL is not set"),
        ("gpt", "no reader is called 'gpt'"),
        ("spacy:en_core_web_none", "no spaCy pipeline 'en_core_web_none' is installed; install it: python -m"),
    ],
)
@pytest.mark.parametrize("command", ["extract", "ingest"])
def test_a_reader_that_cannot_be_had_is_told_and_nothing_is_made(news, tmp_path, capsys, command, backend, told):
    arguments = [command, news, "--backend", backend]
    if command == "ingest":
        arguments += ["--store", str(tmp_path / "store")]
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"labmoves: {told}")
    assert not (tmp_path / "store").exists()
