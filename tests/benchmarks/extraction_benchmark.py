"""How quick extraction is: articles a second, long texts against plain tokenization, the first claim, memory.

    python tests/benchmarks/extraction_benchmark.py [--repeats 5]

Seconds depend on the machine; the ratio to blank spaCy tokenization of the same text in the same run does not,
nearly. Long texts are printed with their time a megabyte, which stays level where work is linear in length.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import spacy

from labmoves_graph.model import Article
from labmoves_graph.registry import Registry
from labmoves_ingest.extractor import Extractor

MOVES = {
    "en": "Ann Lee, a research scientist, resigned from OpenAI on 3 March 2025. She joined Anthropic in May. ",
    "zh": "研究员李明华于2025年3月3日从OpenAI辞职。两周后，他加入Anthropic，担任首席科学家。",
}
FILLER = {
    "en": "The model scores well on tests of reasoning and costs less to run than the last one, engineers said. ",
    "zh": "工程师表示，新模型在推理测试中得分更高，运行成本低于上一代，适合在手机等设备上使用。",
}
#: Characters of a usual article: about 3 kB of English, 6 kB of Chinese.
USUAL = {"en": 3_000, "zh": 2_000}
FIRST = (
    "from labmoves_graph.model import Article; from labmoves_graph.registry import Registry;"
    "from labmoves_ingest.extractor import Extractor;"
    "assert Extractor(Registry.load()).extract(Article('a', 'Ann Lee left OpenAI on 3 March 2025.'))"
)


def main() -> None:
    """Run every measurement and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the median counts (default: 5)")
    repeats = parser.parse_args().repeats
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    first = [_seconds(lambda: subprocess.run([sys.executable, "-c", FIRST], check=True)) for _ in range(3)]
    print(f"start of Python to first claim: {statistics.median(first):.2f} s")
    extractor, plain = Extractor(Registry.load()), spacy.blank("xx")
    plain.max_length = 10**8
    for language, size in USUAL.items():
        for kind, text in (("relevant", _article(language, size, 5)), ("irrelevant", _article(language, size, 0))):
            _measure(f"{language} {kind}", text, extractor, plain, repeats)
    for megabytes in (1, 5):
        for language, size in (("en", megabytes << 20), ("zh", (megabytes << 20) // 3)):
            _measure(f"{language} {megabytes} MB", _article(language, size, 20), extractor, plain, 1)


def _article(language: str, size: int, every: int) -> str:
    """A text of so many characters in which one sentence pair of `every` tells of moves; 0 for none."""
    parts, length = [], 0
    while length < size:
        moves = every and len(parts) % every == 0
        parts.append(MOVES[language] if moves else FILLER[language])
        if len(parts) % 8 == 0:
            parts.append("\n")
        length += len(parts[-1])
    return "".join(parts)[:size]


def _measure(label: str, text: str, extractor: Extractor, plain: spacy.language.Language, repeats: int) -> None:
    claims = len(extractor.extract(Article("a", text))) if repeats > 1 else None
    took = statistics.median(_seconds(lambda: extractor.extract(Article("a", text))) for _ in range(repeats))
    base = statistics.median(_seconds(lambda: plain(text)) for _ in range(repeats))
    size = len(text.encode()) / 2**20
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{label:14} {size * 1024:7.0f} kB {took * 1000:9.1f} ms = {1 / took:7.1f} a second, "
        f"{took / size:6.2f} s a MB, {took / base:6.1f} x tokenization, peak {memory} MB"
        + ("" if claims is None else f", {claims} claims")
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
