"""Judgements on identity tie together the claims that they may make one person's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from labmoves_graph.entity_ids import provisional_id
from labmoves_graph.history import RecordedClaim, components, with_keys
from labmoves_graph.identity_links import judged_entities, judged_links
from labmoves_graph.model import Judgement, JudgementKind
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.store import ClaimStore
from labmoves_graph.verification import verify

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def judged(kind, subject, entity=None):
    return Judgement(kind, subject, entity, None, "editor", NOW, "seen")


def same(one, other):
    return judged(JudgementKind.SAME, one, other)


def links(judgements, record, registry):
    return judged_links(judgements, judged_entities(judgements, record, registry), registry)


@pytest.fixture
def record(newsroom):
    """Ada at Alpha; Zed Quill who, after one article, came to Alpha and left Beta."""
    newsroom.claim("post", "hire", "ada", "alpha", "2024")
    newsroom.claim("times", "hire", "Zed Quill", "alpha")
    newsroom.claim("times", "departure", "Zed Quill", "beta", "2025")
    return [
        with_keys(RecordedClaim(c, newsroom.articles[c.article_id], NOW), newsroom.registry) for c in newsroom.claims
    ]


def test_nothing_is_tied_without_a_judgement_on_identity(newsroom, record):
    assert links([judged(JudgementKind.REJECT_CLAIM, record[0].claim.id)], record, newsroom.registry) == []


@pytest.mark.parametrize("root", ["alpha", "beta"])
def test_every_id_that_a_claim_can_give_its_person_is_known(newsroom, record, root):
    tied = links([same(provisional_id("person", "zed quill", root), "ada")], record, newsroom.registry)
    assert tied == [("name:zed quill", "person:ada")]
    assert len(components(record, tied)) == 1 < len(components(record))


def test_an_organization_judged_another_one_gives_its_people_another_id(newsroom, record):
    moved = provisional_id("person", "zed quill", "gamma")
    assert links([same(moved, "ada")], record, newsroom.registry) == []
    judgements = [same(moved, "ada"), same("beta", "gamma")]
    assert links(judgements, record, newsroom.registry) == [("name:zed quill", "person:ada")]


def test_claims_are_tied_and_so_are_people_told_apart_by_them(newsroom, record):
    claim = record[2].claim.id
    apart = [judged(JudgementKind.DIFFERENT, claim, "bob"), same(provisional_id("person", claim), "ada")]
    assert links(apart, record, newsroom.registry) == [
        ("name:zed quill", "person:ada"),
        ("name:zed quill", "person:bob"),
    ]


def test_what_nobody_can_be_is_tied_to_nobody(newsroom, record):
    assert links([same("x-0123456789abcdef", "ada")], record, newsroom.registry) == []


def test_judgements_that_share_an_entity_nobody_knows_tie_what_they_name(newsroom, record):
    unknown = provisional_id("person", "zed quill", "alpha")
    judgements = [same(unknown, "nobody"), same("nobody", "ada")]
    assert links(judgements, record, newsroom.registry) == [("name:zed quill", "person:ada")]


def test_claims_judged_to_name_one_organization_are_not_tied(newsroom, record):
    judgements = [same(record[0].claim.id, "beta"), same(record[2].claim.id, "beta")]
    assert links(judgements, record, newsroom.registry) == []


def test_a_person_whom_only_a_claim_gives_an_id_is_tied(newsroom, record):
    newsroom.claim("post", "departure", "stranger", "alpha")
    claim = replace(newsroom.claims[-1], person_id="stranger")
    item = with_keys(RecordedClaim(claim, newsroom.articles[claim.article_id], NOW), newsroom.registry)
    assert links([same("stranger", "ada")], [*record, item], newsroom.registry) == [("person:ada", "person:stranger")]


def test_a_person_known_only_once_a_claim_is_rejected_becomes_another_ones_claims(newsroom, record, tmp_path):
    with ClaimStore.open(tmp_path / "store", clock=lambda: NOW) as store:
        with store.writer() as writer:
            for article in newsroom.articles.values():
                writer.put_article(article, [c for c in newsroom.claims if c.article_id == article.id])
            writer.put_judgement(judged(JudgementKind.REJECT_CLAIM, record[1].claim.id))
        project(store, newsroom.registry)
        with ReadModel.open(store.read_model_path) as model:
            (unknown,) = {move.person.id for move in model.moves().items} - {"ada"}
        with store.writer() as writer:
            writer.put_judgement(same(unknown, "ada"))
        project(store, newsroom.registry)
        with ReadModel.open(store.read_model_path) as model:
            assert [move.event for move in model.timeline(person="ada").entries] == ["hire", "departure"]
        assert verify(store, newsroom.registry) == []
