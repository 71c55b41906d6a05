"""Shorthand for claims: only what a test is about is written out."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from labmoves_graph.consolidation import Consolidation, consolidate
from labmoves_graph.model import Article, Claim, Event, Evidence, Judgement, Language, Organization, Person, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Newsroom:
    """Collects articles and claims under a small registry, and consolidates them."""

    def __init__(self) -> None:
        self.registry = Registry.of(_ORGANIZATIONS, _PEOPLE)
        self.articles: dict[str, Article] = {}
        self.claims: list[Claim] = []
        self.judgements: list[Judgement] = []

    def article(self, name: str, text: str = "", *, published: str | None = None, **fields: str) -> Article:
        """An article of a publisher of its own, unless `url` or `publisher` say otherwise."""
        made = Article(
            id=name,
            text=text or f"{name}.",
            url=fields.pop("url", f"https://{name}.example/1"),
            published=date.fromisoformat(published) if published else None,
            **fields,
        )
        self.articles[name] = made
        return made

    def claim(
        self, article: str, event: str, person: str, organization: str, date: str | None = None, **fields: object
    ) -> Claim:
        """A claim of that article, which is made when it is new. Ids of the registry stand as they are."""
        text = self.articles.get(article) or self.article(article)
        known = self.registry.person(person)
        place = self.registry.organization(organization)
        made = Claim(
            article_id=text.id,
            event=Event(event),
            person=known.name if known else person,
            person_id=known.id if known else None,
            organization=place.name if place else organization,
            organization_id=place.id if place else None,
            status=Status(str(fields.pop("status", "confirmed"))),
            evidence=fields.pop("evidence", Evidence(0, 1, text.text[:1])),  # type: ignore[arg-type]
            date=PartialDate.parse(date) if date else None,
            recorded_at=NOW,
            **fields,  # type: ignore[arg-type]
        )
        self.claims.append(made)
        return made

    def consolidated(self) -> Consolidation:
        """What the claims amount to."""
        return consolidate(self.claims, self.articles, self.judgements, self.registry)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture(scope="session")
def small_registry() -> Registry:
    """The organizations and people of a Newsroom."""
    return Newsroom().registry


@pytest.fixture
def day() -> Callable[[str], PartialDate]:
    return PartialDate.parse


def _organization(name: str, kind: str = "lab", **fields: object) -> Organization:
    return Organization(id=name.lower().replace(" ", "-"), name=name, kind=kind, **fields)  # type: ignore[arg-type]


_ORGANIZATIONS = [
    _organization("Alpha", founded=PartialDate.parse("2015-12")),
    _organization("Beta"),
    _organization("Gamma"),
    _organization("Giant", "company"),
    _organization("Giant Research", "unit", parent="giant"),
    _organization("Subsidiary", "company", parent="giant"),
    _organization("Deep", names={Language.EN: ("Deep Lab",)}),
    Organization(
        id="giant-deep",
        name="Giant Deep",
        names={Language.EN: ("Deep Lab", "Giant Deep Lab")},
        kind="unit",
        parent="giant",
        predecessors=("deep",),
        predecessor_dates=(("deep", PartialDate.parse("2023")),),
    ),
]
_PEOPLE = [
    Person(id="ada", name="Ada Smith", names={Language.EN: ("Ada Smith",), Language.ZH_HANS: ("艾达",)}),
    Person(id="bob", name="Bob Jones"),
    Person(
        id="cox",
        name="Chris Cox",
        names={Language.EN: ("Chris Cox", "Christopher Aldous Cox")},
        description="Product chief of Giant.",
        ambiguous=("Chris Cox",),
    ),
    Person(
        id="yao-physics",
        name="Shunyu Yao (physicist)",
        names={Language.EN: ("Shunyu Yao",), Language.ZH_HANS: ("姚顺宇",)},
        different_from=("yao-react",),
        description="Physicist; Alpha, then Beta. Not the ReAct author.",
    ),
    Person(
        id="yao-react",
        name="Shunyu Yao (ReAct)",
        names={Language.EN: ("Shunyu Yao",), Language.ZH_HANS: ("姚顺雨",)},
        different_from=("yao-physics",),
        description='Author of ReAct and "The Second Half"; Gamma. Not the physicist.',
    ),
]
