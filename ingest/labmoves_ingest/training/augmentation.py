"""Other names in the same text: the people and organizations of an annotated article swapped for others.

A learned tagger must read names by their context and build, not by heart. `swapped` gives the article with
every name replaced, all forms of one entity consistently, and every mark's offsets moved along.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import resources
from random import Random

from labmoves_graph.model import Language
from labmoves_graph.registry import Registry
from labmoves_ingest.tokens import is_han
from labmoves_ingest.training.corpus import AnnotatedArticle, Mark

__all__ = ["NamePool", "swapped"]

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NAMES = tomllib.loads((resources.files("labmoves_ingest.training") / "names.toml").read_text("utf-8"))

#: The list of surnames begins with the usual ones; the rare ones behind are other words most of the time.
_SURNAMES, _USUAL = 450, 120


class NamePool:
    """Names to swap in: the built-in lists, and the organizations' and surnames' forms that are given.

    told: organizations' names of the texts to be learnt from, by language. Few that nobody knows are in any registry,
    and a list of invented ones is soon learnt by heart.
    """

    def __init__(
        self,
        surnames: list[str],
        organizations_en: list[str],
        organizations_zh: list[str],
        told: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.surnames = surnames
        self.organizations = {"en": organizations_en, "zh": organizations_zh}
        self.told = told or {}

    @classmethod
    def of(cls, registry: Registry, articles: Iterable[AnnotatedArticle] = ()) -> NamePool:
        """The pool of the shipped models: the registry's organizations and those of the articles to be learnt from,
        and the usual surnames more often.
        """
        cues = tomllib.loads((resources.files("labmoves_ingest") / "cues" / "zh.toml").read_text("utf-8"))
        surnames = cues["class"]["surname"][:_SURNAMES]
        names = [(o.name, o.names) for o in registry.organizations.values()]
        english = [form for name, forms in names for form in (name, *forms.get(Language.EN, ()))]
        han = (Language.ZH_HANS, Language.ZH_HANT)
        chinese = [form for _, forms in names for script in han for form in forms.get(script, ())]
        told: dict[str, set[str]] = {"en": set(), "zh": set()}
        for article in articles:
            marked = {mark.id for mark in article.marks if mark.id[0] == "O" and not mark.nominal}
            told[article.language[:2]].update(article.fullest(mark_id) for mark_id in marked)
        return cls(surnames[:_USUAL] * 3 + surnames, english, chinese, {key: sorted(told[key]) for key in told})

    def latin(self, parts: int, random: Random) -> list[str]:
        """A Latin name of that many words."""
        names = [random.choice(_NAMES["latin_given"]) for _ in range(max(parts - 1, 0))]
        return [*names, random.choice(_NAMES["latin_surname"])][-parts:]

    def han(self, random: Random) -> tuple[str, str]:
        """Surname and given name in Han characters."""
        return random.choice(self.surnames), "".join(
            random.choices(_NAMES["han_given"], k=random.choices((1, 2), (3, 7))[0])
        )

    def transliterated(self, random: Random) -> str:
        """One part of a foreign name in Han characters."""
        return str(random.choice(_NAMES["transliterated"]))

    def organization(self, language: str, random: Random) -> str:
        """A known organization's name, another text's or an invented one."""
        if random.random() < 0.4:
            return random.choice(self.organizations[language])
        if self.told.get(language) and random.random() < 0.8:
            return random.choice(self.told[language])
        if language == "zh" and random.random() < 0.7:
            return str(
                random.choice(_NAMES["han_organization_stem"]) + random.choice(_NAMES["han_organization_tail"])
            )
        return str(random.choice(_NAMES["organization_stem"]) + random.choice(_NAMES["organization_tail"]))


def swapped(article: AnnotatedArticle, pool: NamePool, random: Random) -> AnnotatedArticle:
    """The article with all its people and organizations under other names."""
    language = article.language[:2]
    names: dict[str, dict[str, str]] = {}
    for mark_id in sorted({m.id for m in article.marks if m.id[0] in "PO"}):
        forms = {article.text[m.start : m.end] for m in article.marks if m.id == mark_id and not m.nominal}
        if not forms:
            continue
        change = _person_change if mark_id[0] == "P" else _organization_change
        names[mark_id] = change(sorted(forms, key=lambda form: (-len(form), form)), language, pool, random)
    return _replaced(article, names)


def _replaced(article: AnnotatedArticle, names: dict[str, dict[str, str]]) -> AnnotatedArticle:
    pieces: list[str] = []
    marks: list[Mark] = []
    last = length = 0
    for mark in sorted(article.marks, key=lambda m: m.start):
        old = article.text[mark.start : mark.end]
        new = old if mark.nominal else names.get(mark.id, {}).get(old, old)
        pieces += (article.text[last : mark.start], new)
        start = length + mark.start - last
        marks.append(Mark(mark.id, start, start + len(new), mark.nominal))
        length = start + len(new)
        last = mark.end
    pieces.append(article.text[last:])
    return replace(article, text="".join(pieces), marks=tuple(marks))


def _person_change(forms: list[str], language: str, pool: NamePool, random: Random) -> dict[str, str]:
    words: dict[str, str] = {}
    changed: dict[str, str] = {}
    surname, given = pool.han(random)
    fullest_han = next((form for form in forms if is_han(form[0]) and "·" not in form and 2 <= len(form) <= 4), "")
    old_surname = fullest_han[:2] if len(fullest_han) == 4 else fullest_han[:1]
    for form in forms:
        if is_han(form[0]):
            if "·" in form or len(form) > 4:
                parts = re.split("[·・]", form)
                for part in parts:
                    words.setdefault(part, pool.transliterated(random))
                changed[form] = "·".join(words[part] for part in parts)
            elif form in words:
                changed[form] = words[form]
            elif form == fullest_han:
                changed[form] = surname + given
            elif old_surname and old_surname in form and len(form) <= 3:
                changed[form] = form.replace(old_surname, surname)
            elif fullest_han.endswith(form):
                changed[form] = given
            continue
        tokens = [m.group() for m in _WORD.finditer(form)]
        known = [t for t in tokens if t in words]
        if not known and tokens:
            for old, new in zip(tokens, pool.latin(len(tokens), random), strict=False):
                words.setdefault(old, new)
        changed[form] = _WORD.sub(lambda m: words.get(m.group(), m.group()), form)
    return changed


def _organization_change(forms: list[str], language: str, pool: NamePool, random: Random) -> dict[str, str]:
    fullest = pool.organization(language, random)
    short = re.split(r"\s", fullest)[0] if not is_han(fullest[0]) else fullest[: max(2, len(fullest) - 2)]
    return {form: fullest if index == 0 or random.random() < 0.5 else short for index, form in enumerate(forms)}
