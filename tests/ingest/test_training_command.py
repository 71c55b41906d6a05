"""A small training from corpus to model files: the same bytes each time, in the form that reading takes."""

import json
import os
import re
import shutil
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from labmoves_graph.registry import Registry
from labmoves_ingest.manners import MannerFinder
from labmoves_ingest.reading import EVENTS, Reader
from labmoves_ingest.reason_network import PREFIX
from labmoves_ingest.reasons import CATEGORIES, WIDTH, ReasonFinder
from labmoves_ingest.status_model import PREFIX as PUT
from labmoves_ingest.training.__main__ import main
from labmoves_ingest.training.corpus import AnnotatedArticle, read_corpus
from labmoves_ingest.training.division import Part
from labmoves_ingest.training.progress import say
from labmoves_ingest.training.settings import ChoiceSettings, Settings
from labmoves_ingest.weighing import Weigher, weighed_candidates

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
GUIDE = Path(__file__).parents[2] / "docs" / "training.md"
FILES = [
    "dates.npz",
    *(f"en{ending}" for ending in (".json", ".npz", "_manners.npz", "_reasons.npz", "_status.npz")),
    "references.npz",
    "roles.npz",
    "weigher.npz",
    *(f"zh{ending}" for ending in (".json", ".npz", "_manners.npz", "_reasons.npz", "_status.npz")),
]

USUAL = Settings()
SMALL = replace(
    USUAL,
    rare=2,
    tagger=replace(USUAL.tagger, epochs=1, width=16, variants=1, seeds=(1,)),
    references=replace(USUAL.references, epochs=1, width=16),
    reader=replace(USUAL.reader, epochs=1, widths=(16, 24)),
    weigher=replace(USUAL.weigher, epochs=2, width=4),
    dates=ChoiceSettings(*[replace(USUAL.dates.place, epochs=2, width=4)] * 2),
    roles=ChoiceSettings(*[replace(USUAL.roles.place, epochs=2, width=4)] * 2),
    status=replace(
        USUAL.status,
        network=replace(USUAL.status.network, epochs=1),
        words=replace(USUAL.status.words, epochs=1),
    ),
    manners=replace(USUAL.manners, epochs=1),
    reasons=replace(USUAL.reasons, epochs=1),
)


def some(language: str) -> list[AnnotatedArticle]:
    return list(read_corpus([CORPUS / f"{language}A.txt"]))[:8]


@pytest.fixture(scope="module")
def training():
    pytest.importorskip("torch")
    from labmoves_ingest.training import models

    corpora = {}
    for language in ("en", "zh"):
        articles = some(language)
        parts = {Part.TRAINING: articles[:5], Part.DEVELOPMENT: articles[5:7], Part.HELD_OUT: articles[7:]}
        corpora[language] = models.Corpus(parts, "0" * 64)
    registry = Registry.load()

    def train(
        folder: Path, *only: str, settings: Settings = SMALL, processes: int = 1, finders: Path | None = None
    ) -> None:
        chosen = [models.Model(name) for name in only] or list(models.Model)
        models.train_models(corpora, registry, settings, folder, chosen, say, processes, finders)

    return train


@pytest.fixture(scope="module")
def trained(training, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    training(folder)
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def weights_of(folder: Path, prefix: str) -> dict[str, bytes]:
    with np.load(folder / "en.npz") as archive:
        return {name: archive[name].tobytes() for name in archive.files if name.startswith(prefix)}


def test_training_twice_gives_the_same_bytes(training, trained, tmp_path):
    training(tmp_path)
    assert sorted(bytes_of(tmp_path)) == FILES
    assert bytes_of(tmp_path) == bytes_of(trained)


def test_training_in_several_processes_gives_the_same_bytes(training, trained, tmp_path):
    training(tmp_path, processes=2)
    assert bytes_of(tmp_path) == bytes_of(trained)


def test_when_one_training_fails_what_has_not_begun_is_not_begun():
    pytest.importorskip("torch")
    from labmoves_ingest.training.network_jobs import workers

    waiting = []

    def train() -> None:
        with workers(2) as executor:
            failing = executor.submit(int, "no number")
            waiting.extend(executor.submit(time.sleep, 0.2) for _ in range(40))
            failing.result()

    with pytest.raises(ValueError, match="no number"):
        train()
    assert sum(one.cancelled() for one in waiting) > 20


def test_a_process_that_is_ended_from_outside_is_told_of():
    pytest.importorskip("torch")
    from labmoves_ingest.training.network_jobs import TrainingError, workers

    with pytest.raises(TrainingError, match="use fewer --jobs"), workers(2) as executor:
        executor.submit(os._exit, 1).result()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_files_are_what_reading_takes(trained, language):
    reader = Reader(language, Registry.load(), trained)
    article = some(language)[0]
    document = reader.document(article.text, date.fromisoformat(article.published), article.title)
    weighed = weighed_candidates(document, reader, Weigher.load(trained))
    assert all(0 < one.probability < 1 for one in weighed)
    assert set(reader.threshold) == set(EVENTS)
    with (
        np.load(trained / f"{language}_status.npz") as status,
        np.load(trained / f"{language}_reasons.npz") as reasons,
    ):
        words = {name: status[name].shape for name in status.files if not name.startswith(PUT)}
        assert words == {"weights": (WIDTH, 4), "weights.scale": (WIDTH, 1), "bias": (4,)}
        kinds = {name: reasons[name].shape for name in reasons.files if not name.startswith(PREFIX)}
        shapes = {"weights": (WIDTH, len(CATEGORIES)), "weights.scale": (WIDTH, 1)}
        assert kinds == {**shapes, "bias": (len(CATEGORIES),), "threshold": ()}
    ReasonFinder(language, trained)
    MannerFinder(language, trained)


def test_the_json_says_what_was_trained_on_how_and_how_well(trained):
    meta = json.loads((trained / "en.json").read_text("utf-8"))
    assert sorted(meta) == ["threshold", "trained", "words"]
    assert sorted(meta["trained"]) == [
        "dates",
        "manners",
        "reader",
        "reasons",
        "references",
        "roles",
        "status",
        "tagger",
        "weigher",
    ]
    for model, entry in meta["trained"].items():
        assert entry["corpus"] == "0" * 64
        assert entry["articles"] == {"training": 5, "development": 2, "held_out": 1}
        measured = ["held_out"] if model in ("dates", "roles") else ["development", "held_out"]
        assert sorted(entry["figures"]) == measured
    assert meta["trained"]["reader"]["settings"]["seeds"] == list(SMALL.reader.seeds)
    assert meta["trained"]["reader"]["settings"]["languages"] == ["en", "zh"]


def test_a_trial_of_one_story_learns_from_what_is_marked(tmp_path):
    pytest.importorskip("torch")
    from labmoves_ingest.training import models

    corpora = {}
    for language in ("en", "zh"):
        first, *others = some(language)
        parts = {Part.TRAINING: [first], Part.DEVELOPMENT: others[:2], Part.HELD_OUT: others[2:3]}
        corpora[language] = models.Corpus(parts, "0" * 64)
    models.train_models(corpora, Registry.load(), SMALL, tmp_path, list(models.Model), lambda line: None)
    assert sorted(bytes_of(tmp_path)) == FILES


def test_one_model_alone_leaves_the_others(training, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "copy")
    other = replace(SMALL, tagger=replace(SMALL.tagger, seeds=(5,)))
    training(tmp_path / "copy", "tagger", settings=other)
    assert weights_of(tmp_path / "copy", "read") == weights_of(trained, "read")
    assert weights_of(tmp_path / "copy", "tag") != weights_of(trained, "tag")
    for name in ("en_reasons.npz", "en_status.npz", "references.npz"):
        assert (tmp_path / "copy" / name).read_bytes() == (trained / name).read_bytes()


def test_readers_alone_keep_the_vocabulary_and_the_finders(training, trained, tmp_path, monkeypatch):
    from labmoves_ingest.training import models

    first, second, finders = tmp_path / "first", tmp_path / "second", tmp_path / "finders"
    training(first, finders=finders)
    assert bytes_of(first) == bytes_of(trained)
    assert sorted(path.name for path in finders.iterdir()) == ["en0", "en1", "zh0", "zh1"]
    shutil.copytree(first, second)
    monkeypatch.setattr(models, "train_finder", None)
    training(second, "reader", settings=replace(SMALL, rare=1), finders=finders)
    assert bytes_of(second) == bytes_of(trained)


def test_readers_are_not_trained_without_taggers(training, tmp_path):
    from labmoves_ingest.training.model_files import ModelFilesError

    with pytest.raises(ModelFilesError, match="does not exist; train tagger and reader together first"):
        training(tmp_path / "empty", "reader")


@pytest.mark.parametrize("only", ["reader", "weigher"])
def test_nothing_is_trained_before_what_it_rests_on(training, trained, tmp_path, only):
    from labmoves_ingest.training.model_files import ModelFilesError

    shutil.copytree(trained, tmp_path / "copy")
    (tmp_path / "copy" / "references.npz").unlink()
    before = bytes_of(tmp_path / "copy")
    with pytest.raises(ModelFilesError, match=r"references\.npz does not exist; train references too"):
        training(tmp_path / "copy", only)
    assert bytes_of(tmp_path / "copy") == before
    with pytest.raises(ModelFilesError, match="does not exist; train tagger and reader together first"):
        training(tmp_path / "empty", "references")
    assert not (tmp_path / "empty").exists()


def test_a_trial_does_not_replace_the_shipped_models(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--limit", "3"])
    assert caught.value.code == 2
    assert "say where with --out DIR" in capsys.readouterr().err


def test_one_language_does_not_replace_what_both_share(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--language", "en"])
    assert caught.value.code == 2
    assert "shared by the languages; say where to write with --out DIR" in capsys.readouterr().err


def test_the_guide_names_every_option_and_its_example_reads(tmp_path, capsys):
    guide = GUIDE.read_text("utf-8")
    with pytest.raises(SystemExit):
        main(["--help"])
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help"}
    assert options <= set(re.findall(r"--[a-z]+", guide))
    example = re.search(r"```\n(=== .*?)```", guide, flags=re.DOTALL)
    assert example is not None
    path = tmp_path / "enX.txt"
    header = "=== id | language | published | genre | story | url | real or invented"
    path.write_text(example[1].replace(header, "=== x-1 | en | 2025-03-04 | wire | s | | invented"), "utf-8")
    (article,) = read_corpus([path])
    assert [(claim.event, claim.date, claim.manner) for claim in article.claims] == [
        ("departure", "2025-03-03", "resigned")
    ]


def test_a_folder_without_a_corpus_is_named(tmp_path, capsys):
    pytest.importorskip("torch")
    assert main(["--corpus", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "no file en*.txt; give the folder of the annotated corpus" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
