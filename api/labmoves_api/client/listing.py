"""Lists that page by themselves, and become data frames."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from inspect import isclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from pydantic import BaseModel

from labmoves_api.client.plans import Plan, Received, Send, send
from labmoves_graph.errors import LabmovesError

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["AsyncListing", "Listing", "PageRequest"]

Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PageRequest(Generic[Item]):
    """What a list asks for, page by page. items: the name of the list in the answer's JSON."""

    request: Send
    model: type[Item]
    items: str = "items"

    def page(self, cursor: str | None) -> Plan[tuple[list[Item], str | None]]:
        """One page and the cursor of the next."""
        parameters = {**self.request.parameters, "cursor": cursor}
        answer: Received = yield from send(replace(self.request, parameters=parameters))
        found = _Envelope.model_validate_json(answer.body)
        raw: list[Any] = getattr(found, self.items)
        return [self.model.model_validate(one) for one in raw], found.cursor


class _Envelope(BaseModel):
    items: list[Any] = []
    entries: list[Any] = []
    cursor: str | None = None


class Listing(Generic[Item]):
    """Everything that fits, fetched as it is read; reading again asks again."""

    def __init__(self, pages: PageRequest[Item], run: Callable[[Plan[Any]], Any]) -> None:
        self._pages = pages
        self._run = run

    def __iter__(self) -> Iterator[Item]:
        cursor = None
        while True:
            items, cursor = self._run(self._pages.page(cursor))
            yield from items
            if cursor is None:
                return

    def to_pandas(self) -> pandas.DataFrame:
        """All of it as a pandas data frame, a column for each field. Raises LabmovesError without pandas."""
        try:
            import pandas
        except ImportError as error:
            raise LabmovesError("pandas is not installed; pip install pandas") from error
        return pandas.DataFrame([flat(one) for one in self])

    def to_polars(self) -> polars.DataFrame:
        """All of it as a polars data frame, a column for each field. Raises LabmovesError without polars."""
        try:
            import polars
        except ImportError as error:
            raise LabmovesError("polars is not installed; pip install polars") from error
        return polars.DataFrame([flat(one) for one in self], infer_schema_length=None)


class AsyncListing(Generic[Item]):
    """The same for `async for`."""

    def __init__(self, pages: PageRequest[Item], run: Callable[[Plan[Any]], Any]) -> None:
        self._pages = pages
        self._run = run

    async def __aiter__(self) -> AsyncIterator[Item]:
        cursor = None
        while True:
            items, cursor = await self._run(self._pages.page(cursor))
            for one in items:
                yield one
            if cursor is None:
                return

    async def all(self) -> list[Item]:
        """All of it."""
        return [one async for one in self]


def flat(item: BaseModel) -> dict[str, Any]:
    """The item as columns: objects in it flattened, those that are None into as many columns; lists kept."""
    return dict(_columns("", type(item), item.model_dump(mode="json", exclude={"links"})))


def _columns(prefix: str, annotation: Any, value: Any) -> Iterator[tuple[str, Any]]:
    model = next((one for one in (annotation, *get_args(annotation)) if _is_model(one)), None)
    if model is not None and not isinstance(value, list):
        fields = {name: field.annotation for name, field in model.model_fields.items() if name != "links"}
    elif isinstance(value, dict):
        fields = dict.fromkeys(value)
    else:
        yield prefix, value
        return
    for name, inner in fields.items():
        yield from _columns(f"{prefix}_{name}" if prefix else name, inner, (value or {}).get(name))


def _is_model(annotation: Any) -> bool:
    return isclass(annotation) and issubclass(annotation, BaseModel)
