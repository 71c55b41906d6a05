"""Whether confidence means what it says: of the claims stated at .8 to .9, about 85 % should be right.

    python tests/benchmarks/calibration_benchmark.py [CORPUS]

Reads the development and held-out stories of CORPUS (default: data/corpus) with the shipped models and prints one
Markdown table: for each bin of confidence the claims, their mean confidence and the share that is right, and the
expected calibration error, the mean gap between the two weighted by claims. Right: person, event and organization
agree with an annotated claim that no other has taken (annotation_match.py). Thresholds were chosen on the
development stories, so that part may look a little better than it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from labmoves_graph.registry import Registry
from labmoves_ingest.annotation_match import GoldClaim, Prediction, pair_up, same_claim
from labmoves_ingest.claim_record import claim_as_record
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.training.corpus import AnnotatedArticle, read_corpus
from labmoves_ingest.training.corpus_gold import article_of, gold_of
from labmoves_ingest.training.division import Part, divided

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.0))

#: Confidence of a claim, and whether it is right.
Judged = tuple[float, bool]


def judged(articles: Sequence[AnnotatedArticle], registry: Registry) -> Iterator[Judged]:
    """Every claim that is stated of the articles."""
    extractor = Extractor(registry)

    def agrees(gold: GoldClaim, prediction: Prediction) -> bool:
        return same_claim(gold, prediction, registry)

    for article in articles:
        claims = extractor.extract(article_of(article))
        predictions = [Prediction.from_record(claim_as_record(claim)) for claim in claims]
        right = {j for _, j in pair_up(gold_of(article).claims, predictions, agrees)}
        for number, claim in enumerate(claims):
            yield claim.confidence, number in right


def table(by_language: dict[str, list[Judged]]) -> Iterator[str]:
    """The lines of the table."""
    yield "| confidence | " + " | ".join(f"{name}: claims | mean | right" for name in by_language) + " |"
    yield "|---|" + "---|" * 3 * len(by_language)
    for low, high in BINS:
        cells = [_cells([one for one in all_ if _within(one[0], low, high)]) for all_ in by_language.values()]
        yield f"| {low:.2f} to {high:.2f} | " + " | ".join(cells) + " |"
    cells = [f"{len(all_)} | | ±{_error(all_):.3f}" for all_ in by_language.values()]
    yield "| all; mean gap | " + " | ".join(cells) + " |"


def _within(confidence: float, low: float, high: float) -> bool:
    return low <= confidence < high or confidence == high == 1.0


def _cells(some: Sequence[Judged]) -> str:
    if not some:
        return "0 | | "
    mean, share = _means(some)
    return f"{len(some)} | {mean:.2f} | {share:.2f}"


def _means(some: Sequence[Judged]) -> tuple[float, float]:
    return sum(c for c, _ in some) / len(some), sum(right for _, right in some) / len(some)


def _error(every: Sequence[Judged]) -> float:
    gap = 0.0
    for low, high in BINS:
        some = [one for one in every if _within(one[0], low, high)]
        if some:
            mean, share = _means(some)
            gap += abs(mean - share) * len(some)
    return gap / len(every) if every else 0.0


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    registry = Registry.load()
    by_language = {}
    for language in ("en", "zh"):
        parts = divided(read_corpus(sorted(corpus.glob(f"{language}*.txt"))))
        by_language[language] = list(judged([*parts[Part.DEVELOPMENT], *parts[Part.HELD_OUT]], registry))
    print("\n".join(table(by_language)))


if __name__ == "__main__":
    main()
