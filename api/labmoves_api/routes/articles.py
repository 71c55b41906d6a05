"""Articles and what each of them claims."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import item_answer, list_answer, page_links
from labmoves_api.formats import ItemFormat, ListFormat
from labmoves_api.linked_data import article_triples
from labmoves_api.parameters import Cursor, LanguageOf, Limit, ServiceOf, Since, Until
from labmoves_api.records import article_record
from labmoves_api.tabular import ARTICLE_COLUMNS
from labmoves_graph.partial_date import check_period

__all__ = ["ArticleId", "router"]

router = APIRouter(prefix="/v1", tags=["articles"])

#: A source's own id may hold slashes, unlike the ids that labmoves makes.
ArticleId = Annotated[
    str, Path(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$", description="The article's id")
]


@router.get("/articles", operation_id="list_articles", summary="Articles", response_model=schemas.ArticlePage)
def list_articles(
    request: Request,
    service: ServiceOf,
    since: Since,
    until: Until,
    format: ListFormat,
    publisher: Annotated[str | None, Query(max_length=200, description="Publisher, as printed")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Articles that stand, the latest published first, without their texts. `since`, `until`: of publication."""
    check_period(since, until)
    page = service.model.articles(
        publisher=publisher,
        since=since.earliest if since else None,
        until=until.latest if until else None,
        limit=limit,
        cursor=cursor,
    )
    items = [article_record(view) for view in page.items]
    envelope = {"items": items, "cursor": page.cursor, "links": page_links(request, page.cursor)}
    return list_answer(
        format, envelope, ARTICLE_COLUMNS, lambda: (t for view in page.items for t in article_triples(view))
    )


@router.get(
    "/articles/{id:path}", operation_id="get_article", summary="An article", response_model=schemas.ArticleItem
)
def get_article(id: ArticleId, service: ServiceOf, lang: LanguageOf, format: ItemFormat) -> Response:
    """The newest version of an article: its text, and its claims, which quote that text."""
    article = service.model.article(id)
    claims = service.model.claims_of(id, lang=lang)
    return item_answer(format, article_record(article, claims), lambda: article_triples(article, claims))
