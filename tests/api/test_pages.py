"""The pages as a journalist reads them: what stands on each line, and what can never stand there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

HTML = {"Accept": "text/html"}


class Text(HTMLParser):
    """The page's words, its links, and the text inside marks."""

    def __init__(self, html):
        super().__init__()
        self.marking = False
        self.words, self.links, self.marks, self.tags = [], [], [], []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.marking = tag == "mark"
        given = dict(attrs)
        if "href" in given:
            self.links.append(given["href"])

    def handle_endtag(self, tag):
        self.marking = False

    def handle_data(self, data):
        self.words.append(data)
        if self.marking:
            self.marks.append(data)


@pytest.fixture(scope="module")
def page(server):
    def read(path):
        answer = server.get(path, headers=HTML)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return Text(answer.text)

    return read


def test_a_line_says_when_what_how_sure_and_by_whom(page):
    person = page("/people/yao-shunyu-physics")
    for words in (
        "19 Sep 2025",
        "or 22 Sep 2025, as others say",
        "left Anthropic",
        "→ to Google DeepMind",
        "corroborated 3 sources (3 independent)",
        "values or politics (40 %): strongly disagreed with the company's statements",
        "The Times",
        "about 29 Sep 2025",
    ):
        assert words in person.text
    assert "Yao Shunyu left Anthropic on September 19, 2025" in person.marks
    assert "https://times-yao.example/1" in person.links


def test_rumours_plans_and_denials_are_worded_and_marked_as_such(server, page):
    rumour = server.get("/people/yao-shunyu-react", headers=HTML).text
    assert 'class="move rumored"' in rumour
    assert "reportedly joined" in page("/people/yao-shunyu-react").text
    plan = server.get("/people/mira-murati", headers=HTML).text
    assert 'class="move planned"' in plan
    assert "is to leave" in plan
    denied = page("/organizations/bytedance")
    assert "Denied" in denied.text
    assert "did not join" in denied.text


def test_a_page_links_to_the_same_data(server, page):
    for path in ("people/yao-shunyu-physics", "organizations/anthropic"):
        links = page(f"/{path}").links
        for wanted in ("/timeline", "/timeline?format=csv", "/timeline?format=ttl", "/timeline?format=ics"):
            assert f"/v1/{path}{wanted}" in links
            assert server.get(f"/v1/{path}{wanted}").status_code == 200
        assert f"/feeds/{path}.atom" in links


def test_every_link_within_leads_somewhere(server, page):
    seen, waiting = set(), ["/", "/?q=yao", "/docs", "/docs/problems"]
    while waiting:
        path = waiting.pop().partition("#")[0]
        if path in seen or not path.startswith("/") or path.startswith(("/v1", "/feeds", "/openapi")):
            continue
        seen.add(path)
        if path.endswith((".css", ".svg")):
            assert server.get(path).status_code == 200
        else:
            waiting += page(path).links
    assert {"/people/yao-shunyu-physics", "/organizations/anthropic", "/articles/times-yao"} <= seen


def test_an_article_shows_its_text_with_the_words_of_its_claims_marked(page):
    article = page("/articles/times-yao")
    assert article.marks == [
        "Yao Shunyu left Anthropic on September 19, 2025",
        "Ten days later he joined Google DeepMind",
    ]
    assert "Friends wished him well." in article.text


def test_nothing_that_an_article_says_becomes_markup(server, page):
    hostile = server.json("/v1/moves?until=2023")["items"][0]
    paths = [
        "/",
        f"/people/{hostile['person']['id']}",
        f"/organizations/{hostile['organization']['id']}",
        "/articles/hostile",
        "/?q=<script>alert(1)</script>",
    ]
    for path in paths:
        found = page(path)
        assert "script" not in found.tags
        assert "img" not in found.tags


def test_an_entity_answers_pages_and_data_at_one_address(server):
    asked = {"text/turtle": "ttl", "application/json": "json", "application/ld+json": "jsonld"}
    for accept, format in asked.items():
        answer = server.get("/people/mira-murati", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/v1/people/mira-murati?format={format}")


def test_a_timeline_can_be_narrowed_to_a_year(page):
    found = page("/organizations/anthropic?since=2024&until=2024")
    assert "Nothing is recorded here for that time" in found.text


def test_a_page_that_is_not_there_says_so_and_nothing_of_the_request(server):
    for path in ("/people/%3Cimg%20src=x%3E", "/nowhere-at-all", "/organizations/zzz"):
        answer = server.get(path, headers=HTML)
        assert answer.status_code == 404
        assert "There is no such page" in answer.text
        assert "zzz" not in answer.text
        assert "img" not in answer.text
    assert server.get("/people/mira-murati?since=zzz", headers=HTML).status_code == 422


def test_names_on_pages_come_in_the_language_of_the_browser(server):
    answer = server.get("/people/yao-shunyu-physics", headers=HTML | {"Accept-Language": "zh-TW"})
    assert "<h1>姚順宇</h1>" in answer.text


def test_a_question_in_the_search_box_is_answered_with_what_it_was_taken_to_mean(page):
    found = page("/?q=who left Anthropic in 2025")
    assert "anthropic organization anthropic" in found.text
    assert "corroborated 3 sources (3 independent)" in found.text
    assert "/v1/moves?since=2025&until=2025&event=departure&organization=anthropic" in found.links
    assert "Not understood: snorfled." in page("/?q=who snorfled Anthropic").text


@pytest.mark.parametrize("nothing", ["", "+", "%20%20"])
def test_enter_in_an_empty_search_box_shows_the_start_page(page, nothing):
    assert page(f"/?q={nothing}").text == page("/").text
