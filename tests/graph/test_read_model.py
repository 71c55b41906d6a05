"""What readers get: filters, cursors, names, timelines, rosters, both axes of time, evidence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from labmoves_graph.errors import DateError, NotFoundError, QueryError, StoreError
from labmoves_graph.model import Article, Claim, Event, Evidence, Language, Reason, ReasonCategory, Status
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_views import Certainty, DisputeKind, Named
from labmoves_graph.store import ClaimStore

START = datetime(2026, 3, 3, tzinfo=UTC)


class Desk:
    """A store that learns an article an hour, and its read model."""

    def __init__(self, directory, registry):
        self.registry = registry
        self.hour = 0
        self.store = ClaimStore.open(directory, clock=lambda: START + timedelta(hours=self.hour))
        self.told = 0

    def learn(self, event, person, organization, when=None, *, lead="", name=None, **fields):
        """One article with one claim, known one hour after the last."""
        self.told += 1
        self.hour += 1
        place, known = self.registry.organization(organization), self.registry.person(person)
        quote = f"{known.name} and {place.name}: {event} {when}"
        article = Article(
            id=name or f"article-{self.told}",
            text=f"{lead}{quote}. The rest.",
            url=f"https://paper{self.told}.example/",
            published=date(2026, 1, 1),
            publisher=f"Paper {self.told}",
        )
        claim = Claim(
            article_id=article.id,
            event=Event(event),
            person=known.name,
            person_id=person,
            organization=place.name,
            organization_id=organization,
            status=Status(fields.pop("status", "confirmed")),
            evidence=Evidence(len(lead), len(lead) + len(quote), quote),
            date=PartialDate.parse(when) if when else None,
            **fields,
        )
        with self.store.writer() as writer:
            writer.put_article(article, [claim])
        return claim

    def model(self):
        project(self.store, self.registry)
        return ReadModel.open(self.store.read_model_path)


def tell_careers(desk):
    """Ada: Alpha until 2025-09-19, Beta from the 29th, at Giant Research by rumour; Bob at Alpha since 2020."""
    reason = Reason(ReasonCategory.VALUES_OR_POLITICS, "hostile", 0.4, "Ada Smith")
    with desk.store.writer():
        desk.learn("hire", "ada", "alpha", "2024-10~")
        desk.learn("departure", "ada", "alpha", "2025-09-19", lead="It is out! ", reasons=(reason,), role="engineer")
        desk.learn("departure", "ada", "alpha", "2025-09-20")
        desk.learn("hire", "ada", "beta", "2025-09-29")
        desk.learn("hire", "ada", "giant-research", "2026-05", status="rumored")
        desk.learn("hire", "bob", "alpha", "2020")
        desk.learn("hire", "bob", "gamma", status="denied")


@pytest.fixture
def career(tmp_path, small_registry):
    """A desk that knows the careers and may learn more."""
    desk = Desk(tmp_path / "store", small_registry)
    with desk.store:
        tell_careers(desk)
        yield desk


@pytest.fixture(scope="module")
def model(tmp_path_factory, small_registry):
    """The read model of the careers, for tests that only read."""
    desk = Desk(tmp_path_factory.mktemp("careers") / "store", small_registry)
    with desk.store:
        tell_careers(desk)
        with desk.model() as opened:
            yield opened


def chosen(model, **fields):
    page = model.moves(MoveFilter(**fields), MoveSort.DATE)
    return [(move.person.id, move.event, move.organization.id) for move in page.items]


HIRED, LEFT = ("ada", "hire", "alpha"), ("ada", "departure", "alpha")
JOINED, RUMOUR = ("ada", "hire", "beta"), ("ada", "hire", "giant-research")
BOB, DENIED = ("bob", "hire", "alpha"), ("bob", "hire", "gamma")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [BOB, HIRED, LEFT, JOINED, RUMOUR, DENIED]),
        ({"person": "ada"}, [HIRED, LEFT, JOINED, RUMOUR]),
        ({"organization": "alpha", "event": (Event.DEPARTURE,)}, [LEFT]),
        ({"organization": "giant"}, [RUMOUR]),
        ({"status": (Status.RUMORED, Status.DENIED)}, [RUMOUR, DENIED]),
        ({"reason": (ReasonCategory.VALUES_OR_POLITICS,)}, [LEFT]),
        ({"since": PartialDate.parse("2025"), "until": PartialDate.parse("2025-09-20")}, [LEFT]),
        ({"since": PartialDate.parse("2024-09")}, [HIRED, LEFT, JOINED, RUMOUR]),
        ({"min_sources": 2}, [LEFT]),
        ({"from_organization": "alpha"}, [LEFT, JOINED]),
        ({"to_organization": "beta"}, [LEFT, JOINED]),
        ({"from_organization": "alpha", "to_organization": "beta"}, [LEFT, JOINED]),
        ({"from_organization": "beta", "to_organization": "alpha"}, []),
        ({"q": "艾達"}, [HIRED, LEFT, JOINED, RUMOUR]),
        ({"q": "gamm"}, [DENIED]),
        ({"q": "nobody at all"}, []),
    ],
)
def test_filters_combine(model, fields, expected):
    assert chosen(model, **fields) == expected


def test_move_is_complete_in_itself(model):
    (move,) = model.moves(MoveFilter(event=(Event.DEPARTURE,)), lang=Language.ZH_HANS).items
    assert (move.person, move.organization) == (Named("ada", "艾达"), Named("alpha", "Alpha"))
    assert (move.date, move.rival_dates, move.verdict) == ("2025-09-19", ("2025-09-20",), "corroborated")
    assert (move.sources, move.independent_sources, move.role) == (2, 2, "engineer")
    assert [(r.category, r.quote, r.share, r.said_by) for r in move.reasons] == [
        ("values_or_politics", "hostile", 0.4, "Ada Smith")
    ]
    first, second = move.evidence
    assert first.sentence == "Ada Smith and Alpha: departure 2025-09-19."
    assert (first.quote, first.start, first.url) == (first.sentence[:-1], 11, "https://paper2.example/")
    assert second.date == "2025-09-20"
    assert move.hop is not None
    assert (move.hop.direction, move.hop.organization.id, move.hop.days_between) == ("to", "beta", 10)


def test_cursor_survives_inserts(career):
    model = career.model()
    first = model.moves(sort=MoveSort.DATE_DESCENDING, limit=2)
    career.learn("departure", "bob", "alpha", "2026-06-01")
    career.learn("hire", "bob", "beta", "2021-01-01")
    model = career.model()
    rest, cursor = [], first.cursor
    while cursor is not None:
        page = model.moves(sort=MoveSort.DATE_DESCENDING, limit=2, cursor=cursor)
        rest += page.items
        cursor = page.cursor
    seen = [(m.person.id, m.event, m.organization.id) for m in (*first.items, *rest)]
    assert seen == [RUMOUR, JOINED, LEFT, HIRED, ("bob", "hire", "beta"), BOB, DENIED]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("as_of", [None, START + timedelta(days=9)])
def test_undated_moves_come_last_in_both_directions_wherever_a_page_ends(tmp_path, small_registry, limit, as_of):
    desk = Desk(tmp_path / "store", small_registry)
    reason = Reason(ReasonCategory.VALUES_OR_POLITICS, "hire", None, None)
    with desk.store:
        with desk.store.writer():
            for organization, when in (("alpha", "2020"), ("beta", None), ("gamma", "2022"), ("giant", "../2024")):
                desk.learn("hire", "bob", organization, when, reasons=(reason,))
            desk.learn("hire", "ada", "alpha", None, reasons=(reason,))
        with desk.model() as model:
            undated = ["beta", "giant", "alpha"]
            for sort, dated in ((MoveSort.DATE, ["alpha", "gamma"]), (MoveSort.DATE_DESCENDING, ["gamma", "alpha"])):
                for chosen in (MoveFilter(as_of=as_of), MoveFilter(as_of=as_of, reason=(reason.category,))):
                    found = _every_page(lambda c, s=sort, f=chosen: model.moves(f, s, limit, c))
                    places = [move.organization.id for move in found]
                    assert places[:2] == dated
                    assert sorted(places[2:]) == sorted(undated)
                    assert found[2:] == sorted(found[2:], key=lambda m: m.id, reverse=sort.descending)
            found = _every_page(lambda c: model.timeline(person="bob", as_of=as_of, limit=limit, cursor=c))
            assert [move.organization.id for move in found[:2]] == ["alpha", "gamma"]
            assert {move.organization.id for move in found[2:]} == {"beta", "giant"}


def _every_page(page_after):
    """The moves of all pages; page_after: the one after a cursor."""
    found, cursor = [], None
    while True:
        page = page_after(cursor)
        found += page.items if hasattr(page, "items") else page.entries
        if (cursor := page.cursor) is None:
            return found


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "", "eyJhIjoxfQ"])
def test_cursor_that_no_page_gave_is_refused(model, cursor):
    with pytest.raises(QueryError, match="cursor"):
        model.moves(cursor=cursor)


def test_as_of_gives_what_was_believed_then(model):
    then = START + timedelta(hours=2, minutes=30)
    (move,) = model.moves(MoveFilter(event=(Event.DEPARTURE,), as_of=then)).items
    assert (move.date, move.rival_dates, move.verdict, move.superseded_at) == (
        "2025-09-19",
        (),
        "single_source",
        None,
    )
    assert move.hop is None
    assert chosen(model, as_of=START) == []
    assert [(v.verdict, v.rival_dates) for v in model.move_history(move.id)] == [
        ("single_source", ()),
        ("corroborated", ("2025-09-20",)),
    ]


def test_evidence_as_of_then_cites_the_version_of_the_article_that_stood(career):
    project(career.store, career.registry)
    (version,) = career.store.view().versions("article-1")
    claims = career.store.view().reading(version.graph).claims
    then = START + timedelta(hours=career.hour)
    career.hour += 1
    with career.store.writer() as writer:
        corrected = replace(version.article, title="Corrected", published=date(2025, 12, 31))
        writer.put_article(corrected, claims)
    model = career.model()

    def cited(as_of):
        (move,) = model.moves(MoveFilter(event=(Event.HIRE,), person="ada", organization="alpha", as_of=as_of)).items
        (entry,) = [e for e in model.roster("alpha", date(2025, 1, 1), as_of=as_of) if e.tenure.person.id == "ada"]
        assert move.evidence[0] in entry.evidence
        return [(evidence.title, evidence.published) for evidence in move.evidence]

    assert cited(then) == [("", "2026-01-01")]
    assert cited(None) == cited(then + timedelta(hours=2)) == [("Corrected", "2025-12-31")]


def test_retracted_article_takes_its_move_with_it_and_shows_in_the_changes(career):
    with career.store.writer() as writer:
        career.hour += 1
        writer.retract("article-4", "made up")
    model = career.model()
    assert JOINED not in chosen(model)
    assert JOINED in chosen(model, as_of=START + timedelta(hours=6))
    (change,) = [m for m in model.changes(START + timedelta(hours=7)) if m.organization.id == "beta"]
    assert change.superseded_at == "2026-03-03T08:00:00.000000Z"
    assert model.article("article-4").retracted_because == "made up"


def test_denied_hire_is_not_on_the_timeline(model):
    story = model.timeline(person="bob")
    assert [(entry.event, entry.organization.id) for entry in story.entries] == [("hire", "alpha")]
    assert [(t.organization.id, t.start, t.end, t.ended) for t in story.tenures] == [("alpha", "2020", None, False)]


def test_timeline_of_an_organization_includes_its_units_and_a_period(model):
    assert [e.organization.id for e in model.timeline(organization="giant").entries] == ["giant-research"]
    story = model.timeline(organization="alpha", since=PartialDate.parse("2025"))
    assert [(entry.person.id, entry.event) for entry in story.entries] == [("ada", "departure")]


def test_a_period_that_ends_before_it_starts_is_refused(model):
    since, until = PartialDate.parse("2025"), PartialDate.parse("2024")
    for ask in (MoveFilter, model.flows, lambda **period: model.timeline(person="ada", **period)):
        with pytest.raises(DateError, match="since 2025 until 2024 ends before it starts; swap"):
            ask(since=since, until=until)
    assert chosen(model, since=PartialDate.parse("2025-09-19"), until=PartialDate.parse("2025-09-19")) == [LEFT]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2019-12-31", []),
        ("2020-06-01", [("bob", "possible")]),
        ("2024-09-15", [("bob", "certain"), ("ada", "possible")]),
        ("2025-01-01", [("ada", "certain"), ("bob", "certain")]),
        ("2025-09-19", [("bob", "certain"), ("ada", "possible")]),
        ("2025-09-20", [("bob", "certain")]),
    ],
)
def test_roster_says_who_was_there_and_how_sure_it_is(model, on, expected):
    found = model.roster("alpha", date.fromisoformat(on))
    assert [(entry.tenure.person.id, entry.certainty.value) for entry in found] == expected


def test_roster_cites_its_evidence(model):
    entries = model.roster("alpha", date(2025, 1, 1))
    assert [e.url for e in entries[0].evidence] == [f"https://paper{n}.example/" for n in (1, 2, 3)]
    assert entries[0].certainty is Certainty.CERTAIN


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Shunyu Yao", ["yao-physics", "yao-react"]),
        ("shunyuyao", ["yao-physics", "yao-react"]),
        ("yao shunyu", ["yao-physics", "yao-react"]),
        ("姚順宇", ["yao-physics"]),
        ("姚顺", ["yao-physics", "yao-react"]),
        ("顺宇", ["yao-physics"]),
        ("aida", ["ada"]),
        ("Ada Smiht", ["ada"]),
        ("jones", ["bob"]),
        ("%", []),
        ("...", []),
        ('"', []),
    ],
)
def test_people_are_found_by_name_in_any_script(model, query, found):
    assert sorted(person.id for person in model.people(query).items) == found


def test_entities_are_listed_with_names_and_kin(model):
    unit = model.organization("giant-deep")
    assert unit.parents == (Named("giant", "Giant"),)
    assert [u.id for u in model.organization("giant").units] == ["giant-deep", "giant-research", "subsidiary"]
    ada = model.person("ada", lang=Language.ZH_HANS)
    assert (ada.name, ada.names["zh-Hans"], ada.moves) == ("艾达", ("艾达",), 4)
    assert model.person("yao-react").different_from == (Named("yao-physics", "Shunyu Yao (physicist)"),)
    pages = [model.people(limit=3)]
    while pages[-1].cursor:
        pages.append(model.people(limit=3, cursor=pages[-1].cursor))
    assert [p.id for page in pages for p in page.items] == ["ada", "bob", "cox", "yao-physics", "yao-react"]


def test_facets_reasons_and_flows_count(model):
    assert model.facets(MoveFilter(person="ada"), ["event", "year", "reason"]) == {
        "event": {"hire": 3, "departure": 1},
        "year": {"2025": 2, "2024": 1, "2026": 1},
        "reason": {"values_or_politics": 1},
    }
    assert [(r.category, r.moves) for r in model.reasons()] == [("values_or_politics", 1)]
    assert [(f.source.id, f.target.id, f.moves) for f in model.flows()] == [("alpha", "beta", 1)]
    assert model.flows(until=PartialDate.parse("2024")) == ()
    with pytest.raises(QueryError, match="no facet 'colour'"):
        model.facets(None, ["colour"])


def test_disputes_are_paged_through_all_kinds(career):
    career.learn("hire", "yao-physics", "gamma", "2025")
    career.learn("hire", "ada", "beta", status="denied")
    model = career.model()
    found, cursor = [], None
    while True:
        page = model.disputes(limit=1, cursor=cursor)
        found += page.items
        if (cursor := page.cursor) is None:
            break
    assert [d.kind for d in found] == [DisputeKind.DENIAL, DisputeKind.DATE, DisputeKind.CONFLATION]
    assert found[0].move is not None
    assert [e.supports for e in found[0].move.evidence] == [True, False]
    assert found[2].conflation is not None
    assert (found[2].conflation.other.id, found[2].conflation.fact) == ("yao-react", "Gamma")
    assert [d.kind for d in model.disputes(DisputeKind.DATE).items] == [DisputeKind.DATE]


def test_claims_and_articles(career):
    claim = career.learn("departure", "bob", "alpha", "2026-01-05", name="last")
    model = career.model()
    view = model.claim(claim.id)
    assert (view.person, view.printed_person, view.date) == (Named("bob", "Bob Jones"), "Bob Jones", "2026-01-05")
    assert [model.move(move).event for move in view.moves] == ["departure"]
    assert model.claims_of("last") == (view,)
    assert model.article("last").text.endswith("The rest.")
    assert len(model.articles(limit=100).items) == 8
    assert [a.id for a in model.articles(publisher="Paper 3").items] == ["article-3"]


@pytest.mark.parametrize("ask", ["person", "organization", "move", "move_history", "claim", "article", "claims_of"])
def test_unknown_ids_are_named_with_what_to_do(model, ask):
    with pytest.raises(NotFoundError, match="nothing-here"):
        getattr(model, ask)("nothing-here")


def test_missing_read_model_is_named_with_its_remedy(tmp_path):
    with pytest.raises(StoreError, match="labmoves rebuild"):
        ReadModel.open(tmp_path / "moves.db")


def test_counted_answers_follow_the_revision(career):
    model = career.model()
    counted = (model.count(), model.facets(None, ["status"])["status"], model.reasons(), model.flows())
    assert (model.count(), model.facets(None, ["status"])["status"], model.reasons(), model.flows()) == counted
    career.learn("departure", "bob", "alpha", "2026-06-01")
    career.model().close()
    assert (counted[0], model.count()) == (6, 7)
    assert model.facets(None, ["status"])["status"]["confirmed"] == counted[1]["confirmed"] + 1


def test_moves_of_reasons_come_in_every_order_page_by_page_as_any_filter_finds_them(generated_news, tmp_path):
    news = generated_news(300, 5)
    with ClaimStore.open(tmp_path / "store") as store:
        with store.writer() as writer:
            writer.put_articles(news.readings, on_rejected=pytest.fail)
        project(store, news.registry)
        with ReadModel.open(store.read_model_path) as model:
            chosen = MoveFilter(reason=(ReasonCategory.COMPENSATION, ReasonCategory.NEW_VENTURE))
            for sort in MoveSort:
                wanted = [m.id for m in model.moves(sort=sort, limit=1000).items if _named(m, chosen.reason)]
                found, cursor = [], None
                while cursor is not None or not found:
                    page = model.moves(chosen, sort=sort, limit=7, cursor=cursor)
                    found += [m.id for m in page.items]
                    cursor = page.cursor
                assert len(wanted) > 7
                assert found == wanted


def _named(move, categories):
    return any(reason.category in categories for reason in move.reasons)
