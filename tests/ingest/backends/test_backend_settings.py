"""Settings of the language model: what is needed, what is refused and how, and that the key shows nowhere."""

import re
from pathlib import Path

import pytest

from labmoves_graph.errors import ReaderSettingsError
from labmoves_graph.registry import Registry
from labmoves_ingest.backends import ModelSettings, reader
from labmoves_ingest.backends.settings import SETTINGS, Style

GIVEN = {"LABMOVES_LLM_URL": "http://localhost:11434/v1/", "LABMOVES_LLM_MODEL": "qwen3:14b"}


def test_two_variables_are_enough(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert ModelSettings.from_environment(GIVEN) == ModelSettings(
        "http://localhost:11434/v1", "qwen3:14b", cache=Path("/home/ann/.cache/labmoves/answers")
    )


def test_every_variable_is_read():
    settings = ModelSettings.from_environment(
        {
            **GIVEN,
            "LABMOVES_LLM_KEY": "secret",
            "LABMOVES_LLM_STYLE": "Anthropic",
            "LABMOVES_LLM_PRICE_IN": "3",
            "LABMOVES_LLM_PRICE_OUT": "15",
            "LABMOVES_LLM_BUDGET": "2.50",
            "LABMOVES_LLM_TOKEN_BUDGET": "1000000",
            "LABMOVES_LLM_CACHE": "off",
            "LABMOVES_LLM_CONCURRENCY": "8",
            "LABMOVES_LLM_TIMEOUT": "30",
            "LABMOVES_LLM_PART": "9000",
            "LABMOVES_LLM_ANSWER": "4096",
            "LABMOVES_LLM_CONFIDENCE": "0.95",
            "LABMOVES_LLM_UNSURE_FROM": "0",
            "LABMOVES_LLM_UNSURE_TO": "1",
        }
    )
    assert settings == ModelSettings(
        "http://localhost:11434/v1", "qwen3:14b", Style.ANTHROPIC, "secret", 3.0, 15.0, 2.5, 1_000_000, None, 8, 30.0,
        longest_part=9000, longest_answer=4096, certainty=0.95, unsure_from=0.0, unsure_to=1.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "style"),
    [("https://api.anthropic.com", Style.ANTHROPIC), ("https://anthropic.com.example", Style.OPENAI)],
)
def test_the_address_tells_the_style(url, style):
    assert ModelSettings.from_environment({**GIVEN, "LABMOVES_LLM_URL": url}).style is style


@pytest.mark.parametrize("backend", ["llm", "hybrid"])
@pytest.mark.parametrize("variable", ["LABMOVES_LLM_URL", "LABMOVES_LLM_MODEL"])
def test_what_is_missing_is_named(monkeypatch, backend, variable):
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, "" if name == variable else value)
    with pytest.raises(ReaderSettingsError, match=rf"^{variable} is not set: .* \(docs/backends.md\)$"):
        reader(backend, Registry.of([], []))


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("URL", "localhost:11434", "expected an http(s) address"),
        ("URL", "ftp://localhost", "expected an http(s) address"),
        ("URL", "http://ann:pw@localhost", "expected an http(s) address without a password"),
        ("URL", "http://local host", "expected an http(s) address"),
        ("STYLE", "gemini", "expected openai or anthropic"),
        ("PRICE_IN", "-1", "expected a number from 0 on"),
        ("PRICE_OUT", "inf", "expected a number from 0 on"),
        ("PRICE_OUT", "nan", "expected a number from 0 on"),
        ("PRICE_OUT", "cheap", "expected a number"),
        ("TOKEN_BUDGET", "1.5", "expected a whole number of at least 1"),
        ("CONCURRENCY", "0", "expected a whole number of at least 1"),
        ("TIMEOUT", "0", "expected seconds"),
        ("CONFIDENCE", "90", "expected a number between 0 and 1"),
    ],
)
def test_a_bad_value_is_told_with_what_is_expected(variable, value, why):
    with pytest.raises(ReaderSettingsError) as raised:
        ModelSettings.from_environment({**GIVEN, f"LABMOVES_LLM_{variable}": value})
    assert str(raised.value).startswith(f"LABMOVES_LLM_{variable}={value!r}: {why}")
    assert str(raised.value).endswith("; correct or unset it")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"LABMOVES_LLM_BUDGET": "5"}, "so prices are needed"),
        ({"LABMOVES_LLM_UNSURE_FROM": "0.9", "LABMOVES_LLM_UNSURE_TO": "0.1"}, "swap them"),
    ],
)
def test_settings_that_contradict_each_other(more, why):
    with pytest.raises(ReaderSettingsError, match=why):
        ModelSettings.from_environment({**GIVEN, **more})


def test_the_key_shows_nowhere():
    with pytest.raises(ReaderSettingsError) as raised:
        ModelSettings.from_environment({**GIVEN, "LABMOVES_LLM_KEY": "geheim\nä"})
    assert "geheim" not in str(raised.value)
    assert "geheim" not in repr(ModelSettings.from_environment({**GIVEN, "LABMOVES_LLM_KEY": "geheim"}))


def test_an_unknown_reader_is_told_with_those_there_are():
    with pytest.raises(ReaderSettingsError, match="choose one of default, llm, hybrid, spacy:NAME"):
        reader("gpt", Registry.of([], []))


def test_the_page_lists_every_variable():
    page = (Path(__file__).parents[3] / "docs" / "backends.md").read_text("utf-8")
    listed = re.findall(r"^\| `(LABMOVES_LLM_\w+)` \| .* \| (.*) \|$", page, re.M)
    assert listed == [(setting.variable, setting.meaning) for setting in SETTINGS]
