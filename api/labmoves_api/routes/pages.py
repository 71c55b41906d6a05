"""Pages for people: a start page with search, one for each person, organization and article.

Every page is plain HTML that reads without JavaScript, and links to the same data as JSON, CSV and Turtle. The
address of a person or an organization is that of the thing itself: who asks it for JSON or Turtle is led there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from labmoves_api.errors import QuestionError
from labmoves_api.formats import MEDIA_TYPES, Format, negotiated
from labmoves_api.html import STATIC, html_answer
from labmoves_api.page_text import marked_text
from labmoves_api.parameters import PRINTABLE, Cursor, ItemId, LanguageOf, PeriodOf, ServiceOf
from labmoves_api.problems import PROBLEMS
from labmoves_api.questions.filters import move_filter
from labmoves_api.questions.parsing import parse_question
from labmoves_api.routes.articles import ArticleId
from labmoves_api.service import Service
from labmoves_api.timelines import parted_by_date
from labmoves_graph.clock import system_clock
from labmoves_graph.model import Language, Verdict
from labmoves_graph.move_filter import MoveFilter

__all__ = ["router"]

#: What stands in the search box; nothing, too, where somebody pressed enter in an empty one.
SearchBox = Annotated[str, Query(max_length=100, pattern=f"{PRINTABLE}|^$")]

PAGE_LENGTH = 100
LATEST = 15

router = APIRouter(include_in_schema=False)


@router.get("/static/style.css")
def style() -> Response:
    """The one stylesheet."""
    return FileResponse(STATIC / "style.css", media_type="text/css")


@router.get("/static/icon.svg")
def icon() -> Response:
    """What browsers show beside the title."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


@router.get("/")
def home(service: ServiceOf, lang: LanguageOf, q: SearchBox = "") -> Response:
    """Search, the latest moves, and what sources disagree about."""
    model = service.model
    if q.strip():
        return _search(service, q, lang)
    counts = model.facets(None, ["organization", "reason"])
    latest = model.moves(limit=LATEST, lang=lang).items
    return html_answer(
        "home.html",
        latest=latest,
        flows=model.flows(limit=LATEST, lang=lang),
        reasons=counts["reason"],
        organizations=[
            (model.organization(one, lang=lang), moves) for one, moves in list(counts["organization"].items())[:24]
        ],
        total=service.count(MoveFilter()),
        disputes=model.disputes(limit=5, lang=lang).items,
    )


def _search(service: Service, q: str, lang: Language | None) -> Response:
    """Whoever bears the name; where nobody does, the answer to a question in plain words."""
    people = service.model.people(q, limit=LATEST, lang=lang).items
    organizations = service.model.organizations(q, limit=LATEST, lang=lang).items
    shown: dict[str, Any] = {"q": q, "people": people, "organizations": organizations}
    shown |= {"asked": None, "not_understood": ()}
    if not people and not organizations:
        try:
            asked = parse_question(q, service.words, system_clock().date())
        except QuestionError as error:
            shown["not_understood"] = error.parts
        else:
            chosen = move_filter(asked)
            moves = service.model.moves(chosen, limit=PAGE_LENGTH, lang=lang).items
            shown |= {"asked": asked, "moves": moves, "total": service.count(chosen)}
            shown |= {"url": f"/v1/moves?{urlencode(asked.filters)}"}
    return html_answer("search.html", **shown)


async def _elsewhere(request: Request) -> Response | None:
    """Where a client that wants data instead of a page is led."""
    formats = (Format.HTML, Format.JSON, Format.TURTLE, Format.JSONLD)
    wanted = negotiated(request.headers.get("accept", ""), formats)
    if wanted is Format.HTML:
        return None
    path = request.scope["path"]
    target = "/v1" + quote(path)
    headers = {"Vary": "Accept", "Content-Type": MEDIA_TYPES[wanted]}
    return RedirectResponse(f"{target}?format={wanted.value}", 303, headers)


Elsewhere = Annotated[Response | None, Depends(_elsewhere)]


@router.get("/people/{id}")
@router.get("/organizations/{id}")
def timeline_page(
    id: ItemId,
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    elsewhere: Elsewhere,
    period: PeriodOf,
    cursor: Cursor = None,
) -> Response:
    """A person's career, or who came to an organization and who left it, with the words it rests on."""
    if elsewhere is not None:
        return elsewhere
    is_person = request.url.path.startswith("/people/")
    kind = "person" if is_person else "organization"
    found = period.timeline(service.model, kind, id, PAGE_LENGTH, cursor, lang)
    entity = found.entity
    chosen = MoveFilter(
        person=entity.id if is_person else None, organization=None if is_person else entity.id, as_of=period.as_of
    )
    years = sorted(service.model.facets(chosen, ["year"])["year"].items())
    query = dict(request.query_params)
    dated, undated = parted_by_date(found.entries)
    denied = service.model.moves(replace(chosen, verdict=(Verdict.DENIED,)), limit=PAGE_LENGTH).items
    return html_answer(
        "timeline.html",
        entity=entity,
        plural="people" if is_person else "organizations",
        dated=dated,
        undated=undated,
        lang=lang,
        tenures=found.tenures,
        years=years,
        next=f"?{urlencode(query | {'cursor': found.cursor})}" if found.cursor else None,
        query=query,
        denied=denied,
    )


@router.get("/articles/{id:path}")
def article_page(id: ArticleId, service: ServiceOf, lang: LanguageOf) -> Response:
    """An article's text with the words that its claims rest on marked."""
    article = service.model.article(id)
    claims = service.model.claims_of(id, lang=lang)
    return html_answer("article.html", article=article, claims=claims, pieces=marked_text(article.text, claims))


@router.get("/docs/problems")
def problems_page() -> Response:
    """What each kind of problem means."""
    rows = {problem.code: (problem, kind.__doc__ or "") for kind, problem in PROBLEMS.items()}
    return html_answer("problems.html", problems=list(rows.values()))


@router.get("/docs")
def api_page(request: Request) -> Response:
    """The API, route by route."""
    spec = request.app.openapi()
    groups: dict[str, list[tuple[str, str, Any]]] = {}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append((method, path, operation))
    return html_answer("docs.html", spec=spec, groups=groups)
