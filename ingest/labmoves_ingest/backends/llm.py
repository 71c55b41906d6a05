"""Reads articles with a language model: every claim it returns is found in the article before it counts.

    reader = ModelReader(registry, ModelSettings.from_environment())
    reader.extract(article)  -> claims, in text order
    reader.summary()         -> requests, tokens, cost, answers from the cache, what was dropped and why

An answer that was given before comes from the cache: the same articles, model and instructions give the same claims
again, without a request. Safe for several threads.

Errors: ReadingError for an article about which no usable answer came; ModelUnavailableError and BudgetError when it
cannot go on.
"""

from __future__ import annotations

import threading
from collections import Counter

from pydantic import ValidationError

from labmoves_graph.errors import ReadingError
from labmoves_graph.model import Article, Claim
from labmoves_graph.registry import Registry
from labmoves_ingest.backends.answer import Answer
from labmoves_ingest.backends.answer_cache import AnswerCache, request_key
from labmoves_ingest.backends.exchange import ReplyError
from labmoves_ingest.backends.grounding import Grounder
from labmoves_ingest.backends.model_client import GaveUpError, ModelClient
from labmoves_ingest.backends.prompt import PROMPT_VERSION, Part, parts, question
from labmoves_ingest.backends.settings import ModelSettings
from labmoves_ingest.backends.spending import Account

__all__ = ["ModelReader"]

#: An answer that is no usable JSON is asked for once more.
ASKED = 2


class ModelReader:
    """Reads with one model. Holds connections: close() it."""

    def __init__(self, registry: Registry, settings: ModelSettings) -> None:
        self.concurrency = settings.concurrency
        self.account = Account(settings)
        self._settings = settings
        self._client = ModelClient(settings, self.account)
        self._cache = AnswerCache(settings.cache)
        self._grounder = Grounder(registry, f"llm/{settings.model}/{PROMPT_VERSION}", settings.certainty)
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def extract(self, article: Article) -> list[Claim]:
        """The claims that the model finds and the article bears out."""
        answers = [(part, self._answer(article, part)) for part in parts(article.text, self._settings.longest_part)]
        grounding = self._grounder.ground(article, answers)
        with self._lock:
            self._counts["articles"] += 1
            self._counts["claims"] += len(grounding.claims)
            self._dropped += grounding.dropped
            self._left_out += grounding.left_out
        return grounding.claims

    def summary(self) -> str:
        """What was read, asked, spent and dropped so far, in one line."""
        counts = self._counts
        return "; ".join(
            [
                f"{self._settings.model}: {counts['articles']} articles, {counts['claims']} claims",
                f"{counts['cached']} answers from the cache, {self.account}",
                f"dropped {_listed(self._dropped)}",
                f"left out {_listed(self._left_out)}",
            ]
        )

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def _answer(self, article: Article, part: Part) -> Answer:
        asked = question(article, part)
        key = request_key(self._settings.style, self._settings.model, PROMPT_VERSION, asked)
        kept = self._cache.get(key)
        if kept is not None and (answer := _parsed(kept)) is not None:
            with self._lock:
                self._counts["cached"] += 1
            return answer
        answer = self._asked(article, asked)
        self._cache.put(key, answer.model_dump_json())
        return answer

    def _asked(self, article: Article, asked: str) -> Answer:
        why = ""
        for _ in range(ASKED):
            try:
                reply = self._client.ask(asked)
                return Answer.model_validate_json(reply.text)
            except GaveUpError as error:
                raise ReadingError(f"article {article.id}: {error}; read it again later") from error
            except ReplyError as error:
                why = str(error)
            except ValidationError as error:
                why = f"its answer is not the JSON asked for ({_first_fault(error)})"
        raise ReadingError(
            f"article {article.id}: {self._settings.model} gave no usable answer in {ASKED} tries: {why}; read it "
            "again later, with another model, or with --backend default"
        )


def _parsed(text: str) -> Answer | None:
    try:
        return Answer.model_validate_json(text)
    except ValidationError:
        return None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in fault["loc"])
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])


def _listed(counts: Counter[str]) -> str:
    if not counts:
        return "0"
    return f"{counts.total()} ({', '.join(f'{why}: {count}' for why, count in sorted(counts.items()))})"
