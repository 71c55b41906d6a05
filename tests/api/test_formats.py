"""The same data in every format, by format= and by Accept; entity tags, compression, feeds."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from dataclasses import replace
from xml.etree import ElementTree

import httpx
import pytest
from rdflib import Graph, URIRef

from labmoves_api.errors import FormatError
from labmoves_api.formats import Format, negotiated
from labmoves_api.tabular import csv_bytes
from labmoves_api.timelines import timelinejs_record

LM = "https://w3id.org/labmoves/ns#"
ATOM = "{http://www.w3.org/2005/Atom}"


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("", Format.JSON),
        ("*/*", Format.JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Format.JSON),
        ("text/csv", Format.CSV),
        ("text/*", Format.CSV),
        ("application/json;q=0.5, text/csv;q=0.9", Format.CSV),
        ("application/json;q=0.1, */*", Format.CSV),
        ("text/csv;q=0, application/json", Format.JSON),
        ("text/csv;q=nonsense, application/json;q=0.1", Format.JSON),
    ],
)
def test_the_accept_header_chooses_the_format(accept, format):
    assert negotiated(accept, (Format.JSON, Format.CSV)) is format


def test_a_client_that_takes_none_of_the_formats_is_told_which_there_are(server):
    with pytest.raises(FormatError):
        negotiated("image/png", (Format.JSON,))
    answer = server.get("/v1/moves", headers={"Accept": "image/png"})
    assert (answer.status_code, "text/csv" in answer.json()["detail"]) == (406, True)


def test_csv_holds_the_moves_and_opens_right_in_a_spreadsheet(server):
    answer = server.get("/v1/moves?sort=date&event=departure&since=2025", headers={"Accept": "text/csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [row] = rows(answer)
    assert {name: row[name] for name in ("person_id", "organization_name", "date", "rival_dates", "verdict")} == {
        "person_id": "yao-shunyu-physics",
        "organization_name": "Anthropic",
        "date": "2025-09-19",
        "rival_dates": "2025-09-22",
        "verdict": "corroborated",
    }
    assert row["evidence_quote"] == "Yao Shunyu left Anthropic on September 19, 2025"


def test_no_cell_is_run_as_a_formula(server):
    for start in ("=", "+", "-", "@", "\t=", "\r=", " =", "\n+"):
        text = csv_bytes([("cell", lambda record: record)], [f"{start}1+1"]).decode("utf-8-sig")
        assert list(csv.reader(io.StringIO(text, newline=""))) == [["cell"], [f"'{start}1+1"]]
    [row] = rows(server.get("/v1/moves?format=csv&until=2023"))
    assert row["role"] == "'=1+1"
    publishers = [row["publisher"] for row in rows(server.get("/v1/articles?format=csv"))]
    assert "'=HYPERLINK(1)" in publishers
    for path in ("moves", "people", "organizations", "articles", "disputes", "flows", "reasons"):
        for row in rows(server.get(f"/v1/{path}?format=csv")):
            assert not any(cell.lstrip()[:1] in ("=", "+", "-", "@") for cell in row.values() if cell)


def test_parquet_holds_the_moves_of_the_page(server):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra labmoves[parquet]")
    answer = server.get("/v1/moves?format=parquet&limit=4&lang=zh-Hans")
    shown = server.json("/v1/moves?limit=4&lang=zh-Hans")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    names = ("id", "event", "organization", "date", "sources", "confidence")
    assert parquet.read_table(io.BytesIO(answer.content)).select(names).to_pylist() == [
        {name: move[name] if name != "organization" else move["organization"]["name"] for name in names}
        for move in shown["items"]
    ]
    assert len(parquet.read_table(io.BytesIO(server.get(answer.links["next"]["url"]).content))) == 2


def test_without_pyarrow_parquet_says_what_to_install(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = server.get("/v1/moves?format=parquet&limit=5")
    assert (answer.status_code, answer.json()["type"]) == (406, "/docs/problems#extra")
    assert "pip install 'labmoves[parquet]'" in answer.json()["detail"]


def test_json_lines_hold_the_same_records(server):
    lines = server.get("/v1/moves?format=jsonl").text.splitlines()
    assert [json.loads(line) for line in lines] == server.json("/v1/moves")["items"]


def test_what_has_no_place_for_a_link_has_it_in_a_header(server):
    answer = server.get("/v1/moves?format=csv&limit=4")
    following = server.get(answer.links["next"]["url"])
    assert {row["id"] for row in rows(answer)} | {row["id"] for row in rows(following)} == {
        move["id"] for move in server.json("/v1/moves")["items"]
    }


@pytest.mark.parametrize(
    "path",
    [
        "moves",
        "people?q=yao",
        "people/yao-shunyu-physics",
        "people/yao-shunyu-physics/timeline",
        "organizations/google-deepmind",
        "organizations/anthropic/roster?on=2025-01-01",
        "articles/times-yao",
        "articles",
        "disputes",
        "flows",
    ],
)
def test_turtle_and_json_ld_say_the_same(server, path):
    sign = "&" if "?" in path else "?"
    turtle = Graph().parse(data=server.get(f"/v1/{path}{sign}format=ttl").text, format="turtle")
    linked = Graph().parse(data=server.get(f"/v1/{path}{sign}format=jsonld").text, format="json-ld")
    assert set(turtle) == set(linked)
    assert len(turtle) > 0


def test_the_rdf_of_a_move_is_what_the_graph_says_of_it(server):
    [move] = server.json("/v1/moves?person=yao-shunyu-physics&event=departure")["items"]
    node = URIRef(move["links"]["iri"])
    shown = Graph().parse(data=server.get(move["links"]["rdf"]).text, format="turtle")
    held = Graph().parse(
        data=server.get(move["links"]["sparql"], headers={"Accept": "text/turtle"}).text, format="turtle"
    )
    assert set(held.predicate_objects(node)) == set(shown.predicate_objects(node))
    assert len(list(held.predicate_objects(node))) > 10


def test_a_timeline_as_calendar(server):
    answer = server.get("/v1/people/yao-shunyu-physics/timeline?format=ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
    assert "DTSTART;VALUE=DATE:20250919" in lines
    assert "DTEND;VALUE=DATE:20250920" in lines
    assert "SUMMARY:Shunyu Yao (physicist) left Anthropic\\, then Google DeepMind" in lines
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_a_timeline_for_timelinejs(server):
    answer = server.json("/v1/people/yao-shunyu-react/timeline?format=timelinejs")
    [slide] = answer["events"]
    assert slide["text"]["headline"] == "Shunyu Yao (ReAct) reportedly joined Tencent"
    assert (slide["start_date"], slide["end_date"], slide["display_date"]) == (
        {"year": 2025, "month": 9, "day": 1},
        {"year": 2025, "month": 9, "day": 30},
        "Sep 2025",
    )


def test_texts_of_a_timeline_are_escaped(server):
    person = server.json("/v1/moves?until=2023")["items"][0]["person"]["id"]
    text = server.get(f"/v1/people/{person}/timeline?format=timelinejs").text
    assert "<script" not in text
    assert "&lt;script" in text
    view = server.app.state.service.model.timeline(person=person)
    undated = tuple(replace(entry, date=None, earliest=None, latest=None) for entry in view.entries)
    entity = replace(view.entity, description="<script>")
    text = json.dumps(timelinejs_record(replace(view, entity=entity, entries=undated)))
    assert "<script" not in text
    assert text.count("&lt;script") == 6


def test_flows_for_gephi(server):
    root = ElementTree.fromstring(server.get("/v1/flows?format=gexf").content)
    gexf = "{http://gexf.net/1.3}"
    assert [node.get("id") for node in root.iter(f"{gexf}node")] == ["anthropic", "google-deepmind"]
    assert [(e.get("source"), e.get("target"), e.get("weight")) for e in root.iter(f"{gexf}edge")] == [
        ("anthropic", "google-deepmind", "1")
    ]


@pytest.mark.parametrize(
    ("path", "count"),
    [("moves", 6), ("people/yao-shunyu-physics", 2), ("organizations/google-deepmind", 1), ("people/mira-murati", 1)],
)
def test_feeds_have_an_entry_a_move(server, path, count):
    answer = server.get(f"/feeds/{path}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert len(entries) == count
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == count
    assert all(entry.findtext(f"{ATOM}updated") == "2026-01-02T03:04:05.000000Z" for entry in entries)


def test_an_unchanged_answer_is_not_sent_again(server):
    first = server.get("/v1/moves")
    again = server.get("/v1/moves", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert server.get("/v1/moves", headers={"If-None-Match": '"other"'}).status_code == 200
    assert first.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_the_tag_is_of_the_representation(server):
    def tag(path, **headers):
        return server.get(path, headers=headers).headers["etag"]

    tags = [
        tag("/v1/moves"),
        tag("/v1/moves", Accept="text/csv"),
        tag("/v1/moves", **{"Accept-Language": "zh"}),
        tag("/v1/moves?limit=1"),
    ]
    assert len(set(tags)) == 4


def test_compression_head_and_repetition_give_the_same_bytes(server):
    plain = server.get("/v1/moves", headers={"Accept-Encoding": "identity"})
    with httpx.Client(base_url=server.url) as client, client.stream("GET", "/v1/moves") as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert server.get("/v1/moves", headers={"Accept-Encoding": "identity"}).content == plain.content
    head = server.client.head("/v1/moves", headers={"Accept-Encoding": "identity"})
    assert (head.content, head.headers["content-length"]) == (b"", str(len(plain.content)))


def test_a_new_revision_is_a_new_answer(tmp_path, make_store, serve):
    from labmoves_api.settings import Settings

    store = make_store(tmp_path / "store", small=True)
    with serve(Settings(store=store)) as site:
        before = site.get("/v1/moves")
        assert before.json()["total"] == 0
        make_store(store)
        after = site.get("/v1/moves", headers={"If-None-Match": before.headers["etag"]})
        assert (after.status_code, after.json()["total"]) == (200, 6)
