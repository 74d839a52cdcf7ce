"""Features of an email and how much of its context it takes up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.reward.explain import explain
from outcome_rl.reward.features import NAMES, Basis, ContextWords, stems
from tests.helpers.toy_scorers import LikesQuestions

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


def test_asks_are_counted_by_a_list_that_stays_as_it_was():
    """Saved reward models have learned from it; the checks know more asks by now."""
    email = "Worth a look? Am I talking to the right person? Shall we meet? Passt Ihnen der Montag?"
    assert feature("calls_to_action", email) == pytest.approx(np.log1p(2))


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


@pytest.mark.parametrize("text", ["!" * 1_000_000 + "x", "may i " * 200_000, "a.b " * 250_000, "?\n" * 400_000])
def test_hostile_texts_are_read_and_explained_soon(text):
    """Seconds, not hours: what grows with the square of the length is cut off; a hang would be noticed."""
    WORDS.features(["C"], [text])
    assert len(explain(LikesQuestions(), "C", text)) <= 60
