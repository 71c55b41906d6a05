"""The networks at run time are those that were trained: NumPy and torch give the same numbers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from labmoves_graph.registry import Registry  # noqa: E402
from labmoves_ingest.feature_network import FeatureNetwork  # noqa: E402
from labmoves_ingest.lexicon import Lexicon  # noqa: E402
from labmoves_ingest.network import ReaderEnsemble, TaggerEnsemble  # noqa: E402
from labmoves_ingest.organization_view import View  # noqa: E402
from labmoves_ingest.passages import PassageNetwork  # noqa: E402
from labmoves_ingest.reason_network import PREFIX, ReasonNetwork  # noqa: E402
from labmoves_ingest.reasons import ReasonFeatures  # noqa: E402
from labmoves_ingest.references import ReferenceModel  # noqa: E402
from labmoves_ingest.tagging import TAGS, MentionKind, tag_spans  # noqa: E402
from labmoves_ingest.token_features import Vocabulary, flag_matrix, repetition_keys  # noqa: E402
from labmoves_ingest.training.corpus import AnnotatedArticle, read_corpus  # noqa: E402
from labmoves_ingest.training.feature_networks import FeatureNet  # noqa: E402
from labmoves_ingest.training.gold_documents import GoldDocument, begin_gold_document  # noqa: E402
from labmoves_ingest.training.passages import PassageNet, collated  # noqa: E402
from labmoves_ingest.training.reader import ReaderNet  # noqa: E402
from labmoves_ingest.training.reader_batches import ReaderBatch  # noqa: E402
from labmoves_ingest.training.reader_examples import reader_examples, taught_windows  # noqa: E402
from labmoves_ingest.training.reason_training import reason_cases  # noqa: E402
from labmoves_ingest.training.reference_training import ReferenceNet, reference_examples  # noqa: E402
from labmoves_ingest.training.settings import FeatureSettings, PassageSettings, ReasonSettings  # noqa: E402
from labmoves_ingest.training.status_training import status_cases  # noqa: E402
from labmoves_ingest.training.tagger import TagNet, seen_of  # noqa: E402
from labmoves_ingest.training.tagger_training import common_words, tagger_example  # noqa: E402

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


@pytest.fixture(scope="module", params=["en", "zh"])
def material(request) -> tuple[list[AnnotatedArticle], Lexicon, Vocabulary]:
    articles = list(read_corpus([CORPUS / f"{request.param}A.txt"]))[:5]
    return articles, Lexicon(request.param, Registry.load()), Vocabulary(common_words(articles, 1))


def weights(network):
    return {name: value.detach().numpy() for name, value in network.state_dict().items()}


def untrained_references():
    torch.manual_seed(2)
    return ReferenceNet(8, 0.3).eval()


def seen_of_all(articles, lexicon, vocabulary, seen):
    """What `seen`, reader_examples or taught_windows, gives of all the articles."""
    references = ReferenceModel(weights(untrained_references()))
    return [one for article in articles for one in seen(GoldDocument.of(article, lexicon), vocabulary, references)]


def examples_of(articles, lexicon, vocabulary):
    return seen_of_all(articles, lexicon, vocabulary, reader_examples)


def windows_of(articles, lexicon, vocabulary):
    return [window for window, _ in seen_of_all(articles, lexicon, vocabulary, taught_windows)]


def test_the_taggers_agree(material):
    articles, lexicon, vocabulary = material
    torch.manual_seed(1)
    trained = [TagNet(len(vocabulary), TAGS, 24).eval() for _ in range(2)]
    shipped = TaggerEnsemble(
        {f"tag{n}.{name}": v for n, one in enumerate(trained) for name, v in weights(one).items()}
    )
    for article in articles:
        example = tagger_example(article, lexicon, vocabulary)
        flags = example.flags.astype(np.float32)
        columns = torch.from_numpy(example.columns[None].astype(np.int64))
        seen = torch.from_numpy(seen_of(example.flags, example.vectors)[None])
        with torch.no_grad():
            keys = torch.from_numpy(repetition_keys(example.columns)[None])
            each = [one(columns, seen, torch.ones(1, len(flags), 1), keys)[0].numpy() for one in trained]
        scores = np.mean(each, axis=0)
        np.testing.assert_allclose(shipped.scores(example.columns, flags, example.vectors), scores, atol=1e-4)
        blind = shipped.scores(example.columns, flags, np.zeros_like(example.vectors))
        assert np.abs(blind - scores).max() > 1e-2, "vectors count"


def test_the_readers_agree_window_by_window(material):
    articles, lexicon, vocabulary = material
    examples = examples_of(articles, lexicon, vocabulary)
    assert len({example.size for example in examples}) > 10, "windows of many lengths"
    torch.manual_seed(1)
    trained = [ReaderNet(len(vocabulary), 24).eval() for _ in range(2)]
    for one in trained:
        for name, parameter in one.named_parameters():
            if name.endswith("reach"):  # zero before training, which would hide a wrong class of distance
                torch.nn.init.normal_(parameter)
    shipped = ReaderEnsemble(
        {f"read{n}.{name}": v for n, one in enumerate(trained) for name, v in weights(one).items()}
    )
    outputs = shipped.read([View.of(window) for window in windows_of(articles, lexicon, vocabulary)])
    batch = ReaderBatch.of(examples)
    with torch.no_grad():
        each = [one(*batch.inputs) for one in trained]
        events = np.mean([torch.sigmoid(logits).numpy() for logits, *_ in each], axis=0)
        points, nothing = (np.mean([output[place].numpy() for output in each], axis=0) for place in (1, 2))
        places = batch.organization_features
        far = np.mean([one.far(places, view).numpy() for one, (*_, view) in zip(trained, each, strict=True)], axis=0)
    for row, (example, output) in enumerate(zip(examples, outputs, strict=True)):
        np.testing.assert_allclose(output.events, events[row], atol=1e-4)
        np.testing.assert_allclose(output.points, points[row, : example.size], atol=1e-4)
        np.testing.assert_allclose(output.nothing, nothing[row], atol=1e-4)
        scores = each[0][3][row, : example.size].numpy()
        inside = np.where((example.segment == 1)[:, None], scores, -np.inf)
        np.testing.assert_allclose(inside[output.trigger, range(4)], inside.max(axis=0), atol=1e-4)
        count = len(example.organization_features)
        if count:
            np.testing.assert_allclose(
                shipped.far(example.organization_features, output), far[row, :count], atol=1e-4
            )


def test_the_networks_for_reasons_agree(material):
    articles, lexicon, _ = material
    features = ReasonFeatures(articles[0].language[:2])
    cases = [case for article in articles for case in reason_cases(article, lexicon, features)]
    torch.manual_seed(1)
    trained = PassageNet(replace(ReasonSettings(), width=24), 1).eval()
    torch.nn.init.normal_(trained.cue.weight)  # zero before training, which would hide wrong cues
    shipped = ReasonNetwork({f"{PREFIX}{name}": value for name, value in weights(trained).items()})
    passages = [one for case in cases for one in case.passages]
    batch = collated(passages, 0, np.random.default_rng(0))
    with torch.no_grad():
        scores = iter(torch.sigmoid(trained(batch)[:, 0]).numpy())
    for one in passages:
        clauses = 1 + max(stretch.number for stretch in one.passage.stretches)
        odds = shipped.odds([one.passage], one.event, clauses)
        for stretch in one.passage.stretches:
            np.testing.assert_allclose(odds[stretch.number], next(scores), atol=1e-4)
    assert {len(one.passage.mark) for one in passages} > {len(passages[0].passage.mark)}, "passages of many lengths"


def test_the_networks_for_statuses_agree(material):
    articles, lexicon, _ = material
    cases = [case for article in articles for case in status_cases(article, lexicon)]
    torch.manual_seed(1)
    trained = PassageNet(replace(PassageSettings(), width=24), 4).eval()
    torch.nn.init.normal_(trained.cue.weight)
    shipped = PassageNetwork({f"put.{name}": value for name, value in weights(trained).items()}, "put.")
    passages = [case.passage for case in cases]
    with torch.no_grad():
        scores = trained(collated(passages, 0, np.random.default_rng(0))).numpy()
    assert len(scores) == len(passages) > 10
    for one, expected in zip(passages, scores, strict=True):
        np.testing.assert_allclose(shipped.scores(one.passage, one.event)[0], expected, atol=1e-4)


def test_the_networks_for_references_agree(material):
    articles, lexicon, _ = material
    network = untrained_references()
    model = ReferenceModel(weights(network))
    examples = reference_examples(articles, lexicon)
    assert len(examples) > 10
    for example in examples:
        choice = example.choice
        with torch.no_grad():
            scores = network(torch.tensor([choice.word_class]), torch.from_numpy(choice.features[None]))[0]
        best = int(scores.argmax())
        assert model._decide(choice) == (None if best == len(choice.candidates) else best)


def test_the_networks_over_features_agree():
    random = np.random.default_rng(4)
    features = random.normal(size=(50, 7)).astype(np.float32)
    features[:, 3] = 1
    settings = FeatureSettings(epochs=1, width=5, dropout=0.3, learning_rate=1e-3)
    network = FeatureNet.over(features, settings)
    with torch.no_grad():
        scores = network(torch.from_numpy(features)).numpy()
    run_time = FeatureNetwork({f"own.{name}": value for name, value in weights(network).items()}, "own.")
    np.testing.assert_allclose(run_time.scores(features), scores, atol=1e-5)


def test_tags_spell_the_marked_mentions(material):
    articles, lexicon, vocabulary = material
    letters = dict(zip("PORpo", MentionKind, strict=True))
    for article in articles:
        document = begin_gold_document(article, lexicon)
        marked = {
            (letters[mark.id[0].lower() if mark.nominal else mark.id[0]], article.text[mark.start : mark.end].strip())
            for mark in article.marks
            if mark.id[0] in ("PO" if mark.nominal else "POR")
        }
        tags = tagger_example(article, lexicon, vocabulary).tags
        spelt = {
            (kind, article.text[document.tokens[first].start : document.tokens[last - 1].end])
            for kind, first, last in tag_spans([int(tag) for tag in tags])
        }
        assert spelt == marked, article.id


def test_examples_ask_for_every_claim_that_a_window_shows(material):
    articles, lexicon, vocabulary = material
    for article in articles:
        gold = GoldDocument.of(article, lexicon)
        examples = examples_of([article], lexicon, vocabulary)
        events = sum(int(example.events.sum()) for example in examples)
        assert events >= len({(claim.person, claim.event) for claim in article.claims}), article.id
        for example in examples:
            stated = example.events > 0
            assert (example.triggers.any(axis=0) == stated).all()
            np.testing.assert_allclose(example.organization_targets.sum(axis=1), stated)
            assert len(example.organization_features) == len(gold.document.organizations)


def test_flags_of_an_example_are_those_of_its_text(material):
    (article, *_), lexicon, vocabulary = material
    example = tagger_example(article, lexicon, vocabulary)
    assert (example.flags == flag_matrix(begin_gold_document(article, lexicon).flags)).all()


def test_an_event_whose_organization_nobody_found_is_with_none_of_those_found(material):
    articles, lexicon, vocabulary = material
    article = next(article for article in articles if article.claims)
    gold = GoldDocument.of(article, lexicon)
    unknown = replace(gold, organizations={})
    references = ReferenceModel(weights(untrained_references()))
    targets = [example.organization_targets for example in reader_examples(unknown, vocabulary, references)]
    stated = [example.events for example in reader_examples(unknown, vocabulary, references)]
    assert sum(events.sum() for events in stated) > 0
    for target, events in zip(targets, stated, strict=True):
        np.testing.assert_array_equal(target[:, 0], events)
        assert not target[:, 1:].any()
