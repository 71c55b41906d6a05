"""What the data routes answer, on a real store and a real server."""

from __future__ import annotations

import pytest

from labmoves_api import schemas
from labmoves_api.service_schemas import Health

DEPARTURE = {
    "event": "departure",
    "person": {"id": "yao-shunyu-physics", "name": "Shunyu Yao (physicist)"},
    "organization": {"id": "anthropic", "name": "Anthropic"},
    "role": None,
    "date": "2025-09-19",
    "earliest": "2025-09-19",
    "latest": "2025-09-19",
    "rival_dates": ["2025-09-22"],
    "announced": None,
    "manner": None,
    "status": "confirmed",
    "verdict": "corroborated",
    "sources": 3,
    "independent_sources": 3,
    "superseded_at": None,
    "reasons": [
        {
            "category": "values_or_politics",
            "quote": "strongly disagreed with the company's statements",
            "verbatim": True,
            "share": 0.4,
            "said_by": "Yao Shunyu",
        }
    ],
}


@pytest.fixture(scope="module")
def departure(server):
    [found] = server.json("/v1/moves?person=yao-shunyu-physics&event=departure")["items"]
    return found


def test_a_move_tells_what_its_claims_amount_to(departure):
    assert {key: departure[key] for key in DEPARTURE} == DEPARTURE


def test_evidence_is_the_quote_in_its_sentence_with_its_source(departure):
    first = departure["evidence"][0]
    assert first["quote"] == "Yao Shunyu left Anthropic on September 19, 2025"
    assert first["sentence"] == "Yao Shunyu left Anthropic on September 19, 2025."
    assert (first["url"], first["publisher"], first["published"]) == (
        "https://times-yao.example/1",
        "The Times",
        "2025-10-08",
    )
    assert [one["article_id"] for one in departure["evidence"]] == ["times-yao", "36ke-yao", "later-yao"]


def test_a_hop_leads_from_the_departure_to_the_arrival(server, departure):
    assert departure["hop"]["organization"] == {"id": "google-deepmind", "name": "Google DeepMind"}
    arrival = server.json(f"/v1/moves/{departure['hop']['move_id']}")
    assert (arrival["event"], arrival["hop"]["direction"], arrival["hop"]["move_id"]) == (
        "hire",
        "from",
        departure["id"],
    )


def test_one_move_has_its_history_and_is_otherwise_the_same_as_in_the_list(server, departure):
    found = server.json(departure["links"]["self"])
    assert [version["verdict"] for version in found.pop("history")] == ["corroborated"]
    assert found == departure


def test_a_claim_quotes_its_article_character_by_character(server, departure):
    claim = server.json(f"/v1/claims/{departure['evidence'][1]['claim_id']}")
    article = server.json(f"/v1/articles/{claim['article_id']}")
    evidence = claim["evidence"]
    assert (
        article["text"][evidence["start"] : evidence["end"]]
        == evidence["quote"]
        == "姚顺宇于2025年9月19日离开Anthropic"
    )
    assert claim in article["claim_list"]
    assert claim["moves"] == [departure["id"]]


def test_filters_combine(server):
    def found(query):
        return [(m["person"]["id"], m["event"]) for m in server.json(f"/v1/moves?sort=date&{query}")["items"]]

    yao = "yao-shunyu-physics"
    assert found("from=anthropic&to=google-deepmind") == [(yao, "departure"), (yao, "hire")]
    assert found("from=anthropic&event=hire") == [(yao, "hire")]
    assert found("status=rumored") == [("yao-shunyu-react", "hire")]
    assert found("event=departure&since=2024&until=2024") == [("mira-murati", "departure")]
    assert found("reason=values_or_politics&min_sources=2") == [(yao, "departure")]
    assert found("reason=compensation") == []
    assert found("q=姚順宇&event=hire") == [(yao, "hire")]
    assert found("verdict=planned&verdict=denied") == [("mira-murati", "departure"), ("yao-shunyu-react", "hire")]


def test_record_time_is_not_valid_time(server):
    assert server.json("/v1/moves?as_of=2026-01-01")["total"] == 0
    assert server.json("/v1/moves?as_of=2026-01-02")["total"] == server.json("/v1/moves")["total"] == 6


def test_facets_count_all_that_fit(server):
    found = server.json("/v1/moves?limit=1&facets=event,year,reason")
    assert found["total"] == 6
    assert found["facets"] == {
        "event": {"departure": 3, "hire": 3},
        "year": {"2025": 4, "2023": 1, "2024": 1},
        "reason": {"values_or_politics": 1},
    }


def test_pages_follow_one_another_without_gap_or_repetition(server):
    whole = [move["id"] for move in server.json("/v1/moves")["items"]]
    paged, link = [], "/v1/moves?limit=2"
    while link:
        page = server.json(link)
        paged += [move["id"] for move in page["items"]]
        link = page["links"]["next"]
    assert paged == whole


def test_a_timeline_is_in_order_and_without_what_is_denied(server):
    found = server.json("/v1/people/yao-shunyu-physics/timeline")
    assert [(e["event"], e["date"]) for e in found["entries"]] == [
        ("departure", "2025-09-19"),
        ("hire", "2025-09-29~"),
    ]
    assert [(t["organization"]["id"], t["start"], t["end"], t["ended"]) for t in found["tenures"]] == [
        ("anthropic", None, "2025-09-19", True),
        ("google-deepmind", "2025-09-29~", None, False),
    ]
    denied = server.json("/v1/organizations/bytedance/timeline")
    assert denied["entries"] == []


def test_a_roster_says_who_may_have_been_there(server):
    found = server.json("/v1/organizations/anthropic/roster?on=2025-01-01")
    assert [(item["tenure"]["person"]["id"], item["certainty"]) for item in found["items"]] == [
        ("yao-shunyu-physics", "possible")
    ]
    assert server.json("/v1/organizations/anthropic/roster?on=2025-10-01")["items"] == []


def test_names_are_found_in_any_script_and_namesakes_stay_apart(server):
    both = {"yao-shunyu-physics", "yao-shunyu-react"}
    for name in ("yaoshunyu", "Yao Shunyu", "yao shun"):
        assert both <= {one["id"] for one in server.json("/v1/people", params={"q": name})["items"]}
    assert [one["id"] for one in server.json("/v1/people", params={"q": "姚順宇"})["items"]] == ["yao-shunyu-physics"]
    person = server.json("/v1/people/yao-shunyu-physics")
    assert [other["id"] for other in person["different_from"]] == ["yao-shunyu-react"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"params": {"lang": "zh-Hans"}}, "姚顺宇"),
        ({"params": {"lang": "zh-Hant"}}, "姚順宇"),
        ({"headers": {"Accept-Language": "de, zh-TW;q=0.8, en;q=0.5"}}, "姚順宇"),
        ({"headers": {"Accept-Language": "zh-CN,zh;q=0.9"}}, "姚顺宇"),
        ({"headers": {"Accept-Language": "fr"}}, "Shunyu Yao (physicist)"),
        ({"params": {"lang": "en"}, "headers": {"Accept-Language": "zh"}}, "Shunyu Yao (physicist)"),
    ],
)
def test_names_come_in_the_language_asked_for(server, asked, name):
    assert server.json("/v1/people/yao-shunyu-physics", **asked)["name"] == name


def test_flows_reasons_and_disputes(server):
    assert server.json("/v1/flows")["items"] == [
        {
            "source": {"id": "anthropic", "name": "Anthropic"},
            "target": {"id": "google-deepmind", "name": "Google DeepMind"},
            "moves": 1,
            "first": "2025-09-29~",
            "last": "2025-09-29~",
        }
    ]
    assert server.json("/v1/reasons")["items"] == [{"category": "values_or_politics", "moves": 1}]
    disputes = server.json("/v1/disputes?kind=date")["items"]
    assert [(one["kind"], one["move"]["rival_dates"]) for one in disputes] == [("date", ["2025-09-22"])]


def test_health_tells_the_revision(server):
    assert server.json("/health") == {
        "live": True,
        "ready": True,
        "revision": 1,
        "version": server.json("/openapi.json")["info"]["version"],
        "writable": False,
    }


ANSWERS = {
    "/v1/people": schemas.EntityPage,
    "/v1/people/mira-murati": schemas.EntityItem,
    "/v1/people/yao-shunyu-physics/timeline": schemas.TimelineAnswer,
    "/v1/organizations": schemas.EntityPage,
    "/v1/organizations/google-deepmind": schemas.EntityItem,
    "/v1/organizations/anthropic/timeline": schemas.TimelineAnswer,
    "/v1/organizations/anthropic/roster?on=2025-01-01": schemas.Roster,
    "/v1/moves?facets=event": schemas.MovePage,
    "/v1/articles": schemas.ArticlePage,
    "/v1/articles/times-yao": schemas.ArticleItem,
    "/v1/flows": schemas.Flows,
    "/v1/reasons": schemas.Reasons,
    "/v1/disputes": schemas.DisputePage,
    "/health": Health,
}


@pytest.mark.parametrize("path", ANSWERS)
def test_answers_have_exactly_the_fields_that_openapi_describes(server, path):
    model = ANSWERS[path].model_validate(server.json(path))
    assert model.model_dump(mode="json", exclude_unset=True, by_alias=True) == server.json(path)


def test_every_operation_is_described(server):
    spec = server.json("/openapi.json")
    operations = [operation for methods in spec["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["description"], operation["operationId"]
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (operation["operationId"], parameter["name"])
