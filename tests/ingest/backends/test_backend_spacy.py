"""Names from a spaCy pipeline: a tiny one, trained here, and what happens without one."""

import random

import pytest
import spacy
from spacy.training import Example
from spacy.util import minibatch

from labmoves_graph.errors import MissingExtraError, ReaderSettingsError
from labmoves_graph.model import Article, Language
from labmoves_graph.registry import Registry
from labmoves_ingest.backends import reader, summary
from labmoves_ingest.backends.spacy_names import STRETCH, PipelineReader
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.pipeline import as_doc

#: Names that nobody bears, so that the default reader leaves them alone.
PEOPLE = ("brown kettle", "brown pan", "brown pot", "brown jug")
LABS = ("wet spoon", "wet fork", "wet knife", "wet ladle")
FRAMES = (
    "We hear that {0} left {1} in May 2023 .",
    "The valley was quiet .",
    "The end .",
    "today {0} left {1} for good",
    "{0} was at {1} before",
    "we hear {0} joined {1}",
    "{1} hired {0} today",
)
TEXT = "Mira Murati was there. We hear that brown kettle left wet spoon in March 2024. The end."


def annotated(frame, person, lab):
    """A sentence with its names marked."""
    text = frame.format(person, lab)
    marks = [(text.find(person), len(person), "PERSON"), (text.find(lab), len(lab), "ORG")]
    return text, {"entities": [(start, start + length, label) for start, length, label in marks if start >= 0]}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """The folder of a pipeline that knows these names and no others."""
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    data = [annotated(frame, person, lab) for frame in FRAMES for person in PEOPLE for lab in LABS]
    examples = [Example.from_dict(nlp.make_doc(text), marks) for text, marks in data]
    spacy.util.fix_random_seed(1)
    chance = random.Random(1)
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(6):
        chance.shuffle(examples)
        for batch in minibatch(examples, size=8):
            nlp.update(batch, sgd=optimizer)
    folder = tmp_path_factory.mktemp("pipeline") / "tiny"
    nlp.to_disk(folder)
    return str(folder)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


def names(extractor, text):
    """Everything that the reader's English pipeline marks as a name: (kind, start, end)."""
    nlp = extractor.pipeline("en")
    doc = nlp(as_doc(nlp, Article("n", text, language=Language.EN)))
    return {(entity.label_, entity.start_char, entity.end_char) for entity in doc.ents}


def at(text, kind, name, start=0):
    begin = text.index(name, start)
    return kind, begin, begin + len(name)


def test_the_names_it_finds_are_added_by_offset(pipeline, registry):
    before = names(Extractor(registry), TEXT)
    added = {at(TEXT, "PERSON", "brown kettle"), at(TEXT, "ORG", "wet spoon")}
    assert before.isdisjoint(added)
    chosen = PipelineReader(registry, [pipeline])
    assert names(chosen, TEXT) >= before | added
    assert "added" in chosen.summary()


def test_claims_are_made_from_them(pipeline, registry):
    article = Article("c", TEXT, language=Language.EN)
    chosen = reader(f"spacy:{pipeline}", registry)
    found = {(claim.person, claim.organization) for claim in chosen.extract(article)}
    assert ("brown kettle", "wet spoon") in found
    assert ("brown kettle", "wet spoon") not in {
        (claim.person, claim.organization) for claim in Extractor(registry).extract(article)
    }
    assert summary(chosen).startswith(f"{pipeline}: ")


def test_offsets_hold_in_a_text_longer_than_a_stretch(pipeline, registry):
    text = "The valley was quiet on that day.\n\n" * (STRETCH // 30) + TEXT
    assert names(PipelineReader(registry, [pipeline]), text) >= {at(text, "PERSON", "brown kettle")}


def test_it_reads_no_language_but_its_own(pipeline, registry):
    text = "brown kettle 于2024年3月离开 wet spoon。"
    article = Article("z", text, language=Language.ZH_HANS)
    chosen = PipelineReader(registry, [pipeline])
    assert chosen.extract(article) == Extractor(registry).extract(article)
    assert chosen.summary() == f"{pipeline}: 0 mentions of people and organizations added"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("en_core_web_none", "python -m pip install en_core_web_none"),
        ("xx_core_web_sm", "python -m spacy download xx_core_web_sm"),
    ],
)
def test_a_missing_pipeline_gives_the_command_that_installs_it(registry, name, command):
    with pytest.raises(MissingExtraError) as raised:
        reader(f"spacy:{name}", registry)
    assert str(raised.value) == f"no spaCy pipeline {name!r} is installed; install it: {command}"


def test_a_folder_without_a_pipeline_is_told(registry, tmp_path):
    with pytest.raises(ReaderSettingsError, match="name the folder that holds its config"):
        reader(f"spacy:{tmp_path}/gone", registry)


def test_a_pipeline_without_names_is_told(registry, tmp_path):
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ReaderSettingsError, match="marks no people or organizations; choose one"):
        reader(f"spacy:{tmp_path}/blank", registry)
