"""The marked corpus as an annotated set to measure against.

    article_of(annotated)    the article as a reader gets it: text, title, publication, no mark
    gold_of(annotated)       its claims as evaluation.evaluate takes them

Any marked form of a name counts as that name, pronouns and descriptions aside: which of the forms is the fullest
is a matter of taste (data/agreement/README.md).
"""

from __future__ import annotations

from typing import Any

from labmoves_graph.model import Article, Language
from labmoves_ingest import annotation_match
from labmoves_ingest.evaluation import GoldArticle
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.gold_documents import publication_day

__all__ = ["article_of", "gold_claim", "gold_of"]


def article_of(annotated: AnnotatedArticle) -> Article:
    """The article without its marks."""
    return Article(
        id=annotated.id,
        text=annotated.text,
        title=annotated.title,
        published=publication_day(annotated),
        language=Language(annotated.language),
    )


def gold_of(annotated: AnnotatedArticle) -> GoldArticle:
    """The article's annotation."""
    claims = tuple(gold_claim(annotated, claim) for claim in annotated.claims)
    return GoldArticle(annotated.id, annotated.text, claims, (), Language(annotated.language))


def gold_claim(annotated: AnnotatedArticle, claim: GoldClaim) -> annotation_match.GoldClaim:
    """The claim with every marked form of its names; evidence: the words that state it."""
    record: dict[str, Any] = {
        "event": claim.event,
        "date": claim.date,
        "manner": claim.manner,
        "status": claim.status,
        "reasons": [{"category": reason.category} for reason in claim.reasons],
        "evidence": annotated.fullest(claim.triggers[0]),
    }
    for part, mark_id in (("person", claim.person), ("organization", claim.organization), ("role", claim.role)):
        if mark_id is not None:
            record[part] = annotated.fullest(mark_id)
            record[f"{part}_alt"] = _forms(annotated, mark_id)
    return annotation_match.GoldClaim.from_record(record)


def _forms(annotated: AnnotatedArticle, mark_id: str) -> list[str]:
    """The forms of a name, in text order, each once."""
    forms = (annotated.text[m.start : m.end] for m in annotated.marks if m.id == mark_id and not m.nominal)
    return list(dict.fromkeys(forms))
