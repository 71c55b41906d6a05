"""Every number that training is tuned by, in one place.

`Settings()` is what the shipped models are trained with; a run records the ones it used in the model's json.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ChoiceSettings",
    "FeatureSettings",
    "LinearSettings",
    "PassageSettings",
    "ReaderSettings",
    "ReasonSettings",
    "ReferenceSettings",
    "Settings",
    "StatusSettings",
    "TaggerSettings",
]


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """Of the mention tagger: one network for each of the seeds.

    variants: copies of each training article under other names; finder_variants: the same for the taggers that only
    find mentions for the readers; crop: longest stretch of tokens in a batch, and so
    how far the same word is looked for in training (one article in thirty is longer); gazetteer_dropout: share of
    stretches in which the registry's names are not shown; word_dropout: share of words shown as unknown.
    """

    epochs: int = 5
    width: int = 96
    dropout: float = 0.3
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 100
    batch: int = 12
    seeds: tuple[int, ...] = (1,)
    variants: int = 3
    finder_variants: int = 1
    crop: int = 640
    gazetteer_dropout: float = 0.4
    word_dropout: float = 0.12


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Of the claim reader: one network, learnt from both languages at once, for each of the seeds, of the width
    beside it; widths are multiples of network.HEADS. The first looks at every window, the others at what the ones
    before find worth it: the cheapest comes first. word_width: numbers a word is embedded in.

    found_share: of the articles of an epoch, read with the mentions that a tagger finds which has not learnt from
    them, instead of the marked ones; context_dropout: of windows, read without what stands before the sentence, where
    they can be; cue_dropout: word_dropout in the items of a cue; trigger_weight: of the loss for pointing at the
    trigger.
    """

    epochs: int = 6
    dropout: float = 0.3
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    warmup: int = 150
    batch: int = 32
    seeds: tuple[int, ...] = (6, 4)
    widths: tuple[int, ...] = (64, 128)
    word_width: int = 64
    gazetteer_dropout: float = 0.3
    context_dropout: float = 0.25
    word_dropout: float = 0.15
    cue_dropout: float = 0.3
    trigger_weight: float = 0.3
    found_share: float = 0.5


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """Of the network that says what pronouns and descriptions mean, learnt from both languages at once."""

    epochs: int = 5
    width: int = 80
    dropout: float = 0.3
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    batch: int = 32
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """Of a small network over features, learnt from both languages at once."""

    epochs: int
    width: int
    dropout: float
    learning_rate: float
    weight_decay: float = 0.05
    batch: int = 64
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ChoiceSettings:
    """Of the two networks that choose a claim's date, or its role: by where the options stand, and by what is read of
    them."""

    place: FeatureSettings = FeatureSettings(epochs=12, width=64, dropout=0.3, learning_rate=2e-3)
    reading: FeatureSettings = FeatureSettings(epochs=30, width=16, dropout=0.3, learning_rate=2e-3)


@dataclass(frozen=True, slots=True)
class LinearSettings:
    """Of a linear model over hashed columns. class_weights: of the loss of each class; decay: of the weights used."""

    epochs: int
    batch: int
    class_weights: tuple[float, ...]
    learning_rate: float = 0.01
    decay: float = 1e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class PassageSettings:
    """Of a network that reads passages. word_dropout: share of words hidden."""

    epochs: int = 5
    width: int = 64
    dropout: float = 0.3
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 200
    batch: int = 32
    seed: int = 0
    word_dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class ReasonSettings(PassageSettings):
    """Of the network that says which clauses state a reason, and the linear model of their kinds.

    threshold: a clause states a reason from this probability on.
    """

    threshold: float = 0.25
    kinds: LinearSettings = LinearSettings(epochs=20, batch=64, class_weights=(1.0,) * 16, decay=0.01)


@dataclass(frozen=True, slots=True)
class StatusSettings:
    """Of the network and the linear model of how an event is put; the loss of each status has one weight in both."""

    network: PassageSettings = PassageSettings(word_dropout=0.15)
    words: LinearSettings = LinearSettings(epochs=8, batch=64, class_weights=(1.0, 2.0, 1.3, 2.0))


@dataclass(frozen=True, slots=True)
class Settings:
    """Of all nine models, four of which the languages share.

    rare: words seen less often than this in training are unknown.
    """

    rare: int = 4
    tagger: TaggerSettings = TaggerSettings()
    references: ReferenceSettings = ReferenceSettings()
    reader: ReaderSettings = ReaderSettings()
    weigher: FeatureSettings = FeatureSettings(epochs=40, width=48, dropout=0.4, learning_rate=5e-4)
    dates: ChoiceSettings = ChoiceSettings()
    roles: ChoiceSettings = ChoiceSettings()
    status: StatusSettings = StatusSettings()
    manners: LinearSettings = LinearSettings(epochs=8, batch=64, class_weights=(1.0, *(2.0,) * 9))
    reasons: ReasonSettings = ReasonSettings()
