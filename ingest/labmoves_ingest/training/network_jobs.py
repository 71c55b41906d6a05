"""The long trainings, each a call that may be made in a process of its own.

    taggers, figures = train_taggers(lesson, report)          the taggers that are kept
    train_finder(lesson, half, references, folder, report)    a tagger of the other half, which finds in this one
    weights = train_one_reader(lessons, finders, references, seed, width, report)
    with workers(processes) as executor: …                    where the calls are made

A call's arguments and results are plain data, so that a process that is started afresh can take them. Each call seeds
itself: how many processes there are changes no byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from labmoves_graph.errors import LabmovesError
from labmoves_graph.registry import Registry
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reading import EVENTS
from labmoves_ingest.references import ReferenceModel
from labmoves_ingest.token_features import Vocabulary
from labmoves_ingest.training.augmentation import NamePool
from labmoves_ingest.training.corpus import AnnotatedArticle
from labmoves_ingest.training.division import MEASURED, Divided, Part
from labmoves_ingest.training.figures import Figures
from labmoves_ingest.training.found_documents import HALVES, Finders, half_of
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.measuring import DEFAULT_THRESHOLD
from labmoves_ingest.training.model_files import ModelFiles, Weights, copy_references, weights_of
from labmoves_ingest.training.reader_examples import ArticleExamples, ReaderExample, reader_examples
from labmoves_ingest.training.reader_training import train_reader
from labmoves_ingest.training.settings import Settings
from labmoves_ingest.training.tagger import TagNet
from labmoves_ingest.training.tagger_training import (
    TaggerExample,
    renamed,
    tagger_example,
    tagger_figures,
    train_tagger,
)

__all__ = [
    "Lesson",
    "Report",
    "TrainingError",
    "first_words",
    "train_finder",
    "train_one_reader",
    "train_taggers",
    "workers",
]

Report = Callable[[str], None]
P = ParamSpec("P")
Result = TypeVar("Result")


class TrainingError(LabmovesError):
    """Training that could not go on."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the networks of one language learn from. words: of its vocabulary."""

    language: str
    parts: Divided
    registry: Registry
    words: list[str]
    settings: Settings

    @property
    def can_be_halved(self) -> bool:
        """Whether there are stories in both halves, as there are not in a small trial."""
        return len({half_of(article) for article in self.parts[Part.TRAINING]}) == len(HALVES)

    def marked_examples(self, part: Part, references: ReferenceModel, first_word: int) -> list[list[ReaderExample]]:
        """What a reader sees of each article of the part with the mentions that are marked."""
        lexicon, vocabulary = Lexicon(self.language, self.registry), Vocabulary(self.words)
        golds = (GoldDocument.of(article, lexicon) for article in self.parts[part])
        return [reader_examples(gold, vocabulary, references, first_word) for gold in golds]


class _Here(Executor):
    """Makes each call at once, in this process."""

    def submit(self, call: Callable[P, Result], /, *args: P.args, **kwargs: P.kwargs) -> Future[Result]:
        done = Future[Result]()
        done.set_result(call(*args, **kwargs))
        return done


@contextmanager
def workers(processes: int) -> Iterator[Executor]:
    """So many processes to train in; with one, calls are made in this.

    When one fails, what has not begun is not begun. Raises TrainingError when a process is killed.
    """
    if processes == 1:
        yield _Here()
        return
    # A forked copy of a process that has trained cannot train again (torch), so each begins afresh.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise TrainingError(
                    "a process that trained was ended from outside, most likely for its memory; use fewer --jobs"
                ) from error
            raise


def first_words(lessons: Sequence[Lesson]) -> list[int]:
    """Where the words of each language begin among those of all, and last how many there are."""
    starts = [0]
    for lesson in lessons:
        starts.append(starts[-1] + len(Vocabulary(lesson.words)))
    return starts


def train_taggers(lesson: Lesson, report: Report) -> tuple[list[Weights], dict[Part, Figures]]:
    """A tagger for each seed, and what they reach together."""
    lexicon = Lexicon(lesson.language, lesson.registry)
    networks = _taggers(lesson, lesson.parts[Part.TRAINING], lexicon, report)
    figures = {
        part: tagger_figures(networks, _tagger_examples(lesson, lesson.parts[part], lexicon)) for part in MEASURED
    }
    return [weights_of(network) for network in networks], figures


def _taggers(lesson: Lesson, articles: Sequence[AnnotatedArticle], lexicon: Lexicon, report: Report) -> list[TagNet]:
    """Learnt from the articles and their copies under other names."""
    settings, vocabulary = lesson.settings.tagger, Vocabulary(lesson.words)
    pool = NamePool.of(lesson.registry, articles)
    shown = _tagger_examples(lesson, renamed(articles, pool, settings.variants), lexicon)

    def say(line: str) -> None:
        report(f"{lesson.language} {line}")

    return [train_tagger(shown, vocabulary, settings, seed, say) for seed in settings.seeds]


def _tagger_examples(lesson: Lesson, articles: Iterable[AnnotatedArticle], lexicon: Lexicon) -> list[TaggerExample]:
    vocabulary = Vocabulary(lesson.words)
    return [tagger_example(article, lexicon, vocabulary) for article in articles]


def train_finder(lesson: Lesson, half: int, references: Path, folder: Path, report: Report) -> None:
    """A tagger that has seen nothing of that half, in model files that find mentions and read no claims.

    references: the folder of the trained ones.
    """
    files = ModelFiles(folder, lesson.language)
    files.start_networks(lesson.words)
    files.update(threshold=dict.fromkeys(map(str, EVENTS), DEFAULT_THRESHOLD))
    copy_references(references, folder)
    taught = [article for article in lesson.parts[Part.TRAINING] if half_of(article) != half]
    settings = lesson.settings
    fewer = replace(settings, tagger=replace(settings.tagger, variants=settings.tagger.finder_variants))
    networks = _taggers(replace(lesson, settings=fewer), taught, Lexicon(lesson.language, lesson.registry), report)
    files.put_taggers([weights_of(network) for network in networks])


def train_one_reader(
    lessons: Sequence[Lesson],
    finders: Mapping[str, Sequence[Path]],
    references: Path,
    seed: int,
    width: int,
    report: Report,
) -> Weights:
    """A reader of all the languages together; each has words of its own.

    finders: of a language the folders that train_finder has filled, one a half; without them found examples are the
    marked ones.
    """
    model, starts = ReferenceModel.load(references), first_words(lessons)
    articles = [
        one
        for lesson, start in zip(lessons, starts, strict=False)
        for one in _teaching_examples(lesson, finders.get(lesson.language, ()), model, start)
    ]
    return weights_of(train_reader(articles, starts[-1], lessons[0].settings.reader, seed, width, report))


def _teaching_examples(
    lesson: Lesson, folders: Sequence[Path], references: ReferenceModel, start: int
) -> list[ArticleExamples]:
    marked = lesson.marked_examples(Part.TRAINING, references, start)
    if not folders:
        return [ArticleExamples(some, some) for some in marked]
    finders, vocabulary = Finders(lesson.language, lesson.registry, folders), Vocabulary(lesson.words)
    golds = (finders.document(article) for article in lesson.parts[Part.TRAINING])
    found = [reader_examples(gold, vocabulary, references, start) for gold in golds]
    return [ArticleExamples(*both) for both in zip(marked, found, strict=True)]
