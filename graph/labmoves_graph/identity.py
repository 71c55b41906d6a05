"""Who and where: every claim gets one person and one organization entity.

    claims, articles, judgements, registry  ──►  Identities
        .person[claim.id]        "lin-junyang", or a provisional "x-3f…" for someone the registry does not know
        .organization[claim.id]  the same for organizations

A name means a registry person when the registry has exactly one bearer and the name is no common one, or when the
context (organizations of the same article, a name form that only one bearer has) speaks for exactly one; else it
stays provisional. What claims so understood say of a person is context in turn: who left Meta for Foo is known at
Foo. Unknown people of one folded name are one only when a shared organization, or one article, connects them.
Likeness of names never merges anybody, and Chinese characters are never derived from a romanisation. Judgements
override.

Cannot happen: a claim without entities; two `different_from` people merged by anything but a judgement.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from labmoves_graph.entity_ids import provisional_id
from labmoves_graph.identity_judgements import Decisions, by_kind
from labmoves_graph.model import Article, Claim, Judgement, Language, Organization, Person, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry, fold_name

__all__ = [
    "Identities",
    "identity_keys",
    "organization_of",
    "provisional_organization",
    "provisional_person",
    "resolve_identities",
]

#: What is only rumoured, or denied, ties nobody to an organization.
_UNSURE = frozenset((Status.RUMORED, Status.DENIED))
_GLOSS = r"\s?[（(]([^()（）]{2,40})[)）]"
_NAME = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}|[㐀-鿿]{2,4}|[㐀-鿿]{1,8}(?:[·•・][㐀-鿿]{1,8})+")


@dataclass(frozen=True, slots=True)
class Identities:
    """The person and the organization of every claim, by claim id."""

    person: Mapping[str, str]
    organization: Mapping[str, str]


def identity_keys(claim: Claim, article: Article | None, registry: Registry) -> frozenset[str]:
    """Keys such that claims which share none, directly or through others, can never share a person.

    They make consolidation incremental: only claims connected to a changed one need another look.
    """
    if claim.person_id is not None:
        return frozenset([f"person:{claim.person_id}"])
    names = _names_of(claim, article)
    bearers = {bearer for name in names for bearer in registry.people_named(name)}
    return frozenset([*(f"name:{name}" for name in names), *(f"person:{bearer}" for bearer in bearers)])


def resolve_identities(
    claims: Sequence[Claim], articles: Mapping[str, Article], judgements: Iterable[Judgement], registry: Registry
) -> Identities:
    """Give every claim its person and its organization.

    articles: by id; a claim whose article is not among them is resolved without the text's context.
    """
    organizations = {c.id: organization_of(c, registry) for c in claims}
    about_organizations, about_people = by_kind(judgements, set(organizations.values()), registry)
    organizations = Decisions.of(about_organizations).entities("organization", organizations)
    people = _people(claims, articles, organizations, registry)
    return Identities(Decisions.of(about_people).entities("person", people), organizations)


def organization_of(claim: Claim, registry: Registry) -> str:
    """The organization meant, before judgements: of bearers of one name, the one that existed on the claim's date."""
    printed = registry.organizations_named(claim.organization)
    chosen = claim.organization_id
    if chosen is None and len(printed) == 1:
        chosen = printed[0]
    elif chosen is None and len(printed) > 1:
        chosen = next((o for o in printed if registry.successors(o) or registry.predecessors(o)), None)
    if chosen is None:
        return provisional_id("organization", fold_name(claim.organization))
    return _at_the_time(chosen, printed, claim.date, registry)


def _at_the_time(chosen: str, printed: Sequence[str], when: PartialDate | None, registry: Registry) -> str:
    """`chosen`, or the successor it had become, or the printed namesake it succeeded, by date."""
    if when is None or not when.bounded:
        return chosen
    for successor, since in registry.successors(chosen):
        if when.earliest > since.latest:
            return successor
    for predecessor, until in registry.predecessors(chosen):
        if predecessor in printed and when.latest < until.earliest:
            return predecessor
    return chosen


def _people(
    claims: Sequence[Claim], articles: Mapping[str, Article], organizations: Mapping[str, str], registry: Registry
) -> dict[str, str]:
    """Claim id -> person before judgements."""
    found = {c.id: c.person_id for c in claims if c.person_id is not None}
    known_at = _known_organizations(claims, organizations)
    by_mention: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.person_id is None:
            by_mention[claim.article_id, fold_name(claim.person)].append(claim)
    mentions = [_Mention.of(some, articles.get(some[0].article_id), registry) for some in by_mention.values()]
    waiting = looked_at = [mention for mention in mentions if mention.bearers]
    while looked_at:
        meant = [(mention, _bearer(mention, organizations, known_at, registry)) for mention in looked_at]
        grown = set[str]()
        for mention, person in meant:
            if person is not None:
                found.update((claim.id, person) for claim in mention.claims)
                places = {organizations[claim.id] for claim in mention.claims if claim.status not in _UNSURE}
                if not places <= known_at[person]:
                    known_at[person] |= places
                    grown.add(person)
        waiting = [mention for mention in waiting if mention.claims[0].id not in found]
        looked_at = [mention for mention in waiting if not grown.isdisjoint(mention.bearers)]
    unknown = [claim for some in by_mention.values() for claim in some if claim.id not in found]
    return found | _unknown_people(unknown, articles, organizations, registry)


def _known_organizations(claims: Sequence[Claim], organizations: Mapping[str, str]) -> defaultdict[str, set[str]]:
    """Registry person -> organizations that claims with that person's id already tie them to."""
    known = defaultdict[str, set[str]](set)
    for claim in claims:
        if claim.person_id is not None and claim.status not in _UNSURE:
            known[claim.person_id].add(organizations[claim.id])
    return known


@dataclass(frozen=True, slots=True)
class _Mention:
    """One article's claims about one name: all folded forms of it, and the registry people who bear any of them."""

    claims: Sequence[Claim]
    article: Article | None
    names: Sequence[str]
    bearers: Sequence[str]

    @classmethod
    def of(cls, claims: Sequence[Claim], article: Article | None, registry: Registry) -> _Mention:
        names = sorted({name for claim in claims for name in _names_of(claim, article)})
        bearers = sorted({bearer for name in names for bearer in registry.people_named(name)})
        return cls(claims, article, names, bearers)


def _bearer(
    mention: _Mention, organizations: Mapping[str, str], known_at: Mapping[str, set[str]], registry: Registry
) -> str | None:
    """The registry person whom the mention means; None when that stays open."""
    names, bearers = mention.names, mention.bearers
    by_gloss = [b for b in bearers if all(b in registry.people_named(n) for n in names if registry.people_named(n))]
    if len(bearers) > 1 and len(by_gloss) == 1 and len(names) > 1:
        return by_gloss[0]
    if len(bearers) == 1 and _is_plain(bearers[0], names, registry):
        return bearers[0]
    seen = {organizations[claim.id] for claim in mention.claims}
    fitting = [b for b in bearers if _fits(b, mention, seen, known_at.get(b, set()), registry)]
    return fitting[0] if len(fitting) == 1 else None


def _is_plain(bearer: str, names: Sequence[str], registry: Registry) -> bool:
    """Whether the names alone mean the bearer: nobody known is like them, and one of theirs is no common name."""
    person = registry.person(bearer)
    if person is None or person.different_from:
        return False
    return any(bearer in registry.people_named(name) and not registry.is_common(name, bearer) for name in names)


def _fits(bearer: str, mention: _Mention, seen: set[str], known: set[str], registry: Registry) -> bool:
    """Whether the context speaks for this bearer: a shared organization, or a name form that nobody else has.

    Of a single bearer an organization of theirs that the article names anywhere is enough.
    """
    described = registry.organizations_described(bearer)
    if any(registry.related(one, other) for one in seen for other in known | described):
        return True
    if mention.article is None:
        return False
    text, bearers = mention.article.text, mention.bearers
    others = {fold_name(form) for b in bearers if b != bearer for form in registry.forms(b)}
    forms = [form for form in registry.forms(bearer) if not registry.is_common(form, bearer)]
    if any(form in text for form in forms if fold_name(form) not in others):
        return True
    return len(bearers) == 1 and any(registry.names_organization(text, place) for place in sorted(described))


def _unknown_people(
    claims: Sequence[Claim], articles: Mapping[str, Article], organizations: Mapping[str, str], registry: Registry
) -> dict[str, str]:
    """Provisional people: connected by one article and name, or by name and a shared organization or its kin."""
    roots = [registry.ancestors(organizations[claim.id])[-1] for claim in claims]
    first_with: dict[tuple[str, str, str], int] = {}
    above = list(range(len(claims)))  # place -> an earlier place of the same set, or itself
    for place, claim in enumerate(claims):
        for name in _names_of(claim, articles.get(claim.article_id)):
            for tie in (("article", claim.article_id, name), ("organization", roots[place], name)):
                one, other = sorted((_top(above, first_with.setdefault(tie, place)), _top(above, place)))
                above[other] = one
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(len(claims)):
        members[_top(above, place)].append(place)
    named: dict[str, str] = {}
    for group in members.values():
        name, root = min((fold_name(claims[place].person), roots[place]) for place in group)
        entity = provisional_id("person", name, root)
        named.update((claims[place].id, entity) for place in group)
    return named


def _top(above: list[int], place: int) -> int:
    """The first place of the set. The way there is halved, as long chains would take the square of their time."""
    while above[place] != place:
        above[place] = above[above[place]]
        place = above[place]
    return place


def _names_of(claim: Claim, article: Article | None) -> frozenset[str]:
    """Folded forms that the article gives this person: the printed one, and its gloss in brackets."""
    text = article.text if article is not None else ""
    return _glossed(claim.person, text) if "(" in text or "（" in text else frozenset([fold_name(claim.person)])


@lru_cache(maxsize=8192)
def _glossed(person: str, text: str) -> frozenset[str]:
    names = {fold_name(person)}
    for match in re.finditer(re.escape(person) + _GLOSS, text):
        gloss = match[1].strip()
        if _NAME.fullmatch(gloss) and _other_script(person, gloss):
            names.add(fold_name(gloss))
    for match in re.finditer(r"([A-Z][\w.'’ -]{3,40}|[㐀-鿿·•・]{2,20})\s?[（(]" + re.escape(person) + "[)）]", text):
        for gloss in _NAME.findall(match[1])[-1:]:
            if match[1].endswith(gloss) and _other_script(person, gloss) and gloss.isascii():
                names.add(fold_name(gloss))
    return frozenset(names)


def _other_script(one: str, other: str) -> bool:
    return one.isascii() != other.isascii()


def provisional_person(entity_id: str, forms: Iterable[str]) -> Person:
    """A person whom only claims know, under the forms that they print."""
    return Person(id=entity_id, name=_fullest(forms), names=_by_language(forms))


def provisional_organization(entity_id: str, forms: Iterable[str]) -> Organization:
    """An organization that only claims know, under the forms that they print."""
    return Organization(id=entity_id, name=_fullest(forms), names=_by_language(forms), kind="unknown")


def _fullest(forms: Iterable[str]) -> str:
    return max(forms, key=lambda form: (len(form), form))


def _by_language(forms: Iterable[str]) -> dict[Language, tuple[str, ...]]:
    names: dict[Language, tuple[str, ...]] = {}
    for form in sorted(forms):
        names[_language(form)] = (*names.get(_language(form), ()), form)
    return names


def _language(form: str) -> Language:
    if not re.search(r"[㐀-鿿]", form):
        return Language.EN
    return Language.ZH_HANS if fold_name(form) == re.sub(r"[·•・]", " ", form).casefold() else Language.ZH_HANT
