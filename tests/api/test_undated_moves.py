"""Moves that no date places: behind all others, in every form of a timeline, and told apart from them."""

from __future__ import annotations

import csv
import io
import re

import pytest

from labmoves_api.cli import main
from labmoves_api.settings import Settings

ROWS = """\
person_id,event,organization_id,role,date,status,reason_category,reason_note,source_url,source_date
mira-murati,hire,tesla,,2013,confirmed,,,https://example.org/1,2024-09-26
mira-murati,hire,openai,,,confirmed,,,https://example.org/2,2024-09-26
mira-murati,departure,anthropic,,,rumored,,,https://example.org/3,2024-09-26
mira-murati,departure,openai,CTO,2024-09-25,confirmed,,,https://example.org/4,2024-09-26
"""
ORDER = ["2013", "2024-09-25", None, None]
PERSON = "/v1/people/mira-murati/timeline"


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    directory = tmp_path_factory.mktemp("undated")
    (directory / "rows.csv").write_text(ROWS, encoding="utf-8")
    assert main(["import", str(directory / "rows.csv"), "--store", str(directory / "store")]) == 0
    with serve(Settings(store=directory / "store")) as running:
        yield running


def every_page(site, path, key, limit):
    """The items of all pages, by links.next."""
    found, following = [], f"{path}{'&' if '?' in path else '?'}limit={limit}"
    while following:
        answer = site.json(following)
        found += answer[key]
        following = answer["links"]["next"]
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("path", "key", "order"),
    [
        (PERSON, "entries", ORDER),
        (f"{PERSON}?as_of=2100-01-01", "entries", ORDER),
        ("/v1/moves?sort=date", "items", ORDER),
        ("/v1/moves?sort=-date", "items", ["2024-09-25", "2013", None, None]),
        ("/v1/moves?sort=date&person=mira-murati", "items", ORDER),
        ("/v1/moves?sort=-date&q=mira", "items", ["2024-09-25", "2013", None, None]),
        ("/v1/moves?sort=date&q=mira", "items", ORDER),
    ],
)
def test_they_come_last_wherever_a_page_ends(site, path, key, order, limit):
    found = every_page(site, path, key, limit)
    assert [move["date"] for move in found] == order
    assert len({move["id"] for move in found}) == len(order)


def test_tables_keep_the_order(site):
    table = site.get(f"{PERSON}?format=csv").content.decode("utf-8-sig")
    assert [row["date"] or None for row in csv.DictReader(io.StringIO(table))] == ORDER


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", '<h3 lang="en">Date unknown</h3>'),
        ("zh-CN", '<h3 lang="zh-Hans">日期不明</h3>'),
        ("zh-TW", '<h3 lang="zh-Hant">日期不明</h3>'),
    ],
)
def test_the_page_has_them_under_a_heading_of_their_own(site, language, heading):
    html = site.get("/people/mira-murati", headers={"Accept": "text/html", "Accept-Language": language}).text
    before, after = html.split(heading)
    assert re.findall(r'<time title="([^"]*)"', before) == ["2013", "2024-09-25"]
    assert before.count('<li class="move ') == after.count('<li class="move ') == 2
    assert "date unknown" not in before


def test_a_page_without_them_has_no_such_heading(site):
    html = site.get("/people/mira-murati?since=2013", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert "Date unknown" not in html
    assert "Nothing is recorded" not in html


def test_timelinejs_tells_them_in_the_title(site):
    answer = site.json(f"{PERSON}?format=timelinejs")
    assert [slide["display_date"] for slide in answer["events"]] == ["2013", "25 Sep 2024"]
    described, listed = answer["title"]["text"]["text"].split("<h3>Date unknown</h3>")
    assert "<" not in described
    assert sorted(re.findall(r"<li>(.*?)</li>", listed)) == [
        "Mira Murati joined OpenAI; single source; 1 source (1 independent); "
        '<a href="https://example.org/2" rel="noopener nofollow">26 Sep 2024</a>',
        "Mira Murati reportedly left Anthropic; rumour; 1 source (1 independent); "
        '<a href="https://example.org/3" rel="noopener nofollow">26 Sep 2024</a>',
    ]


def test_feeds_name_them_as_such(site):
    feed = site.get("/feeds/people/mira-murati.atom").text
    assert feed.count("(date unknown)</title>") == 2
    assert feed.count("<entry>") == 4
