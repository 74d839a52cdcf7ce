"""The truth of every world: probabilities, draws, damaged copies, ideals, and how far the buyers agree."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.worlds.agreement import common_set, rank_correlations
from benchmarks.worlds.banks import bank
from benchmarks.worlds.base import PAYOFFS, draw_outcome, ordered_logit
from benchmarks.worlds.registry import WORLDS

NULL = [name for name, world in WORLDS.items() if world.is_null]
REAL = [name for name in WORLDS if name not in NULL]
SHARES = {  # none, reply, conversion: what each world is meant to have, within .08 (.02 for the realistic rates)
    "sample": (0.37, 0.32, 0.31),
    "one_seller": (0.49, 0.25, 0.26),
    "templates": (0.56, 0.20, 0.24),
    "stock": (0.52, 0.25, 0.23),
    "subjects": (0.63, 0.22, 0.15),
    "long": (0.56, 0.26, 0.18),
    "german": (0.57, 0.22, 0.21),
    "rates": (0.93, 0.05, 0.02),
    "null_context": (0.60, 0.22, 0.18),
    "null": (0.60, 0.24, 0.16),
}


def damaged(email: str, rng: random.Random) -> list[str]:
    """Shuffled words, the same without capitals and stops, and a phrase of five words said eight times more."""
    words = email.split()
    start = rng.randrange(max(1, len(words) - 5))
    shuffled = rng.sample(words, len(words))
    bare = [word.strip(".,;:!?").lower() for word in shuffled]
    return [" ".join(shuffled), " ".join(bare), f"{email} {' '.join(words[start : start + 5] * 8)}"]


def test_the_ordered_logit_by_hand():
    """At appeal 0 any reply is as likely as none; two logits on, so is a conversion."""
    assert ordered_logit(0.0, 2.0) == pytest.approx((0.5, 0.5 - 0.11920, 0.11920), abs=1e-5)
    assert ordered_logit(2.0, 2.0) == pytest.approx((0.11920, 0.88080 - 0.5, 0.5), abs=1e-5)
    draws = [draw_outcome((0.2, 0.5, 0.3), rng) for rng in [random.Random(1)] for _ in range(4000)]
    assert np.bincount(draws) / 4000 == pytest.approx([0.2, 0.5, 0.3], abs=0.03)


@pytest.mark.parametrize("name", WORLDS)
def test_probabilities_and_the_parts_they_come_from(name):
    world = WORLDS[name]
    data = world.emails(40)
    probs = world.true_probs(data.contexts, data.emails)
    assert probs.min() >= 0
    assert probs.sum(1) == pytest.approx(np.ones(40))
    assert world.true_reward(data.contexts, data.emails) == pytest.approx(probs @ PAYOFFS)
    appeal = sum(world.why(data.contexts[0], data.emails[0]).values())
    assert 1 - probs[0, 0] == pytest.approx(1 / (1 + np.exp(-appeal)))


@pytest.mark.parametrize("name", WORLDS)
def test_rows_are_the_same_for_a_seed(name):
    world = WORLDS[name]
    first, again, other = world.emails(80), world.emails(80), world.emails(80, seed=1)
    assert first == again
    assert first.emails != other.emails
    assert len(first) == len(first.emails) == len(first.outcomes) == 80


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "one_seller"])
def test_outcomes_can_be_drawn_anew_for_the_same_texts(name):
    world = WORLDS[name]
    first, redrawn = world.emails(120), world.emails(120, outcome_seed=9)
    assert (first.contexts, first.emails) == (redrawn.contexts, redrawn.emails)
    assert first.outcomes != redrawn.outcomes
    assert world.emails(120, outcome_seed=9) == redrawn


@pytest.mark.parametrize("name", WORLDS)
def test_shares_of_outcomes(name):
    world = WORLDS[name]
    probs = world.true_probs(*(lambda d: (d.contexts, d.emails))(world.emails(min(world.size, 250))))
    assert probs.mean(0) == pytest.approx(SHARES[name], abs=0.02 if name == "rates" else 0.08)


@pytest.mark.parametrize("name", [n for n in REAL if n not in ("sample", "rates")])
def test_the_draw_is_noisy(name):
    """The truth itself predicts 60 to 75 % of the outcomes. (The sample's buyer, drawn long ago, is surer.)"""
    world = WORLDS[name]
    data = world.emails(200)
    assert 0.6 <= world.true_probs(data.contexts, data.emails).max(1).mean() <= 0.75


@pytest.mark.parametrize("name", REAL)
def test_damaged_copies_earn_less_than_a_real_email(name):
    world, rng = WORLDS[name], random.Random(6)
    data = world.emails(60, seed=5)
    median = np.median(world.true_reward(data.contexts, data.emails))
    copies = [damaged(email, rng) for email in data.emails]
    for kind, texts in enumerate(zip(*copies, strict=True)):
        share = np.mean(world.true_reward(data.contexts, texts) < median)
        assert share >= (0.9 if name == "sample" else 0.95), (kind, share)
    assert np.all(world.true_reward(data.contexts, [""] * 60) < median)


@pytest.mark.parametrize("name", [name for name in REAL if name not in ("sample", "templates")])
def test_an_email_about_another_product_earns_less(name):
    world, rng = WORLDS[name], random.Random(6)
    data = world.emails(100, seed=5)
    products = [world.situation(context).product.name for context in data.contexts]
    others = [rng.choice([e for e, p in zip(data.emails, products, strict=True) if p != own]) for own in products]
    median = np.median(world.true_reward(data.contexts, data.emails))
    assert np.mean(world.true_reward(data.contexts, others) < median) >= 0.95


def test_a_filled_template_for_another_product_earns_less_too():
    """Left-in merge fields fit any context; what was filled in for somebody else does not."""
    world, rng = WORLDS["templates"], random.Random(6)
    data = world.emails(200, seed=5)
    filled = [(c, e) for c, e in zip(data.contexts, data.emails, strict=True) if "{{" not in e]
    products = [world.situation(context).product.name for context, _ in filled]
    others = [rng.choice([e for (_, e), p in zip(filled, products, strict=True) if p != own]) for own in products]
    own = world.true_reward(data.contexts, data.emails)
    swapped = world.true_reward([context for context, _ in filled], others)
    assert np.mean(swapped < np.median(own)) >= 0.85
    assert swapped.mean() < own.mean() - 0.5


def test_the_samples_buyer_likes_the_right_product_better_on_average():
    """That buyer adds up what it counts and knows no wrong product: on average is all that can be asked."""
    world, rng = WORLDS["sample"], random.Random(6)
    data = world.emails(150, seed=5)
    own = world.true_reward(data.contexts, data.emails)
    assert world.true_reward(data.contexts, rng.sample(data.emails, 150)).mean() < own.mean() - 0.2


def test_a_merge_field_left_in_is_read_as_what_it_stood_for():
    world = WORLDS["templates"]
    context = world.held_out_contexts(1)[0]
    product = world.situation(context).product.name
    email = (
        "Dear {{first_name}},\n\nthe {{product}} saves you an hour a day. Reply with one word.\n\nRegards,\n{{sender}}"
    )
    filled = email.replace("{{first_name}}", "Sam").replace("{{product}}", product).replace("{{sender}}", "Alex")
    assert world.why(context, email) == world.why(context, filled)
    assert world.why(context, email.replace("{{first_name}}", "[First Name]"))["slips"] < 0


@pytest.mark.parametrize("name", REAL)
def test_emails_written_by_hand_are_far_above_the_rows(name):
    """They use words of their own, so this is a test of paraphrase as well."""
    world, written = WORLDS[name], bank("ideals")[name]
    data = world.emails(120)
    rows = world.true_reward(data.contexts, data.emails)
    ideals = world.true_reward([w["context"] for w in written], [w["email"] for w in written])
    assert len(ideals) == 5
    assert ideals.mean() >= rows.mean() + 0.9
    assert ideals.mean() >= np.quantile(rows, 0.9)
    assert np.mean(ideals > np.quantile(rows, 0.75)) >= 0.8


@pytest.mark.parametrize("name", [name for name in REAL if name != "sample"])
def test_ideals_are_for_contexts_held_out(name):
    assert all(WORLDS[name].is_held_out(written["context"]) for written in bank("ideals")[name])


@pytest.mark.parametrize("name", NULL)
def test_in_null_worlds_no_text_matters(name):
    world = WORLDS[name]
    data = world.emails(60)
    context = data.contexts[0]
    texts = [*data.emails, "", "banana of the would", "An email about something else."]
    assert np.ptp(world.true_reward([context] * len(texts), texts)) == 0
    by_context = world.true_reward(data.contexts, data.emails)
    assert (np.ptp(by_context) == 0) == (name == "null")


def test_the_sample_worlds_rows_are_the_files():
    """And its truth is that of the simulated buyer wherever the email reads as language."""
    from benchmarks import simulated_buyer as buyer

    world = WORLDS["sample"]
    data = world.emails()
    theirs = np.array([buyer.true_reward(c, e) for c, e in zip(data.contexts, data.emails, strict=True)])
    ours = world.true_reward(data.contexts, data.emails)
    assert np.mean(np.abs(ours - theirs) < 1e-9) >= 0.94
    assert np.all(ours <= theirs + 1e-9)


def test_the_buyers_tastes_differ():
    """On emails of many kinds, all about the matter, and within a context."""
    worlds = [WORLDS[name] for name in REAL if WORLDS[name].language == "en"]
    found = rank_correlations(worlds, common_set(contexts=6, each=6))
    off_diagonal = found[~np.eye(len(worlds), dtype=bool)]
    assert off_diagonal.mean() < 0.4
    assert off_diagonal.max() < 0.7
