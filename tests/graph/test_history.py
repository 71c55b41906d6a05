"""What was believed when, and that replaying the record gives it again."""

import random
from datetime import UTC, datetime, timedelta

from labmoves_graph.history import RecordedClaim, components, replay, with_keys
from labmoves_graph.model import Judgement, JudgementKind

START = datetime(2026, 3, 3, tzinfo=UTC)


def recorded(newsroom, claim, hour, until=None):
    since = START + timedelta(hours=hour)
    ended = START + timedelta(hours=until) if until is not None else None
    item = RecordedClaim(claim, newsroom.articles[claim.article_id], since, ended)
    return with_keys(item, newsroom.registry)


def beliefs(history):
    """(from, to, date, verdict) of every version of the moves, in hours."""

    def hours(instant):
        return None if instant is None else int((instant - START).total_seconds() // 3600)

    return [(hours(v.valid_from), hours(v.valid_to), str(v.row.date), str(v.row.verdict)) for v in history.moves]


def test_belief_changes_with_every_claim_that_changes_it(newsroom):
    claims = [
        newsroom.claim("times", "departure", "ada", "alpha", "2026-03-05", status="rumored"),
        newsroom.claim("herald", "departure", "ada", "alpha", "2026-03-03"),
        newsroom.claim("post", "departure", "ada", "alpha", "2026-03-04"),
        newsroom.claim("wire", "departure", "ada", "alpha", "2026-03-04"),
    ]
    record = [recorded(newsroom, claim, hour) for hour, claim in enumerate(claims)]
    assert beliefs(replay(record, [], newsroom.registry)) == [
        (0, 1, "2026-03-05", "rumored"),
        (1, 2, "2026-03-03", "single_source"),
        (2, 3, "2026-03-03", "corroborated"),
        (3, None, "2026-03-04", "corroborated"),
    ]


def test_withdrawn_claim_ends_the_belief(newsroom):
    claim = newsroom.claim("times", "departure", "ada", "alpha", "2026-03-05")
    record = [recorded(newsroom, claim, 0, until=5)]
    assert beliefs(replay(record, [], newsroom.registry)) == [(0, 5, "2026-03-05", "single_source")]


def test_judgement_holds_from_when_it_was_made_until_it_was_revoked(newsroom):
    claim = newsroom.claim("times", "departure", "ada", "alpha", "2026-03-05")
    made, revoked = START + timedelta(hours=2), START + timedelta(hours=4)
    judgement = Judgement(JudgementKind.REJECT_CLAIM, claim.id, None, None, "editor", made, "misread", revoked)
    record = [recorded(newsroom, claim, 0)]
    assert beliefs(replay(record, [judgement], newsroom.registry)) == [
        (0, 2, "2026-03-05", "single_source"),
        (4, None, "2026-03-05", "single_source"),
    ]


def test_replay_does_not_depend_on_the_order_and_components_are_independent(generated_news):
    news = generated_news(80, 3)
    record = [
        with_keys(RecordedClaim(claim, article, START + timedelta(minutes=n)), news.registry)
        for n, (article, claims) in enumerate(news.readings)
        for claim in claims
    ]
    whole = replay(record, [], news.registry)
    shuffled = record[:]
    random.Random(1).shuffle(shuffled)
    assert replay(shuffled, [], news.registry) == whole
    parts = [replay(group, [], news.registry) for group in components(record)]
    assert len(parts) > 10
    assert sorted((v.row.id, v.valid_from) for part in parts for v in part.moves) == [
        (v.row.id, v.valid_from) for v in whole.moves
    ]
    assert {v for part in parts for v in part.moves} == set(whole.moves)


def test_a_claim_and_its_move_are_one_persons_when_what_told_them_is_withdrawn(newsroom):
    left = newsroom.claim("times", "departure", "Chris Cox", "giant")
    joined = newsroom.claim("times", "hire", "Chris Cox", "Foo")
    later = newsroom.claim("herald", "departure", "Chris Cox", "Foo")
    record = [recorded(newsroom, left, 0), recorded(newsroom, joined, 0, until=5), recorded(newsroom, later, 1)]
    history = replay(record, [], newsroom.registry)
    believed = {v.row.person_id for v in history.moves if v.valid_to is None and v.row.organization_id != "giant"}
    assert believed == {history.identities.person[later.id]} != {"cox"}
    assert history.identities.person[joined.id] == "cox"
    once = {v.row.person_id for v in history.moves if v.row.supporting == (later.id,) and v.valid_to is not None}
    assert once == {"cox"}


def test_a_person_known_only_once_a_claim_is_rejected_can_be_judged(newsroom):
    misread = newsroom.claim("times", "hire", "Zed Quill", "alpha")
    left = newsroom.claim("times", "departure", "Zed Quill", "beta")
    record = [recorded(newsroom, misread, 0), recorded(newsroom, left, 0)]
    reject = Judgement(
        *(JudgementKind.REJECT_CLAIM, misread.id, None, None, "editor", START + timedelta(hours=1), "misread")
    )
    known_then = replay(record, [reject], newsroom.registry)
    unknown = known_then.identities.person[left.id]
    assert unknown != replay(record, [], newsroom.registry).identities.person[left.id]
    same = Judgement(
        *(JudgementKind.SAME, unknown, "ada", None, "editor", START + timedelta(hours=2), "her pen name")
    )
    history = replay(record, [reject, same], newsroom.registry)
    assert history.identities.person[left.id] == "ada"
    assert [v.row.person_id for v in history.moves if v.valid_to is None] == ["ada"]


def test_judgements_on_one_entity_after_the_other_all_count(newsroom):
    claim = newsroom.claim("times", "departure", "Zed Quill", "beta")
    record = [recorded(newsroom, claim, 0)]
    unknown = replay(record, [], newsroom.registry).identities.person[claim.id]
    pairs = [(unknown, "yao-react"), ("yao-react", "cox"), ("cox", "ada")]
    judgements = [
        Judgement(JudgementKind.SAME, one, other, None, "editor", START + timedelta(hours=hour), "one")
        for hour, (one, other) in enumerate(pairs)
    ]
    assert replay(record, judgements, newsroom.registry).identities.person[claim.id] == "ada"
