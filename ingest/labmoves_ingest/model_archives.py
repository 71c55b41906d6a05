"""The archives of trained weights that the package brings along, or that a training run has written elsewhere.

read_archive("references.npz")            name of each array: the array, as it is stored
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_archive", "shipped_models"]


def shipped_models() -> Traversable:
    """The folder of the model files that labmoves brings along."""
    return resources.files("labmoves_ingest") / "models"


def read_archive(name: str, folder: Traversable | None = None) -> dict[str, NDArray[np.generic]]:
    """Every array of the archive. folder: of the model files; None: those that labmoves brings along."""
    with ((folder or shipped_models()) / name).open("rb") as file, np.load(file) as archive:
        return {key: archive[key] for key in archive.files}
