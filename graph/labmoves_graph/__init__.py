"""labmoves_graph: the claim model, the registry of people and organizations, and the stores."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__"]
