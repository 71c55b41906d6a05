"""What a curator notes as the reason of a move stands beside what articles say, and never looks like a quote."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import pytest

from labmoves_api.cli import main
from labmoves_api.client import LabMoves
from labmoves_api.settings import Settings
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.read_model import ReadModel

NOTE = "Disliked the policy; a paraphrase"
QUOTE = "strongly disagreed with the company's statements"
ATOM = "{http://www.w3.org/2005/Atom}"
STORY = "/v1/people/yao-shunyu-physics/timeline"


@pytest.fixture(scope="module")
def store(tmp_path_factory, make_store):
    """The store of conftest, in which a curated row gives a reason of the same category for the same departure."""
    folder = tmp_path_factory.mktemp("notes")
    directory = make_store(folder / "store")
    (folder / "rows.csv").write_text(
        "person_id,event,organization_id,role,date,status,reason_category,reason_note,source_url,source_date\n"
        f"yao-shunyu-physics,departure,anthropic,,2025-09-19,confirmed,values_or_politics,{NOTE},"
        "https://example.org/1,2025-10-11\n",
        encoding="utf-8",
    )
    assert main(["import", str(folder / "rows.csv"), "--store", str(directory)]) == 0
    return directory


@pytest.fixture(scope="module")
def site(store, serve):
    with serve(Settings(store=store)) as running:
        yield running


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def told(reasons):
    return {reason["quote"]: reason["verbatim"] for reason in reasons}


def test_json_says_which_words_are_quoted(site):
    [listed] = site.json("/v1/moves?event=departure&person=yao-shunyu-physics")["items"]
    alone = site.json(f"/v1/moves/{listed['id']}")
    assert told(listed["reasons"]) == told(alone["reasons"]) == {QUOTE: True, NOTE: False}
    claims = [site.json(f"/v1/claims/{one['claim_id']}") for one in listed["evidence"]]
    assert {claim["extractor"]: told(claim["reasons"]) for claim in claims if claim["reasons"]} == {
        "test/1": {QUOTE: True},
        "curated/1": {NOTE: False},
    }


def test_views_and_kept_texts_agree_on_it(site, store):
    with ReadModel.open(store / "moves.db") as model:
        views = model.moves(MoveFilter(person="yao-shunyu-physics")).items
    assert [{r.quote: r.verbatim for r in view.reasons} for view in views if view.reasons] == [
        {QUOTE: True, NOTE: False}
    ]
    with LabMoves(site.url) as lab:
        story = lab.timeline(person="yao-shunyu-physics")
    assert [{r.quote: r.verbatim for r in move.reasons} for move in story.entries if move.reasons] == [
        {QUOTE: True, NOTE: False}
    ]


def test_csv_says_which_words_are_quoted_in_a_column_of_its_own(site):
    text = site.get(f"{STORY}?format=csv").content.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert (row["reason_quotes"], row["reason_verbatim"]) == (f"{QUOTE}; {NOTE}", "true; false")


@pytest.mark.parametrize(
    "path", ["/feeds/people/yao-shunyu-physics.atom", f"{STORY}?format=ics", f"{STORY}?format=timelinejs"]
)
def test_feeds_and_calendars_put_only_quotes_in_quotation_marks(site, path):
    answer = site.get(path)
    shown = re.sub(r"\\([;,])", r"\1", answer.text.replace("\r\n ", "")).replace("&#x27;", "'")
    assert f"values or politics: {NOTE} (a note, not a quote)" in shown
    assert f"values or politics: “{QUOTE}”" in shown
    assert f"“{NOTE}" not in shown


def test_pages_mark_only_quotes_as_such(site):
    text = site.get("/people/yao-shunyu-physics", headers={"Accept": "text/html"}).text
    assert f"{NOTE} <small>(a note, not a quote)</small>" in text
    assert "<q>strongly disagreed" in text
    assert f"<q>{NOTE}" not in text
    assert "read by hand, no quote kept" in text


SOURCES = ["https://times-yao.example/1", "https://36ke-yao.example/1", "https://later-yao.example/1"]
RIVAL = "19 Sep 2025, or 22 Sep 2025, as others say"


def test_a_feed_tells_every_source_and_the_rival_date(site):
    feed = ElementTree.fromstring(site.get("/feeds/people/yao-shunyu-physics.atom").content)
    entries = {e.find(f"{ATOM}category").get("term"): e for e in feed.findall(f"{ATOM}entry")}
    links = [link.get("href") for link in entries["departure"].findall(f"{ATOM}link") if link.get("rel") == "via"]
    assert sorted(links) == sorted([*SOURCES, "https://example.org/1"])
    assert RIVAL in entries["departure"].findtext(f"{ATOM}title")


def test_a_calendar_tells_every_source_and_the_rival_date(site):
    lines = site.get(f"{STORY}?format=ics").text.replace("\r\n ", "").split("\r\n")
    [described] = [line for line in lines if line.startswith("DESCRIPTION:19 Sep")]
    assert RIVAL in described.replace("\\,", ",")
    assert all(url in described for url in [*SOURCES, "https://example.org/1"])


def test_timelinejs_links_every_source_and_tells_the_rival_date(site):
    slide, _ = site.json(f"{STORY}?format=timelinejs")["events"]
    assert slide["display_date"] == RIVAL
    for url in [*SOURCES, "https://example.org/1"]:
        assert f'<a href="{url}" rel="noopener nofollow">' in slide["text"]["text"]
    assert "Why I left, The Times, 8 Oct 2025</a>" in slide["text"]["text"]


def test_an_article_without_a_web_address_is_named_by_its_id(site):
    [row] = rows(site.get("/v1/moves?until=2023&format=csv"))
    assert row["article_ids"] == "hostile"
    person = row["person_id"]
    [slide] = site.json(f"/v1/people/{person}/timeline?format=timelinejs")["events"]
    assert slide["text"]["text"].endswith("article hostile</p>")
    feed = site.get(f"/feeds/people/{person}.atom").text
    assert 'rel="via" href="' + site.url + '/articles/hostile"' in feed
    roster = rows(site.get("/v1/organizations/anthropic/roster?on=2025-01-01&format=csv"))
    assert all("times-yao" in row["article_ids"].split("; ") for row in roster)
    assert roster


def test_the_start_page_claims_no_words_for_what_was_entered_by_hand(site):
    text = site.get("/", headers={"Accept": "text/html"}).text
    assert "each with the words that say so" not in text
    assert "the page where a row was entered by hand" in text
