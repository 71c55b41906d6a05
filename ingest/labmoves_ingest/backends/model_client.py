"""Asks a language model over HTTP, and does not give up at the first refusal.

    client = ModelClient(settings, account)
    client.ask(question)  -> Reply

429, 408, 5xx, timeouts and broken connections are tried again after a wait that doubles, or the one that Retry-After
asks for. The wait is bounded by the settings' patience, the size of a body by LARGEST_BODY. Redirects are not
followed: they would carry the key elsewhere. The key appears in no message. Safe for several threads.

Errors: GaveUpError when one question got no answer; ModelUnavailableError when none will get one, which is so at once
for a wrong key or address, and after PATIENT_WITH questions in a row without an answer; ReplyError when the answer
has no shape we know; BudgetError when there is no room for the request.
"""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from labmoves_graph import __version__
from labmoves_graph.errors import ModelUnavailableError
from labmoves_ingest.backends.exchange import Exchange, Quirks, Reply, ReplyError
from labmoves_ingest.backends.settings import ModelSettings
from labmoves_ingest.backends.spending import Account

__all__ = ["GaveUpError", "ModelClient"]

#: Far above any answer within the token limit; a server that sends more is not the one that was meant.
LARGEST_BODY = 8 * 2**20
#: Questions in a row without an answer after which it is the server's fault, not theirs.
PATIENT_WITH = 3
_TRIED_AGAIN = frozenset({408, 409, 425, 429})
_REMEDIES = {
    401: "check LABMOVES_LLM_KEY",
    403: "check LABMOVES_LLM_KEY and what it may use",
    404: "check LABMOVES_LLM_URL and LABMOVES_LLM_MODEL",
}


class GaveUpError(Exception):
    """One question that got no answer; str() says why."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A try without an answer.

    wait: seconds that the server asks for. final: trying again is no use. absent: nobody is there.
    """

    why: str
    wait: float | None = None
    final: bool = False
    absent: bool = False
    status: int = 0


class ModelClient:
    """One server and one model."""

    def __init__(self, settings: ModelSettings, account: Account) -> None:
        self._settings = settings
        self._account = account
        self._exchange = Exchange(settings)
        self._quirks = Quirks()
        self._lock = threading.Lock()
        self._in_vain = 0
        self._http = httpx.Client(
            timeout=settings.timeout,
            headers={"user-agent": f"labmoves/{__version__}", **self._exchange.headers()},
            limits=httpx.Limits(max_connections=settings.concurrency),
        )

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def ask(self, question: str) -> Reply:
        """The model's reply to the question."""
        waited, tried = 0.0, 0
        while True:
            quirks = self._quirks
            outcome = self._try(question, quirks)
            if isinstance(outcome, Reply):
                self._in_vain = 0
                return outcome
            if outcome.status in (400, 422) and self._learn(quirks, outcome.why):
                continue
            tried += 1
            wait = self._wait(tried, outcome)
            if outcome.final or tried >= self._settings.tries or waited + wait > self._settings.patience:
                raise self._failure(outcome, tried, waited + wait > self._settings.patience)
            time.sleep(wait)
            waited += wait

    def _try(self, question: str, quirks: Quirks) -> Reply | _Refused:
        body = json.dumps(self._exchange.body(question, quirks), ensure_ascii=False).encode("utf-8")
        with self._account.reserved(len(body)) as bill:
            try:
                status, headers, content = self._post(body)
            except httpx.ConnectError as error:
                bill.waive()
                return _Refused(f"cannot be reached ({error})", absent=True)
            except httpx.TimeoutException:
                return _Refused(f"did not answer within {self._settings.timeout:g} s")
            except (httpx.HTTPError, httpx.StreamError) as error:
                return _Refused(f"broke off ({error})")
            if status != 200:
                bill.waive()
                return self._refusal(status, headers, content)
            try:
                reply = self._exchange.reply(content)
            except ReplyError as error:
                bill.settle(error.tokens_in, error.tokens_out)
                raise
            bill.settle(reply.tokens_in, reply.tokens_out)
            return reply

    def _post(self, body: bytes) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and content; the whole exchange must end within the timeout, not only each of its steps."""
        deadline = time.monotonic() + self._settings.timeout
        content = bytearray()
        headers = {"content-type": "application/json"}
        with self._http.stream("POST", self._exchange.url, content=body, headers=headers) as response:
            for piece in response.iter_bytes():
                content += piece
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer came too slowly")
                if len(content) > LARGEST_BODY:
                    raise httpx.StreamError(f"more than {LARGEST_BODY} bytes")
            return response.status_code, response.headers, bytes(content)

    def _refusal(self, status: int, headers: httpx.Headers, content: bytes) -> _Refused:
        told = " ".join(content.decode("utf-8", "replace").split())
        if self._settings.key:
            told = told.replace(self._settings.key, "[key]")
        why = f"answered {status}" + (f": {told[:300]}" if told else "")
        again = status in _TRIED_AGAIN or status >= 500
        return _Refused(why, wait=_retry_after(headers), final=not again, status=status)

    def _learn(self, tried: Quirks, refusal: str) -> bool:
        """Whether the refusal shows a quirk that the next try can respect."""
        learnt = tried.after(refusal)
        if learnt is None:
            return False
        with self._lock:
            self._quirks = learnt
        return True

    def _wait(self, tried: int, refused: _Refused) -> float:
        doubled = self._settings.first_wait * 2.0 ** (tried - 1)
        # Spread, so that requests refused together do not come back together.
        wait = doubled * random.uniform(0.75, 1.25)
        return max(wait, refused.wait or 0.0)

    def _failure(self, refused: _Refused, tried: int, impatient: bool) -> GaveUpError | ModelUnavailableError:
        tries = f" at {tried} tries" if tried > 1 else ""
        cause = f"the model server {self._exchange.url} {refused.why}{tries}"
        with self._lock:
            self._in_vain += 1
            in_vain = self._in_vain
        if refused.status in _REMEDIES:
            return ModelUnavailableError(f"{cause}; {_REMEDIES[refused.status]}")
        if refused.wait and impatient:
            return ModelUnavailableError(f"{cause}; it asks to wait {refused.wait:.0f} s, run again then")
        if refused.absent or 300 <= refused.status < 400 or in_vain >= PATIENT_WITH:
            return ModelUnavailableError(f"{cause}; check LABMOVES_LLM_URL, _STYLE and _MODEL, and that it runs")
        return GaveUpError(cause)


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that the server asks to wait: given as such, or as a date."""
    value = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until.tzinfo else None
