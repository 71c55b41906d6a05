"""The files of the trained models, as the run time reads them.

    en.npz           weights of the taggers ("tag0.…", "tag1.…") and the readers ("read0.…", "read1.…")
    references.npz   weights of the network for pronouns and descriptions, of both languages
    weigher.npz      weights of the network that weighs whole readings, of both languages
    dates.npz        weights of the networks that choose a claim's date ("place.…", "reading.…"), of both languages
    roles.npz        weights of the networks that choose a claim's role ("place.…", "reading.…"), of both languages
    en_status.npz    weights of the network that says how an event is put ("put.…"); weights and bias of the linear
                     model that says so, too
    en_manners.npz   weights and bias of the model of manners
    en_reasons.npz   weights of the network that says which clauses state a reason ("stated.…") and its threshold;
                     weights and bias of the model of their kinds
    en.json          words of the vocabulary, thresholds, and under "trained" for each part the hash of
                     the corpus, the settings and the figures reached

and the same for zh. Numbers are in half precision, the large tables and matrices in bytes with a scale for each row.
Equal content gives equal bytes: names are sorted, archives carry no time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from labmoves_graph.errors import LabmovesError
from labmoves_ingest import reason_network, status_model
from labmoves_ingest.layers import SCALE
from labmoves_ingest.linear_model import LinearModel

__all__ = [
    "WORD_TABLE",
    "ModelFiles",
    "ModelFilesError",
    "Weights",
    "copy_references",
    "put_networks",
    "put_references",
    "put_weigher",
    "require_references",
    "weights_of",
]

Weights = Mapping[str, NDArray[np.generic]]

#: What is large: tables of thousands of rows, those of linear models ("weights") too, every convolution, and the
#: layers behind them ("view", "far_view").
TABLES = (
    "embed.word.weight",
    "embed.left.weight",
    "embed.right.weight",
    "convolution.weight",
    "view.weight",
    "weights",
)
#: The table of the reader that has a row for each word.
WORD_TABLE = "embed.word.weight"


class ModelFilesError(LabmovesError):
    """Model files that are missing or do not fit together."""


def put_references(folder: Path, network: nn.Module) -> None:
    """Write the network that says what pronouns and descriptions mean."""
    _write(folder / "references.npz", weights_of(network))


def copy_references(source: Path, target: Path) -> None:
    """Give the target folder the source's network that says what pronouns and descriptions mean."""
    shutil.copyfile(source / "references.npz", target / "references.npz")


def require_references(folder: Path) -> None:
    """Raises ModelFilesError unless the folder holds the network that says what pronouns and descriptions mean."""
    path = folder / "references.npz"
    if not path.exists():
        raise ModelFilesError(f"{path} does not exist; train references too: --only references")


def put_weigher(folder: Path, network: nn.Module) -> None:
    """Write the network that weighs whole readings."""
    _write(folder / "weigher.npz", weights_of(network))


def put_networks(path: Path, networks: Mapping[str, nn.Module]) -> None:
    """Write networks that choose together, each under the beginning of the names of its weights."""
    named = ((prefix, weights_of(network)) for prefix, network in networks.items())
    _write(path, {f"{prefix}{name}": value for prefix, weights in named for name, value in weights.items()})


class ModelFiles:
    """The files of one language in a folder, which is made when first written to."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder = folder
        self.language = language

    def start_networks(self, words: list[str]) -> None:
        """Drop both networks; those to come use these words."""
        self._path(".npz").unlink(missing_ok=True)
        self.update(words=words)

    def has_networks(self) -> bool:
        """Whether taggers or readers have been written."""
        return self._path(".npz").exists()

    def require_networks(self) -> None:
        """Raises ModelFilesError unless the networks and their vocabulary are there."""
        if not self.has_networks():
            raise ModelFilesError(f"{self._path('.npz')} does not exist; train tagger and reader together first")
        if not self.words():
            raise ModelFilesError(f"{self._path('.json')} names no words; train tagger and reader together first")

    def words(self) -> list[str]:
        """The vocabulary that the networks share; empty when there are none."""
        words: list[str] = self.meta().get("words", [])
        return words

    def put_taggers(self, networks: Sequence[Weights]) -> None:
        """Replace the taggers' weights, keeping the readers'."""
        taggers = {}
        for number, network in enumerate(networks):
            taggers.update({f"tag{number}.{name}": value for name, value in network.items()})
        self._put("tag", taggers)

    def put_readers(self, networks: Sequence[Weights], first_word: int, words: int) -> None:
        """Replace the readers' weights, keeping the tagger's; of the words they know, keep this language's."""
        readers = {}
        for number, network in enumerate(networks):
            for name, value in network.items():
                own = value[first_word : first_word + words] if name == WORD_TABLE else value
                readers[f"read{number}.{name}"] = own
        self._put("read", readers)

    def _put(self, prefix: str, weights: Weights) -> None:
        """Replace what begins with the prefix; what stays is already rounded."""
        path = self._path(".npz")
        kept: Weights = {}
        if path.exists():
            with np.load(path) as archive:
                kept = {name: archive[name] for name in archive.files if not name.startswith(prefix)}
        _write(path, {**kept, **weights})

    def put_linear(self, name: str, model: LinearModel) -> None:
        """Replace a linear model."""
        _write(self._path(f"_{name}.npz"), {"weights": model.weights, "bias": model.bias})

    def put_status(self, put: Weights, words: LinearModel) -> None:
        """Replace what says how an event is put."""
        network = {f"{status_model.PREFIX}{name}": value for name, value in put.items()}
        _write(self._path("_status.npz"), {**network, "weights": words.weights, "bias": words.bias})

    def put_reasons(self, stated: Weights, kinds: LinearModel, threshold: float) -> None:
        """Replace what finds reasons. threshold: a clause states one from this probability on."""
        network = {f"{reason_network.PREFIX}{name}": value for name, value in stated.items()}
        numbers = {"threshold": np.asarray(threshold, dtype=np.float32)}
        _write(self._path("_reasons.npz"), {**network, "weights": kinds.weights, "bias": kinds.bias, **numbers})

    def meta(self) -> dict[str, Any]:
        """What the json says; empty when there is none."""
        path = self._path(".json")
        if not path.exists():
            return {}
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def update(self, **entries: Any) -> None:
        """Set entries of the json, keeping the rest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        meta = {**self.meta(), **entries}
        lines = (f"{json.dumps(name)}: {json.dumps(meta[name], ensure_ascii=False)}" for name in sorted(meta))
        self._path(".json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")

    def record(self, part: str, entry: Mapping[str, Any]) -> None:
        """Note what a part was trained on, how, and what it reached."""
        self.update(trained=dict(sorted({**self.meta().get("trained", {}), part: entry}.items())))

    def _path(self, ending: str) -> Path:
        return self.folder / f"{self.language}{ending}"


def _write(path: Path, weights: Weights) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    small: dict[str, NDArray[np.generic]] = {}
    for name in sorted(weights):
        small.update(_rounded(name, weights[name]))
    # Written beside it first: a run that is ended while it writes leaves no half of a file that looks like one.
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **small)
    unfinished.replace(path)


def _rounded(name: str, value: NDArray[np.generic]) -> Weights:
    """In half precision; what is large in bytes, with a scale for each row."""
    if not name.endswith(TABLES) or value.dtype == np.int8:
        return {name: value if value.dtype == np.int8 else value.astype(np.float16)}
    largest = np.abs(value).max(axis=tuple(range(1, value.ndim)), keepdims=True)
    scale = np.maximum(largest.astype(np.float32), 1e-6) / 127
    return {name: np.round(value / scale).astype(np.int8), f"{name}{SCALE}": scale.astype(np.float16)}


def weights_of(network: nn.Module) -> Weights:
    """The numbers of a network, by name."""
    return {name: value.detach().numpy() for name, value in network.state_dict().items()}
