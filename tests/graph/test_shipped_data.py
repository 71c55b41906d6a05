"""What the registry and the curated moves that come with labmoves make of the cases they are there for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from labmoves_graph.consolidation import Consolidation, consolidate
from labmoves_graph.curated import read_curated
from labmoves_graph.model import Article, Claim, Event, Evidence, Status
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_views import Certainty
from labmoves_graph.registry import Registry, data_directory
from labmoves_graph.store import ClaimStore

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LAST_DAY = date(2026, 12, 31)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


@pytest.fixture(scope="module")
def curated(registry, tmp_path_factory) -> Iterator[ReadModel]:
    """The read model of the curated moves alone."""
    with ClaimStore.open(tmp_path_factory.mktemp("curated") / "store", clock=lambda: NOW) as store:
        with store.writer() as writer:
            writer.put_batch(read_curated(data_directory() / "moves.csv", registry).articles)
        project(store, registry)
        with ReadModel.open(store.read_model_path) as model:
            yield model


def told(registry: Registry, *sentences: tuple[str, str, str, str | None]) -> Consolidation:
    """Departures, each told by an article of its own: its text, the person, the organization, the date."""
    articles, claims = {}, []
    for number, (text, person, organization, when) in enumerate(sentences):
        article = Article(id=f"a{number}", text=text, url=f"https://news{number}.example/1")
        evidence = Evidence(0, len(text), text)
        day = PartialDate.parse(when) if when else None
        stated = (Event.DEPARTURE, person, organization, Status.CONFIRMED, evidence)
        claims.append(Claim(article.id, *stated, date=day))
        articles[article.id] = article
    return consolidate(claims, articles, [], registry)


@pytest.mark.parametrize(
    ("forms", "person"),
    [
        (("林俊旸", "林俊暘", "Junyang Lin", "Lin Junyang"), "lin-junyang"),
        (("吴恩达", "吳恩達", "Andrew Ng", "ANDREW NG"), "andrew-ng"),
    ],
)
def test_forms_of_one_person_in_every_script_meet(registry, forms, person):
    found = told(registry, *((f"{form} left Alibaba.", form, "Alibaba", None) for form in forms))
    assert set(found.identities.person.values()) == {person}


def test_look_alikes_and_namesakes_stay_two(registry):
    found = told(
        registry,
        ("姚顺宇离开了Anthropic。", "姚顺宇", "Anthropic", None),
        ("姚顺雨离开了OpenAI。", "姚顺雨", "OpenAI", None),
        ("李飞飞离开了阿里云。", "李飞飞", "阿里云", None),
        ("Fei-Fei Li left World Labs.", "Fei-Fei Li", "World Labs", None),
    )
    assert sorted(found.identities.person.values()) == [
        "fei-fei-li-stanford",
        "li-feifei-alibaba",
        "yao-shunyu-physics",
        "yao-shunyu-react",
    ]


def test_name_of_two_people_without_context_is_neither(registry):
    found = told(registry, ("Shunyu Yao left Initech.", "Shunyu Yao", "Initech", None))
    (person,) = found.identities.person.values()
    assert person.startswith("x-")


def test_deepmind_and_google_brain_are_what_they_were_on_the_day(registry):
    found = told(
        registry,
        ("Ann Lee left DeepMind.", "Ann Lee", "DeepMind", "2019-05"),
        ("Bo Chen left DeepMind.", "Bo Chen", "DeepMind", "2025-05"),
        ("Cy Diaz left Google Brain.", "Cy Diaz", "Google Brain", "2020"),
        ("Di Evans left Google Brain.", "Di Evans", "Google Brain", "2024-02"),
    )
    where = {move.person_id: move.organization_id for move in found.moves}
    assert sorted(where.values()) == ["deepmind", "google-brain", "google-deepmind", "google-deepmind"]


def test_who_left_openai_in_2024_and_where_did_they_go(curated):
    year = PartialDate.parse("2024")
    departed = {"event": (Event.DEPARTURE,), "status": (Status.CONFIRMED,)}
    chosen = MoveFilter(organization="openai", since=year, until=year, **departed)
    moves = {move.person.id: move for move in curated.moves(chosen, limit=100).items}
    went = {person: (str(m.date), m.hop.organization.id) for person, m in moves.items() if m.hop is not None}
    assert went == {
        "andrej-karpathy": ("2024-02", "eureka-labs"),
        "barret-zoph": ("2024-09-25", "thinking-machines"),
        "bob-mcgrew": ("2024-09-25", "thinking-machines"),
        "ilya-sutskever": ("2024-05-14", "safe-superintelligence"),
        "jan-leike": ("2024-05-14", "anthropic"),
        "john-schulman": ("2024-08-06", "anthropic"),
        "lilian-weng": ("2024-11", "thinking-machines"),
        "luke-metz": ("2024", "thinking-machines"),
        "mira-murati": ("2024-09-25", "thinking-machines"),
    }
    assert {"daniel-kokotajlo", "miles-brundage", "william-saunders"} < moves.keys() - went.keys()
    assert all(piece.url.startswith("http") for move in moves.values() for piece in move.evidence)


def test_who_was_at_xai_on_the_first_of_2024(curated):
    there: dict[Certainty, set[str]] = {Certainty.CERTAIN: set(), Certainty.POSSIBLE: set()}
    for entry in curated.roster("xai", date(2024, 1, 1)):
        assert entry.evidence
        there[entry.certainty].add(entry.tenure.person.id)
    assert {"christian-szegedy", "greg-yang", "igor-babuschkin", "jimmy-ba", "yuhuai-wu"} < there[Certainty.CERTAIN]
    assert there[Certainty.POSSIBLE] == {"kyle-kosic", "raghu-rao", "uday-ruddarraju", "vahid-kazemi"}


def test_what_is_believed_of_lin_junyangs_last_day(curated):
    (departure,) = curated.moves(MoveFilter(person="lin-junyang", event=(Event.DEPARTURE,))).items
    assert (departure.organization.id, departure.date) == ("alibaba-qwen", "2026-03-04")
    assert departure.rival_dates == ("2026-03-05", "2026-03-03")
    assert departure.independent_sources >= 5


@pytest.fixture(scope="module")
def as_it_came(registry, tmp_path_factory) -> Iterator[ReadModel]:
    """A store that learnt each article about Lin Junyang on the day on which it appeared, the undated one last."""
    rows = read_curated(data_directory() / "moves.csv", registry).articles
    told = [row for row in rows if any(claim.person_id == "lin-junyang" for claim in row[1])]
    day = [date.min]
    directory = tmp_path_factory.mktemp("as-it-came") / "store"
    with ClaimStore.open(directory, clock=lambda: datetime.combine(day[0], time(12), UTC)) as store:
        with store.writer() as writer:
            for article, claims in sorted(told, key=lambda row: row[0].published or LAST_DAY):
                day[0] = article.published or LAST_DAY
                writer.put_article(article, claims)
        project(store, registry)
        with ReadModel.open(store.read_model_path) as model:
            yield model


@pytest.mark.parametrize(
    ("evening", "believed"),
    [
        ("2026-03-03", []),
        ("2026-03-04", [("2026-03-04", (), 2)]),
        ("2026-03-05", [("2026-03-04", ("2026-03-05",), 3)]),
        ("2026-03-06", [("2026-03-04", ("2026-03-05",), 5)]),
        ("2026-03-12", [("2026-03-04", ("2026-03-05",), 6)]),
        ("2026-12-31", [("2026-03-04", ("2026-03-05", "2026-03-03"), 7)]),
    ],
)
def test_what_was_believed_of_lin_junyangs_last_day_on_the_days_of_the_news(as_it_came, evening, believed):
    as_of = datetime.combine(date.fromisoformat(evening), time(23), UTC)
    chosen = MoveFilter(person="lin-junyang", event=(Event.DEPARTURE,), as_of=as_of)
    found = as_it_came.moves(chosen).items
    assert [(move.date, move.rival_dates, move.independent_sources) for move in found] == believed
    stays = as_it_came.timeline(person="lin-junyang", as_of=as_of).tenures
    assert [stay.end for stay in stays if stay.organization.id == "alibaba-qwen"] == [day for day, *_ in believed]


def test_the_history_of_lin_junyangs_last_day_names_when_each_belief_began_and_ended(as_it_came):
    (departure,) = as_it_came.moves(MoveFilter(person="lin-junyang", event=(Event.DEPARTURE,))).items
    told = [
        (v.recorded_at[:10], v.superseded_at and v.superseded_at[:10], v.rival_dates)
        for v in as_it_came.move_history(departure.id)
    ]
    assert told == [
        ("2026-03-04", "2026-03-05", ()),
        ("2026-03-05", "2026-03-06", ("2026-03-05",)),
        ("2026-03-06", "2026-03-12", ("2026-03-05",)),
        ("2026-03-12", "2026-12-31", ("2026-03-05",)),
        ("2026-12-31", None, ("2026-03-05", "2026-03-03")),
    ]
