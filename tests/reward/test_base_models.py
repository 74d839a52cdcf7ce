"""The small models: heads, features, words, and what a score leaves of a text when a sentence goes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.generation.score_csv import CHUNK, effects_in_words, score_pairs
from outcome_rl.reward.base_models import FITTED, Texts, base_model_probs, fit_base_models
from outcome_rl.reward.explain import explain, sentences
from outcome_rl.reward.features import NAMES, Basis, ContextWords, stems
from outcome_rl.reward.linear import fit_multinomial, fit_ordinal
from outcome_rl.reward.scorer import Scores

WORDS = ContextWords.learn(
    ["Customer: CTO, telehealth app", "Customer: CFO, cloud migration", "Customer: CFO, CRM suite"]
)


def feature(name, email, context="Customer: CTO, telehealth app"):
    return WORDS.features([context], [email])[0, NAMES.index(name)]


def test_features_of_a_small_email():
    email = "Hi Ana,\n\nYour telehealth app saves 3 hours!! Would you like a call?\n\nBest regards,\nBo"
    assert feature("words", email) == pytest.approx(np.log1p(15))
    assert feature("questions", email) == pytest.approx(np.log1p(1))
    assert feature("exclamation_marks", email) == pytest.approx(np.log1p(2))
    assert feature("numbers", email) == pytest.approx(np.log1p(1))
    assert feature("you", email) == pytest.approx(2 / 15)
    assert feature("greeting", email) == feature("closing", email) == 1.0
    assert feature("placeholders", "Dear [Name], I am {sender}.") == pytest.approx(np.log1p(2))


def test_rare_context_words_weigh_more_than_those_of_every_context():
    context = "Customer: CTO, telehealth app"
    assert WORDS.weight(stems("telehealth")[0]) > WORDS.weight(stems("CFO")[0]) > WORDS.weight(stems("customer")[0])
    product, everyone = WORDS.share_used(context, stems("telehealth")), WORDS.share_used(context, stems("Customer"))
    assert 0 <= everyone < product < 1
    assert WORDS.share_used(context, stems(context)) == pytest.approx(1.0)
    assert WORDS.share_used("", stems(context)) == 0.0


def test_shares_of_all_contexts_at_once_are_those_of_each():
    contexts, emails = (
        ["Customer: CTO, telehealth app", "cloud migration", ""],
        ["A telehealth app.", "Migration?", "x"],
    )
    table = WORDS.shares_used(contexts, [stems(email) for email in emails])
    one_by_one = [[WORDS.share_used(context, stems(email)) for context in contexts] for email in emails]
    np.testing.assert_allclose(table, one_by_one)


@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
def test_any_text_has_finite_features(emails):
    found = WORDS.features(["C"] * len(emails), emails)
    assert found.shape == (len(emails), len(NAMES))
    assert np.isfinite(found).all()


def test_the_basis_is_piecewise_linear_and_does_not_extrapolate():
    basis = Basis.fit(np.linspace(0, 9, 100)[:, None])
    grid = basis(np.array([[0.0], [1.0], [2.0], [4.0], [5.0]]))
    np.testing.assert_allclose(grid[2] - grid[1], grid[1] - grid[0], atol=0.2)  # below the first knot, at 3
    assert np.ptp(grid[:3, 1]) == 0, "no part above the knot yet"
    assert grid[4, 1] > grid[3, 1] > grid[2, 1]
    np.testing.assert_array_equal(basis(np.array([[1e9]])), basis(np.array([[9.0]])))


@pytest.mark.parametrize("fit", [fit_multinomial, fit_ordinal])
def test_heads_learn_an_ordered_outcome(fit):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(600, 3))
    outcomes = np.digitize(inputs[:, 0] + rng.normal(0, 0.3, 600), [-0.5, 0.5])
    probs = fit(inputs, outcomes, 1.0).probs(inputs)
    np.testing.assert_allclose(probs.sum(1), 1.0)
    assert (probs >= 0).all()
    assert (probs.argmax(1) == outcomes).mean() > 0.75
    np.testing.assert_allclose(probs.mean(0), np.bincount(outcomes) / 600, atol=0.03)


def test_an_ordinal_heads_thresholds_are_not_penalised():
    """Inputs that say nothing leave the outcomes' shares, however strong the penalty of the slope."""
    outcomes = np.repeat([0, 1, 2], [51, 6, 3])
    probs = fit_ordinal(np.zeros((60, 4)), outcomes, 0.003).probs(np.zeros((1, 4)))
    np.testing.assert_allclose(probs[0], [0.85, 0.10, 0.05], atol=0.01)


def test_a_head_of_two_outcomes_gives_the_third_nothing():
    inputs = np.array([[-1.0], [1.0]] * 20)
    probs = fit_multinomial(inputs, np.array([0, 2] * 20), 10.0).probs(np.array([[-1.0], [1.0]]))
    assert probs[0, 0] > 0.9 < probs[1, 2]
    assert probs[:, 1].max() < 1e-9


@pytest.mark.parametrize("rows", [60, 700])  # ordinal heads, multinomial heads
def test_members_come_back_from_their_state(sample, rows):
    places = np.arange(rows) % 60
    data = sample.take(places)
    features = ContextWords.learn(data.contexts).features(data.contexts, data.emails)
    embedding = np.random.default_rng(0).normal(size=(rows, 6)).astype(np.float32)
    texts = Texts(data.contexts, data.emails, features, embedding)
    members = fit_base_models(texts, np.array(data.outcomes))
    assert list(members) == ["features", "words", "context", "embedding"]
    restored = {name: FITTED[name].restore(*member.state()) for name, member in members.items()}
    np.testing.assert_allclose(base_model_probs(restored, texts), base_model_probs(members, texts))


def test_words_that_never_repeat_leave_the_outcomes_shares():
    texts = Texts(("", "", ""), ("aa", "bb", "cc"), np.zeros((3, len(NAMES))), np.zeros((3, 2)))
    probs = FITTED["words"].fit(texts, np.array([0, 0, 1])).probs(texts)
    np.testing.assert_allclose(probs, np.tile([2.5 / 4.5, 1.5 / 4.5, 0.5 / 4.5], (3, 1)))


# --- explaining and scoring -------------------------------------------------------------------------------------------


class LikesQuestions:
    """A toy: each question mark earns 1."""

    def __init__(self):
        self.calls = 0

    def score(self, contexts, emails):
        self.calls += 1
        return Scores.sure(np.full((len(emails), 3), 1 / 3), np.array([float(email.count("?")) for email in emails]))


def test_each_sentence_is_left_out_once():
    email = "Hi Ana,\n\nWe saved 3.5 hours. Shall we talk? When?\nBo"
    found = explain(LikesQuestions(), "C", email)
    assert [(each.sentence, each.effect) for each in found] == [
        ("Hi Ana,", 0.0),
        ("We saved 3.5 hours.", 0.0),
        ("Shall we talk?", 1.0),
        ("When?", 1.0),
        ("Bo", 0.0),
    ]


@given(st.text(max_size=300))
def test_sentences_of_any_text_lie_behind_one_another(text):
    spans = sentences(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(any(map(str.isalnum, text[a:b])) or "_" in text[a:b] for a, b in spans)


@pytest.mark.parametrize("text", ["!" * 1_000_000 + "x", "may i " * 200_000, "a.b " * 250_000, "?\n" * 400_000])
def test_hostile_texts_are_read_and_explained_soon(text):
    """Seconds, not hours: what grows with the square of the length is cut off; a hang would be noticed."""
    WORDS.features(["C"], [text])
    assert len(explain(LikesQuestions(), "C", text)) <= 60


def test_effects_in_words():
    class Email:
        context, email_text = "C", "Talk? Bo"

    assert effects_in_words(LikesQuestions(), Email) == "+1.00  Talk?\n+0.00  Bo"


def test_a_long_file_is_scored_in_chunks_in_its_order():
    toy, rows = LikesQuestions(), 2 * CHUNK + 5
    found = list(score_pairs(((f"C{i}", "?" * (i % 3)) for i in range(rows)), toy, rows))
    emails = [each for each in found if hasattr(each, "email_text")]
    progress = [each for each in found if not hasattr(each, "email_text")]
    assert [email.context for email in emails] == [f"C{i}" for i in range(rows)]
    assert [email.reward for email in emails[:4]] == [0.0, 1.0, 2.0, 0.0]
    assert [(each.done, each.total) for each in progress] == [(CHUNK, rows), (2 * CHUNK, rows), (rows, rows)]
    assert toy.calls == 3
