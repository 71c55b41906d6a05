"""Figures of a training run as plain numbers, ready for the model's json."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Figures", "agreement", "share"]

Figures = Mapping[str, "float | int | Figures"]


def agreement(hit: int, predicted: int, annotated: int) -> Figures:
    """Precision, recall and F1; 0 where nothing was predicted or annotated."""
    return {
        "precision": share(hit, predicted),
        "recall": share(hit, annotated),
        "f1": share(2 * hit, predicted + annotated),
        "annotated": annotated,
    }


def share(part: float, whole: float) -> float:
    """part / whole to four digits; 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0
