"""What the questions to a model cost, and the promise that they never cost more than allowed.

    account = Account(settings)
    with account.reserved(request_bytes) as bill:   waits for, or refuses, room for the dearest outcome
        bill.settle(tokens_in, tokens_out)          the real figures take the place of the reservation

A request reserves the most that it can cost before it is sent: no text has more tokens than bytes, and an answer ends
at the token limit that is sent along. A request keeps its reservation when nobody told what it took: it was sent but
never answered, or the server does not count. Safe for several threads.

Errors: BudgetError when the reservation does not fit, even after those under way have been settled.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from labmoves_graph.errors import BudgetError
from labmoves_ingest.backends.settings import ModelSettings

__all__ = ["Account", "Bill"]


@dataclass(slots=True)
class Bill:
    """Tokens that one request is charged: those reserved, until settled or waived."""

    tokens_in: int
    tokens_out: int
    settled: bool = False

    def settle(self, tokens_in: int, tokens_out: int) -> None:
        """The server told what it counted; zero means that it does not count."""
        if tokens_in or tokens_out:
            self.tokens_in, self.tokens_out, self.settled = tokens_in, tokens_out, True

    def waive(self) -> None:
        """The server refused the request, which costs nothing."""
        self.tokens_in, self.tokens_out, self.settled = 0, 0, True


class Account:
    """Everything spent in one run, under the settings' limits."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._changed = threading.Condition()
        self._under_way: list[Bill] = []
        self.requests = 0
        self.uncounted = 0
        self.tokens_in = 0
        self.tokens_out = 0
        self._withheld_in = 0
        self._withheld_out = 0

    @contextmanager
    def reserved(self, request_bytes: int) -> Iterator[Bill]:
        """Room for one request of that size and its answer. Raises BudgetError."""
        bill = Bill(request_bytes, self._settings.longest_answer)
        with self._changed:
            while not self._fits(bill):
                if not self._under_way:
                    raise BudgetError(self._refusal())
                self._changed.wait()
            self._under_way.append(bill)
            self.requests += 1
        try:
            yield bill
        finally:
            with self._changed:
                self._under_way.remove(bill)
                self._book(bill)
                self._changed.notify_all()

    def cost(self) -> float | None:
        """What was spent, None where a price is unknown. Uncounted requests are not in it."""
        return self._cost(self.tokens_in, self.tokens_out)

    def __str__(self) -> str:
        cost = self.cost()
        price = "cost unknown (set LABMOVES_LLM_PRICE_IN and _OUT)" if cost is None else f"cost {cost:.4f}"
        uncounted = f" ({self.uncounted} whose tokens nobody told)" if self.uncounted else ""
        return f"{self.requests} requests{uncounted}, {self.tokens_in} tokens in, {self.tokens_out} out, {price}"

    def _book(self, bill: Bill) -> None:
        if bill.settled:
            self.tokens_in += bill.tokens_in
            self.tokens_out += bill.tokens_out
        else:
            self.uncounted += 1
            self._withheld_in += bill.tokens_in
            self._withheld_out += bill.tokens_out

    def _fits(self, bill: Bill) -> bool:
        bills = [*self._under_way, bill]
        tokens_in = self.tokens_in + self._withheld_in + sum(b.tokens_in for b in bills)
        tokens_out = self.tokens_out + self._withheld_out + sum(b.tokens_out for b in bills)
        limit, most = self._settings.token_budget, self._settings.budget
        if limit is not None and tokens_in + tokens_out > limit:
            return False
        cost = self._cost(tokens_in, tokens_out)
        return most is None or cost is None or cost <= most

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        price_in, price_out = self._settings.price_in, self._settings.price_out
        if price_in is None or price_out is None:
            return None
        return (tokens_in * price_in + tokens_out * price_out) / 1e6

    def _refusal(self) -> str:
        limits = []
        if self._settings.budget is not None:
            limits.append(f"LABMOVES_LLM_BUDGET ({self._settings.budget:g})")
        if self._settings.token_budget is not None:
            limits.append(f"LABMOVES_LLM_TOKEN_BUDGET ({self._settings.token_budget})")
        return (
            f"the next request could exceed {' or '.join(limits)} after {self}; raise it and run again: answers in "
            "the cache cost nothing"
        )
