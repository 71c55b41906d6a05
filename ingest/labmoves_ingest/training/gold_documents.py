"""Documents from annotated marks: what the readers would see if every mention were found.

    gold = GoldDocument.of(article, lexicon)
    gold.document                       the same form that extraction builds from predicted mentions
    gold.people["P1"]                   index of that person in gold.document.people

Cannot happen: a trigger without a token; CorpusError names the article.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from labmoves_ingest.documents import Document, Entity, Span
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reading import add_dates, begin_document
from labmoves_ingest.training.corpus import AnnotatedArticle, CorpusError, GoldClaim

__all__ = ["GoldDocument", "begin_gold_document", "marked_dates", "publication_day"]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """An article's document, and where its marks went: indices into document.people, .organizations, .roles."""

    article: AnnotatedArticle
    document: Document
    people: dict[str, int]
    organizations: dict[str, int]
    roles: dict[str, list[int]]

    @classmethod
    def of(cls, article: AnnotatedArticle, lexicon: Lexicon) -> GoldDocument:
        """The document with the marked mentions and the dates that the text holds."""
        gold = cls(article, begin_gold_document(article, lexicon), {}, {}, {})
        for mark in sorted(article.marks, key=lambda mark: mark.start):
            span = gold.document.span(mark.start, mark.end)
            if span is not None:
                gold._add(mark.id, span, mark.nominal)
        gold._resolve()
        _add_registry_ids(gold.document, lexicon)
        add_dates(gold.document)
        return gold

    def _add(self, mark_id: str, span: Span, nominal: bool) -> None:
        document = self.document
        match mark_id[0]:
            case "P" if nominal:
                document.nominal_people.append(span)
            case "P":
                self._entity(mark_id, self.people, document.people).mentions.append(span)
            case "O" if nominal:
                document.nominal_organizations.append(span)
            case "O":
                self._entity(mark_id, self.organizations, document.organizations).mentions.append(span)
            case "R":
                self.roles.setdefault(mark_id, []).append(len(document.roles))
                document.roles.append(span)

    def _resolve(self) -> None:
        """What pronouns and descriptions mean, where the text names it anywhere."""
        for mark in self.article.marks:
            span = self.document.span(mark.start, mark.end) if mark.nominal else None
            if span is not None and mark.id in self.people:
                self.document.person_referents[span.first] = self.people[mark.id]
            elif span is not None and mark.id in self.organizations:
                self.document.organization_referents[span.first] = self.organizations[mark.id]

    def _entity(self, mark_id: str, numbers: dict[str, int], entities: list[Entity]) -> Entity:
        if mark_id not in numbers:
            numbers[mark_id] = len(entities)
            entities.append(Entity(self.article.fullest(mark_id)))
        return entities[numbers[mark_id]]

    def triggers(self, claim: GoldClaim) -> list[Span]:
        """Where the words stand that state the claim. Raises CorpusError when they cover no token."""
        spans = self._spans(claim.triggers)
        if not spans:
            raise CorpusError(
                f"{self.article.source}: {self.article.id}: no token under the trigger {', '.join(claim.triggers)}; "
                "mark the words that state the event"
            )
        return spans

    def dates(self, claim: GoldClaim) -> set[int]:
        """Indices of the document's dates that overlap the words which date the claim."""
        return marked_dates(self.article, claim, self.document)

    def _spans(self, mark_ids: Collection[str]) -> list[Span]:
        spans = (self.document.span(mark.start, mark.end) for mark in self.article.marks if mark.id in mark_ids)
        return [span for span in spans if span is not None]


def marked_dates(article: AnnotatedArticle, claim: GoldClaim, document: Document) -> set[int]:
    """Indices of the document's dates, whoever found its mentions, that overlap the words which date the claim."""
    marks = [mark for mark in article.marks if mark.id in claim.when]
    return {
        index
        for index, (_, mention) in enumerate(document.dates)
        if any(mention.start < mark.end and mark.start < mention.end for mark in marks)
    }


def begin_gold_document(article: AnnotatedArticle, lexicon: Lexicon) -> Document:
    """The article's document with tokens, cues and sentences only."""
    return begin_document(lexicon, article.language[:2], article.text, publication_day(article), article.title)


def publication_day(article: AnnotatedArticle) -> date | None:
    """The day it appeared, None when less than a day is known."""
    return date.fromisoformat(article.published) if len(article.published) == len("2025-01-31") else None


def _add_registry_ids(document: Document, lexicon: Lexicon) -> None:
    """As `mentions.fill_mentions` does: the ids that an entity's forms have in the registry."""
    for entities, known in (
        (document.people, lexicon.people),
        (document.organizations, lexicon.organizations),
    ):
        for entity in entities:
            forms = sorted({document.folded[m.start : m.end] for m in entity.mentions}, key=lambda f: (-len(f), f))
            entity.key = forms[0]
            entity.registry_ids = tuple(dict.fromkeys(i for form in forms for i in known.get(form, ())))
