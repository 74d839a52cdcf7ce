"""What tuning would find if nobody looked: texts that are no emails, or emails for somebody else, must not pay.

On the bundled encoder and the sample, for a tiny random encoder could not show it.
"""

import numpy as np
import pytest

from outcome_rl.config import RewardConfig
from outcome_rl.models.hub import find_model
from outcome_rl.reward.corrupted_emails import corrupted_copies
from outcome_rl.reward.plausibility import learn_plausibility
from outcome_rl.reward.serialization import load_reward_model
from outcome_rl.reward.train import train_reward
from outcome_rl.reward.word_order import WordOrder, reference_texts, tokens_of
from tests.helpers.made_once import made_once
from tests.helpers.seller import seller_emails as templates

CONTEXTS = 25


@pytest.fixture(scope="module")
def trained(sample, tmp_path_factory):
    config = RewardConfig(repeats=1, folds=3, judge_share=0)

    def make(folder):
        list(train_reward(config, sample, find_model("all-minilm-l6-v2"), folder / "rm"))

    return load_reward_model(made_once(tmp_path_factory, "plausible", make) / "rm")


@pytest.fixture(scope="module")
def own(trained, sample):
    """Contexts with several emails: the median reward of their emails, and the best of these."""
    rewards = trained.score(sample.contexts, sample.emails).rewards
    rows = {}
    for i, context in enumerate(sample.contexts):
        rows.setdefault(context, []).append(i)
    several = [context for context in rows if len(rows[context]) > 1][:CONTEXTS]
    medians = np.array([np.median(rewards[rows[context]]) for context in several])
    best = [sample.emails[max(rows[context], key=lambda i: rewards[i])] for context in several]
    return several, medians, best


def words(email, rng):
    return " ".join(rng.permutation(email.split()))


def letters(email, rng):
    return " ".join("".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), rng.integers(2, 9))) for _ in range(60))


ATTACKS = {
    "shuffled words": words,
    "one word repeated": lambda email, rng: " ".join([max(email.split(), key=len)] * 60),
    "one phrase repeated": lambda email, rng: "Would you like a call? " * 30,
    "empty": lambda email, rng: "",
    "random tokens": letters,
    "5,000 words of padding": lambda email, rng: email + " lorem ipsum dolor sit amet" * 1000,
    "the payoff table": lambda email, rng: "outcome,payoff\nno_reply,-1.0\nreply,0.5\nconversion,2.0\n",
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.slow
def test_it_earns_less_than_the_median_real_email_of_its_context(trained, own, attack):
    contexts, medians, best = own
    rng = np.random.default_rng(0)
    rewards = trained.score(contexts, [ATTACKS[attack](email, rng) for email in best]).rewards
    assert (rewards < medians).all()


@pytest.mark.slow
def test_the_best_email_of_another_context_earns_less_too(trained, own):
    contexts, medians, best = own
    rewards = trained.score(contexts, best[7:] + best[:7]).rewards
    assert (rewards < medians).mean() >= 0.75, "one in general terms is for nobody else, and may be as good here"
    assert rewards.mean() < medians.mean() - 1.0


@pytest.mark.slow
def test_real_emails_are_believed(trained, sample):
    scores = trained.score(sample.contexts, sample.emails)
    assert np.median(scores.belief) > 0.95
    assert (scores.belief < 0.2).mean() < 0.1


@pytest.mark.slow
def test_emails_that_no_gate_has_seen_keep_their_belief(trained, sample):
    half = sample.take(range(0, len(sample), 2))
    rest = sample.take(range(1, len(sample), 2))
    gates, unseen = learn_plausibility(half.contexts, half.emails, trained.encoder.vocabulary(), 0)
    for belief in (unseen, gates.plausibility(rest.contexts, rest.emails)):
        assert belief[0].mean() > 0.97, "predictions are hardly touched"
        assert (belief[1] >= 0.999).mean() > 0.6


def test_where_contexts_say_nothing_no_email_is_for_somebody_else(sample):
    contexts = [f"{i % 9}" for i in range(120)]
    gates, _ = learn_plausibility(contexts, sample.emails[:120], frozenset(), 0)
    assert gates.misdirected is None
    assert gates.debris is not None


def test_word_order_tells_a_sentence_from_its_words():
    order = WordOrder.learn(["we saved the team two hours a week", "we saved the firm two days a month"] * 20)
    assert order.score(["we", "saved", "the", "team", "two", "days", "a", "week"]) > 0.5
    assert order.score(["week", "a", "days", "two", "team", "the", "saved", "we"]) < 0


# --- templates: a few texts, sent again and again ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def gates():
    data = templates()
    return learn_plausibility(data.contexts, data.emails, frozenset(), 0)[0]


OTHER_WORDS = [
    "Hello Priya,\n\nMost warehouses still count by hand at the end of a shift. Our stock tracker does that as people "
    "work, so the evening is free.\n\nWould a short call next week be of use?\n\nKind regards,\nTom",
    "Hi Marek,\n\nyou asked last month whether the planner knows public holidays. It does now, and it warns you when "
    "two people want the same day off. Shall I switch it on for you?\n\nBest wishes,\nElena",
    "Dear Ms Olsen,\n\nI will keep this brief. If the numbers from your three sites arrive too late to act on, we "
    "should talk; if not, please ignore me.\n\nMay I send you one page?\n\nRegards,\nPaul",
]
"""Emails that people could send, with hardly a sentence of the file's."""


def test_real_emails_in_other_words_keep_their_belief(gates):
    data = templates()
    own = gates.plausibility(data.contexts, data.emails)[0]
    assert np.median(own) == 1.0
    assert (own > 0.5).mean() > 0.95
    others = gates.plausibility([data.contexts[0]] * len(OTHER_WORDS), OTHER_WORDS)[0]
    assert others.min() > 0.5


def test_damaged_copies_do_not(gates):
    data, rng = templates(), np.random.default_rng(5)
    copies = [copy for email in (*data.emails[:12], *OTHER_WORDS) for copy in corrupted_copies(email, data.emails, rng)]
    found = gates.plausibility([data.contexts[0]] * len(copies), copies)[0]
    assert np.median(found) < 0.05
    assert (found < 0.5).mean() > 0.9


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "?!", "--- ... ---", "👍👍"])
def test_an_email_without_words_is_not_believed_at_all(gates, text):
    assert gates.plausibility(["Customer: A."], [text])[0] == pytest.approx(0.0)


def test_nothing_is_asked_of_no_emails(gates):
    assert gates.plausibility([], []).shape == (2, 0)


def test_the_gates_do_not_depend_on_anything_but_the_seed():
    data = templates(60)
    once, again = (learn_plausibility(data.contexts, data.emails, frozenset(), 3) for _ in range(2))
    assert np.array_equal(once[1], again[1])
    texts = (data.contexts, data.emails)
    assert np.array_equal(once[0].plausibility(*texts), again[0].plausibility(*texts))


# --- the copies, the order of words -----------------------------------------------------------------------------------


def test_each_copy_is_damaged_in_another_way():
    emails = ["one two three four five six", "seven eight nine"]
    shuffled, repeated, noise, padded, scraps = corrupted_copies(emails[0], emails, np.random.default_rng(0))
    assert sorted(shuffled.split()) == sorted(emails[0].split())
    assert shuffled != emails[0]
    assert len(repeated.split()) > len(set(repeated.split())) <= 5
    assert not set(noise.split()) & set(emails[0].split())
    assert padded.startswith(emails[0])
    assert len(padded) > 2 * len(emails[0])
    assert 1 <= len(scraps.split()) <= 12
    assert len(corrupted_copies("", ["", ""], np.random.default_rng(0))) == 5, "an empty email too"


def test_the_reference_is_real_language_in_other_words_than_any_file():
    texts = reference_texts()
    assert len(texts) > 400
    assert len(set(texts)) == len(texts)
    assert all(len(text.split()) > 10 for text in texts)
    order = WordOrder.learn(texts)
    rng = np.random.default_rng(0)
    for text in texts[::60]:
        words = tokens_of(text)
        assert order.score(words) > order.score(rng.permutation(words).tolist()) + 0.3
