"""Trains the models, measures them, and writes their files.

    train_models({"en": Corpus.read(folder, "en"), "zh": …}, registry, Settings(), out)

    corpus ─► division ─┬─► tagger ──────────────────────────────────┬─► weigher, thresholds, dates and roles,
                        ├─► references, finders ─► readers, of all ──┘   from whole readings of the development part
                        └─► status, manners, reasons

Taggers and finders may be trained side by side, and so may the readers. The held-out part only gives figures. Same
corpus, registry, cue files and settings: same bytes, in however many processes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labmoves_graph.registry import Registry
from labmoves_ingest import reasons, status_model
from labmoves_ingest.layers import read_weights
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.manners import MannerCues
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.reading import EVENTS, Reader
from labmoves_ingest.reason_network import ReasonNetwork
from labmoves_ingest.reasons import ReasonFeatures
from labmoves_ingest.references import ReferenceModel
from labmoves_ingest.status_model import StatusModel
from labmoves_ingest.training.choice_training import ChoiceLesson, choice_figures, train_choice
from labmoves_ingest.training.corpus import CorpusError, read_corpus
from labmoves_ingest.training.date_training import DATES
from labmoves_ingest.training.division import MEASURED, Divided, Part, corpus_hash, divided
from labmoves_ingest.training.figures import Figures
from labmoves_ingest.training.found_documents import HALVES
from labmoves_ingest.training.linear import train_linear
from labmoves_ingest.training.manner_training import MannerCase, manner_cases, manner_figures
from labmoves_ingest.training.measuring import (
    DEFAULT_THRESHOLD,
    best_thresholds,
    claim_figures,
    readings_of,
)
from labmoves_ingest.training.model_files import (
    ModelFiles,
    put_networks,
    put_references,
    put_weigher,
    require_references,
    weights_of,
)
from labmoves_ingest.training.network_jobs import (
    Lesson,
    Report,
    first_words,
    train_finder,
    train_one_reader,
    train_taggers,
    workers,
)
from labmoves_ingest.training.optimisation import make_reproducible
from labmoves_ingest.training.reader_training import reader_figures, restored
from labmoves_ingest.training.reason_training import ReasonCase, reason_cases, reason_figures, train_stated
from labmoves_ingest.training.reference_training import reference_examples, reference_figures, train_references
from labmoves_ingest.training.role_training import ROLES
from labmoves_ingest.training.settings import ChoiceSettings, Settings
from labmoves_ingest.training.status_training import StatusCase, status_cases, status_figures, train_put
from labmoves_ingest.training.tagger_training import common_words
from labmoves_ingest.training.weigh_training import ReadCase, WeighCase, train_weigher, weigh_cases
from labmoves_ingest.weighing import Weigher

__all__ = ["Corpus", "Model", "train_models"]


class Model(StrEnum):
    """What can be trained on its own; the weigher with the thresholds above which a reading is a claim, and with what
    chooses the dates."""

    TAGGER = "tagger"
    REFERENCES = "references"
    READER = "reader"
    WEIGHER = "weigher"
    STATUS = "status"
    MANNERS = "manners"
    REASONS = "reasons"


#: What chooses dates and roles, by the name of its file and its settings; made along with the weigher.
CHOICES: Mapping[str, ChoiceLesson[Any]] = {"dates": DATES, "roles": ROLES}
#: What makes readings; the weigher is trained again when any of the others is.
_NETWORKS = frozenset((Model.TAGGER, Model.REFERENCES, Model.READER, Model.WEIGHER))
_OF_ONE_VOCABULARY = frozenset((Model.TAGGER, Model.READER))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The annotated articles of one language, divided; sha256 of the files they were read from."""

    parts: Divided
    sha256: str

    @classmethod
    def read(cls, folder: Path, language: str, limit: int | None = None) -> Corpus:
        """The files `<language>*.txt` of the folder. limit: no more articles than that, for a trial.

        Raises CorpusError for a fault, or when there is no such file.
        """
        paths = sorted(folder.glob(f"{language}*.txt"))
        if not paths:
            raise CorpusError(f"{folder}: no file {language}*.txt; give the folder of the annotated corpus")
        return cls(divided(islice(read_corpus(paths), limit)), corpus_hash(paths))


@dataclass(frozen=True, slots=True)
class _Run:
    """What every step needs for one language. sha256: of the corpus."""

    lesson: Lesson
    sha256: str
    lexicon: Lexicon
    files: ModelFiles
    report: Report

    @classmethod
    def of(
        cls,
        language: str,
        corpus: Corpus,
        registry: Registry,
        settings: Settings,
        files: ModelFiles,
        new_words: bool,
        report: Report,
    ) -> _Run:
        """new_words: with the words that the corpus gives now, not those of the files."""
        words = common_words(corpus.parts[Part.TRAINING], settings.rare) if new_words else files.words()
        lesson = Lesson(language, corpus.parts, registry, words, settings)
        return cls(lesson, corpus.sha256, Lexicon(language, registry), files, report)

    def note(self, model: str, settings: Mapping[str, Any], figures: Mapping[Part, Figures]) -> None:
        """Record what was trained, and say what it reached."""
        articles = {part.value: len(self.lesson.parts[part]) for part in Part}
        reached = {part.value: figures[part] for part in figures}
        entry = {"corpus": self.sha256, "articles": articles, "settings": settings, "figures": reached}
        self.files.record(str(model), entry)
        for part in figures:
            self.report(f"{self.files.language} {model} on {part}: {figures[part]}")


def train_models(
    corpora: Mapping[str, Corpus],
    registry: Registry,
    settings: Settings,
    folder: Path,
    models: Collection[Model] = frozenset(Model),
    report: Report = print,
    processes: int = 1,
    finders: Path | None = None,
) -> None:
    """Train those models for each language ("en", "zh") and write their files into the folder.

    The languages given share their readers. Taggers and readers of a language share one vocabulary: trained together
    they take the corpus's, alone the one that is there. Thresholds are measured again whenever a network has changed.
    report: called with a line of progress or figures; to be a function of a module when there are several processes,
    which train networks side by side. finders: where what finds mentions for the readers is kept, and taken from when
    it is there; None: nowhere. Raises ModelFilesError, before anything is trained, when
    the folder lacks a network that those to be trained rest on; CorpusError for a fault of the corpus.
    """
    make_reproducible(0)  # in this process the figures are computed
    files = {language: ModelFiles(folder, language) for language in corpora}
    if _NETWORKS & set(models):
        _require_networks(list(files.values()), folder, models)
    new_words = set(models) >= _OF_ONE_VOCABULARY
    runs = [
        _Run.of(language, corpora[language], registry, settings, files[language], new_words, report)
        for language in corpora
    ]
    if Model.REFERENCES in models:
        _train_references(runs, folder)
    if _OF_ONE_VOCABULARY & set(models):
        with nullcontext(finders) if finders else TemporaryDirectory() as place:
            _train_networks(runs, folder, models, processes, Path(place))
    if _NETWORKS & set(models):
        _train_weigher(runs, folder)
    for run in runs:
        if Model.STATUS in models:
            _train_status(run)
        if Model.MANNERS in models:
            _train_manners(run)
        if Model.REASONS in models:
            _train_reasons(run)


def _require_networks(files: Sequence[ModelFiles], folder: Path, models: Collection[Model]) -> None:
    """Raises ModelFilesError when a network that is not to be trained is missing."""
    if not set(models) >= _OF_ONE_VOCABULARY:
        for each in files:
            each.require_networks()
    if Model.REFERENCES not in models:
        require_references(folder)


def _train_references(runs: Sequence[_Run], folder: Path) -> None:
    """One network for all languages; which one a word is of, its class says."""
    settings, report = runs[0].lesson.settings.references, runs[0].report
    training = [one for run in runs for one in reference_examples(run.lesson.parts[Part.TRAINING], run.lexicon)]
    put_references(folder, train_references(training, settings, report))
    model = ReferenceModel.load(folder)
    for run in runs:
        figures = {part: reference_figures(model, run.lesson.parts[part], run.lexicon) for part in MEASURED}
        run.note(Model.REFERENCES, asdict(settings), figures)


def _train_networks(
    runs: Sequence[_Run], folder: Path, models: Collection[Model], processes: int, place: Path
) -> None:
    """Taggers and finders side by side, then the readers, which learn from what the finders find.

    place: of the finders; those that it holds already are not trained.
    """
    if set(models) >= _OF_ONE_VOCABULARY:
        for run in runs:
            run.files.start_networks(run.lesson.words)
    with workers(processes) as executor:
        taggers = [
            (run, executor.submit(train_taggers, run.lesson, run.report)) for run in runs if Model.TAGGER in models
        ]
        finders = _finder_folders(runs, place) if Model.READER in models else {}
        searching = [
            executor.submit(train_finder, run.lesson, half, folder, where, run.report)
            for run in runs
            for half, where in enumerate(finders.get(run.lesson.language, ()))
            if not ModelFiles(where, run.lesson.language).has_networks()
        ]
        for run, training in taggers:
            weights, figures = training.result()
            run.files.put_taggers(weights)
            run.note(Model.TAGGER, asdict(run.lesson.settings.tagger), figures)
        for trained in searching:
            trained.result()
        if Model.READER in models:
            _train_readers(runs, folder, finders, executor)


def _finder_folders(runs: Sequence[_Run], place: Path) -> dict[str, list[Path]]:
    """For each language a folder a half; none in a trial that has too few stories."""
    lessons = [run.lesson for run in runs if run.lesson.can_be_halved]
    return {lesson.language: [place / f"{lesson.language}{half}" for half in HALVES] for lesson in lessons}


def _train_readers(
    runs: Sequence[_Run], folder: Path, finders: Mapping[str, Sequence[Path]], executor: Executor
) -> None:
    """One network for each seed, from the examples of all languages; each language has words of its own."""
    settings, report, lessons = runs[0].lesson.settings.reader, runs[0].report, [run.lesson for run in runs]
    training = [
        executor.submit(train_one_reader, lessons, finders, folder, seed, width, report)
        for seed, width in zip(settings.seeds, settings.widths, strict=True)
    ]
    readers = [trained.result() for trained in training]
    starts, references = first_words(lessons), ReferenceModel.load(folder)
    networks = [restored(weights, settings) for weights in readers]
    for run, start, end in zip(runs, starts, starts[1:], strict=False):
        run.files.put_readers(readers, start, end - start)
        seen = {part: run.lesson.marked_examples(part, references, start) for part in MEASURED}
        figures = {part: reader_figures(networks, list(chain.from_iterable(seen[part]))) for part in MEASURED}
        run.note(Model.READER, {**asdict(settings), "languages": [lesson.language for lesson in lessons]}, figures)


def _train_weigher(runs: Sequence[_Run], folder: Path) -> None:
    """One network for all languages; through the files of the others as written, half precision and all."""
    settings = runs[0].lesson.settings.weigher
    cases: dict[tuple[str, Part], list[WeighCase]] = {}
    for run in runs:
        run.files.update(threshold=dict.fromkeys(map(str, EVENTS), DEFAULT_THRESHOLD))
        reader = Reader(run.files.language, run.lesson.registry, folder)
        for part in MEASURED:
            cases[run.files.language, part] = weigh_cases(run.lesson.parts[part], reader, run.lesson.registry)
    development = [case for run in runs for case in cases[run.files.language, Part.DEVELOPMENT]]
    network, unseen = train_weigher(development, settings)
    put_weigher(folder, network)
    weigher, remaining = Weigher.load(folder), iter(unseen)
    read: dict[tuple[str, Part], list[ReadCase]] = {}
    for run in runs:
        language = run.files.language
        for part in MEASURED:
            own = cases[language, part]
            odds = (
                islice(remaining, len(own)) if part is Part.DEVELOPMENT else (weigher.odds(c.features) for c in own)
            )
            read[language, part] = list(zip(own, odds, strict=True))
        readings = {part: readings_of(read[language, part]) for part in MEASURED}
        thresholds = best_thresholds(readings[Part.DEVELOPMENT])
        run.files.update(threshold={event.value: threshold for event, threshold in thresholds.items()})
        figures = {part: claim_figures(readings[part], thresholds) for part in MEASURED}
        run.note(Model.WEIGHER, asdict(settings), figures)
    _train_choosers(runs, folder, read)


def _train_choosers(runs: Sequence[_Run], folder: Path, read: Mapping[tuple[str, Part], Sequence[ReadCase]]) -> None:
    """What chooses dates and roles, two networks each, for all languages.

    read: the stories of each language and part, and the odds of their stints.
    """
    for name, lesson in CHOICES.items():
        settings: ChoiceSettings = getattr(runs[0].lesson.settings, name)
        placed = [one for run in runs for one in lesson.placed(run.lesson.parts[Part.TRAINING], run.lexicon)]
        place = train_choice(placed, lesson.placed_width, settings.place)
        examples = {where: lesson.read(cases, place) for where, cases in read.items()}
        learnt = [one for run in runs for one in examples[run.files.language, Part.DEVELOPMENT]]
        reading = train_choice(learnt, lesson.read_width, settings.reading)
        put_networks(folder / f"{name}.npz", {"place.": place, "reading.": reading})
        for run in runs:
            figures = {Part.HELD_OUT: choice_figures(reading, examples[run.files.language, Part.HELD_OUT])}
            run.note(name, asdict(settings), figures)


def _train_status(run: _Run) -> None:
    def cases(part: Part) -> list[StatusCase]:
        return [case for article in run.lesson.parts[part] for case in status_cases(article, run.lexicon)]

    def say(line: str) -> None:
        run.report(f"{run.files.language} {line}")

    settings, language, training = run.lesson.settings.status, run.files.language, cases(Part.TRAINING)
    put = train_put([case.passage for case in training], settings, say)
    words = train_linear([case.words for case in training], status_model.WIDTH, settings.words)
    run.files.put_status(weights_of(put), words)
    model = StatusModel.load(language, run.files.folder)
    figures = {part: status_figures(model, cases(part), language) for part in MEASURED}
    run.note(Model.STATUS, asdict(settings), figures)


def _train_manners(run: _Run) -> None:
    cues = MannerCues(run.files.language)

    def cases(part: Part) -> list[MannerCase]:
        return [case for article in run.lesson.parts[part] for case in manner_cases(article, run.lexicon, cues)]

    settings = run.lesson.settings.manners
    model = train_linear([case.example for case in cases(Part.TRAINING)], status_model.WIDTH, settings)
    run.files.put_linear("manners", model)
    figures = {part: manner_figures(model, cases(part)) for part in MEASURED}
    run.note(Model.MANNERS, asdict(settings), figures)


def _train_reasons(run: _Run) -> None:
    features = ReasonFeatures(run.files.language)

    def cases(part: Part) -> list[ReasonCase]:
        return [case for article in run.lesson.parts[part] for case in reason_cases(article, run.lexicon, features)]

    settings, training = run.lesson.settings.reasons, cases(Part.TRAINING)

    def say(line: str) -> None:
        run.report(f"{run.files.language} {line}")

    stated = weights_of(train_stated([one for case in training for one in case.passages], settings, say))
    kinds = train_linear([one for case in training for one in case.stated_clauses], reasons.WIDTH, settings.kinds)
    run.files.put_reasons(stated, kinds, settings.threshold)
    network = ReasonNetwork(read_weights(read_archive(f"{run.files.language}_reasons.npz", run.files.folder)))
    figures = {part: reason_figures(network, kinds, cases(part), settings.threshold) for part in MEASURED}
    run.note(Model.REASONS, asdict(settings), figures)
