"""Every RDF form goes out deterministically and comes back as the same store."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Dataset

from labmoves_graph.errors import StoreCorruptError, StoreError
from labmoves_graph.model import (
    Article,
    Claim,
    DateMeaning,
    Event,
    Evidence,
    Judgement,
    JudgementKind,
    Language,
    Manner,
    Organization,
    Person,
    Reason,
    ReasonCategory,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.rdf_files import read_quads
from labmoves_graph.rdf_import import import_file
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore
from labmoves_graph.verification import verify

START = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = '姚顺宇离开Anthropic。\n"四成\\原因"是价值观。\u202e🚀'
ARTICLE = Article("https://e.org/?a=1", TEXT, "题", "https://e.org/?a=1", "报", date(2025, 10, 8), Language.ZH_HANS)
LEFT = Claim(
    ARTICLE.id,
    Event.DEPARTURE,
    "姚顺宇",
    "Anthropic",
    Status.CONFIRMED,
    Evidence(0, 14, TEXT[0:14]),
    person_id="yao",
    organization_id="anthropic",
    role="研究员",
    date=PartialDate.parse("2025-09-19~"),
    date_text="9月19日前后",
    date_meaning=DateMeaning.EFFECTIVE,
    manner=Manner.RESIGNED,
    said_by="姚顺宇",
    reasons=(
        Reason(ReasonCategory.VALUES_OR_POLITICS, "四成", 0.4, "姚顺宇"),
        Reason(ReasonCategory.OTHER, "", None),
    ),
    confidence=0.1 + 0.2,
    extractor="rules/3",
)
CURATED = Claim("c1", Event.HIRE, "Ann Lee", "Anthropic", Status.DENIED, None, source_url="https://e.org/2")
REGISTRY = Registry.of(
    [Organization("anthropic", "Anthropic", {Language.ZH_HANS: ("Anthropic", "安斯罗皮克")})],
    [
        Person("yao", "Shunyu Yao", {Language.ZH_HANS: ("姚顺宇",)}, different_from=("yao2",)),
        Person("yao2", "Shunyu Yao"),
    ],
)


def clock():
    ticks = iter(range(1000))
    return lambda: START + timedelta(hours=next(ticks))


@pytest.fixture
def store(tmp_path):
    """A store with history: a former version, a retraction, a revoked judgement, and what follows from them."""
    with ClaimStore.open(tmp_path / "store", clock=clock()) as opened:
        with opened.writer() as writer:
            writer.put_article(replace(ARTICLE, title="旧题"), [LEFT])
            writer.put_article(ARTICLE, [LEFT])
            writer.put_article(Article("c1", ""), [CURATED])
            writer.put_article(Article("gone", "x"), [])
            writer.retract("gone", "withdrawn")
            judgement = Judgement(JudgementKind.REJECT_CLAIM, CURATED.id, None, None, "editor", START, "misread")
            writer.put_judgement(judgement)
            writer.revoke_judgement(judgement.id)
        project(opened, REGISTRY)
        yield opened


def imported(tmp_path: Path, file: Path) -> ClaimStore:
    again = ClaimStore.open(tmp_path / "again", clock=clock())
    import_file(again, file)
    return again


@pytest.mark.parametrize("extension", [".nq", ".trig", ".jsonld"])
def test_import_of_an_export_is_the_same_store(store, tmp_path, extension):
    file = tmp_path / f"all{extension}"
    count = store.export(file)
    with imported(tmp_path, file) as again:
        assert sum(1 for _ in again.view().quads.match()) == count
        store.export(tmp_path / "1.nq")
        again.export(tmp_path / "2.nq")
        assert (tmp_path / "1.nq").read_bytes() == (tmp_path / "2.nq").read_bytes()
        assert list(again.claims(as_of=START)) == list(store.claims(as_of=START))
        assert verify(again, REGISTRY) == []


def test_import_of_turtle_is_what_stood_at_export(store, tmp_path):
    store.export(tmp_path / "now.ttl")
    with imported(tmp_path, tmp_path / "now.ttl") as again:
        assert list(again.claims()) == list(store.claims())
        assert [claim.recorded_at for claim in again.claims()] == [claim.recorded_at for claim in store.claims()]
        assert [stored.article for stored in again.articles()] == [stored.article for stored in store.articles()]
        assert list(again.view().judgements(revoked=True)) == list(store.view().judgements(revoked=True))
        again.export(tmp_path / "again.ttl")
        assert (tmp_path / "again.ttl").read_bytes() == (tmp_path / "now.ttl").read_bytes()
        assert verify(again, REGISTRY) == []


@pytest.mark.parametrize("extension", [".nq", ".trig", ".jsonld", ".ttl"])
def test_equal_stores_give_equal_bytes(store, tmp_path, extension):
    first, second = tmp_path / f"1{extension}", tmp_path / f"2{extension}"
    store.export(first)
    with store.writer() as writer:
        writer.put_article(Article("z", "z"), [])
    with imported(tmp_path, first) as again:
        again.export(second)
    assert first.read_bytes() == second.read_bytes()


def test_json_ld_reads_as_schema_org_and_is_framed(store, tmp_path):
    store.export(tmp_path / "all.jsonld")
    document = json.loads((tmp_path / "all.jsonld").read_text(encoding="utf-8"))
    assert document["@context"]["schema"] == "https://schema.org/"
    nodes = [node for graph in document["@graph"] for node in graph["@graph"]]
    (claim,) = [node for node in nodes if node["@id"].endswith(f"claim/{CURATED.id}")]
    assert claim["@type"] == ["lm:Claim", "schema:Claim"]
    assert claim["schema:citation"] == "https://e.org/2"
    left = next(node for node in nodes if node["@id"].endswith(f"claim/{LEFT.id}"))
    assert {selector.get("oa:exact") for selector in left["lm:evidence"]["oa:hasSelector"]} == {TEXT[0:14], None}
    assert [reason["lm:quote"] for reason in left["lm:reason"]] == ["四成", ""]
    types = {
        kind for node in nodes for kind in ([node["@type"]] if isinstance(node["@type"], str) else node["@type"])
    }
    assert types >= {"schema:NewsArticle", "schema:Person", "schema:Organization", "schema:Event"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_reads_every_form_alike(store, tmp_path):
    sizes = set()
    for extension, form in ((".nq", "nquads"), (".trig", "trig")):
        store.export(tmp_path / f"all{extension}")
        sizes.add(len(list(Dataset().parse(tmp_path / f"all{extension}", format=form).quads())))
    assert sizes == {sum(1 for _ in store.view().quads.match())}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_json_ld_with_its_additions_is_valid_for_other_readers(store, tmp_path):
    store.export(tmp_path / "all.jsonld")
    quads = list(parse(path=tmp_path / "all.jsonld", format=RdfFormat.JSON_LD))
    assert len(quads) > len(list(read_quads(tmp_path / "all.jsonld")))
    by_rdflib = Dataset().parse(tmp_path / "all.jsonld", format="json-ld")
    assert len(list(by_rdflib.quads())) == len(quads)


def test_changed_export_is_refused_whole(store, tmp_path):
    file = tmp_path / "all.nq"
    store.export(file)
    file.write_text(file.read_text(encoding="utf-8").replace('"旧题"', '"新题"'), encoding="utf-8")
    with ClaimStore.open(tmp_path / "again") as again:
        with pytest.raises(StoreCorruptError, match="are not what its content gives"):
            import_file(again, file)
        assert list(again.view().quads.match()) == []


def test_export_without_a_version_is_refused(store, tmp_path):
    file = tmp_path / "all.nq"
    store.export(file)
    first = store.view().versions(ARTICLE.id)[0].graph
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if f"graph/article/{first}> .\n" not in line), encoding="utf-8")
    with ClaimStore.open(tmp_path / "again") as again, pytest.raises(StoreCorruptError, match="no single chain"):
        import_file(again, file)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.nq", "<a", "is not N-Quads"),
        ("x.nq", "<http://e.org/a> <http://e.org/a> <http://e.org/a> .\n", "outside any named graph"),
        ("x.nq", "<http://e.org/a> <http://e.org/a> <http://e.org/a> <http://e.org/a> .\n", "which no store has"),
        ("x.ttl", "<http://e.org/a> <http://e.org/a> <http://e.org/a> .\n", "belongs to no graph"),
        ("x.rdf", "", "has the extension"),
        ("missing.nq", None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_words(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)
    with ClaimStore.open(tmp_path / "again") as again, pytest.raises(StoreError, match=message):
        import_file(again, tmp_path / name)


def test_a_store_with_articles_takes_no_import(store, tmp_path):
    store.export(tmp_path / "all.nq")
    with pytest.raises(StoreError, match="holds articles already"):
        import_file(store, tmp_path / "all.nq")


def test_export_leaves_no_half_file(store, tmp_path):
    with pytest.raises(StoreError, match="no RDF form"):
        store.export(tmp_path / "all.xlsx")
    with pytest.raises(StoreError, match="cannot be written"):
        store.export(tmp_path / "no-such-folder" / "all.nq")
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
