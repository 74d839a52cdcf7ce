"""The sample data is what the README says of it, and the simulated buyer likes what it should."""

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from outcome_rl.data.dataset import read_contexts, sample_file
from outcome_rl.text.near_duplicates import near_duplicate_groups

EIGHT = [
    "Customer: CTO at a Healthcare firm was referred by a partner for a telehealth app.",
    "Customer: marketing director at a Finance firm asked about pricing for a payment gateway.",
    "Customer: sales head at an E-commerce firm attended a webinar for an inventory sync system.",
    "Customer: founder at a Manufacturing firm is a cold prospect for a supply chain tool.",
    "Customer: operations manager at a Real Estate firm was referred by a partner for a CRM suite.",
    "Customer: CFO at an IT Services firm is looking for solutions for a cloud migration service.",
    "Customer: procurement head at an Education firm attended a webinar for a learning management system.",
    "Customer: admin manager at a Travel firm requested demo for a booking automation platform.",
]
CONTEXT = "Customer: plant manager at a Manufacturing firm asked about pricing for a shift planning tool."
EMAIL = (
    "Hello Ana, thank you for asking what our shift planning tool costs. For a plant of your size it is 300 euros a "
    "month, and the first line is planned with you by one of our people. Most factories see overtime fall within a "
    "quarter, as gaps in a shift show up a week ahead. {ask} Kind regards, Bo"
)
ONE_ASK = "Could we talk on Tuesday at ten?"


@pytest.fixture(scope="module")
def buyer():
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "simulated_buyer.py"
    spec = importlib.util.spec_from_file_location("simulated_buyer", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def written(ask=ONE_ASK):
    return EMAIL.format(ask=ask)


def test_there_are_enough_emails_of_an_emails_length(sample):
    assert len(sample) >= 200
    assert all(15 <= len(email.split()) <= 200 for email in sample.emails)
    assert min(sample.counts()) >= 0.15 * len(sample)


def test_no_sentence_is_used_again_and_again(sample):
    rows = Counter()
    for email in sample.emails:
        sentences = {" ".join(sentence.split()) for sentence in re.split(r"[.!?\n]", email.lower())}
        rows.update(sentence for sentence in sentences if len(sentence.split()) > 3)
    sentence, count = rows.most_common(1)[0]
    assert count <= 0.02 * len(sample), f"{count} rows have '{sentence}'"


def test_no_email_nearly_repeats_another(sample):
    assert len(set(near_duplicate_groups(sample.emails))) == len(sample)


def test_the_outcomes_are_those_that_the_buyer_draws(sample, buyer):
    drawn = [buyer.draw_outcome(c, e) for c, e in zip(sample.contexts, sample.emails, strict=True)]
    assert drawn == list(sample.outcomes)


def test_the_truth_itself_predicts_about_three_of_four_outcomes(sample, buyer):
    best = [max(buyer.probabilities(c, e)) for c, e in zip(sample.contexts, sample.emails, strict=True)]
    assert 0.75 <= sum(best) / len(best) <= 0.80


def test_the_buyers_probabilities_sum_to_one_and_give_the_reward(buyer):
    none, reply, conversion = buyer.probabilities(CONTEXT, written())
    assert none + reply + conversion == pytest.approx(1.0)
    assert min(none, reply, conversion) >= 0
    assert buyer.true_reward(CONTEXT, written()) == pytest.approx(-none + 0.5 * reply + 2 * conversion)


PAIRS = {
    "placeholder": (written(), written().replace("Hello Ana", "Hello [First Name]")),
    "pushy": (written(), written().replace("Most factories", "Act now, this is your last chance! Most factories")),
    "shouting": (written(), written().replace("one of our people.", "one of OUR VERY BEST PEOPLE!!!")),
    "one ask or none": (written(), written("We planned 80 plants last year.")),
    "one ask or four": (
        written(),
        written("Call me today. Book a slot. Reply with yes. Send me your plan."),
    ),
    "one question or none": (written("Could we talk on Tuesday at ten?"), written("Tell me when we can talk.")),
    "two questions or six": (
        written("How long is your plan made ahead? Could we talk on Tuesday?"),
        written("How long? Who plans? With what? Since when? Why so? Could we talk on Tuesday?"),
    ),
    "three questions or six": (
        written("How long? Who plans? Could we talk on Tuesday?"),
        written("How long? Who plans? With what? Since when? Why so? Could we talk on Tuesday?"),
    ),
    "not too short": (written(), f"Hello Ana, thank you, the shift planning tool is ready for your plant. {ONE_ASK}"),
    "not too long": (written(), written() + " The tool is made in a small town by some people who like it." * 8),
    "product named": (written(), written().replace("shift planning tool", "thing").replace("planned", "done")),
    "trade named": (written(), re.sub(r"plant|factories|line|shift", "team", written())),
    "polite": (written(), written().replace("thank you for asking", "you asked").replace("Kind regards, ", "")),
    "rude": (written(), written().replace("Most factories", "Frankly, this is a waste of my time. Most factories")),
}


@pytest.mark.parametrize("feature", PAIRS)
def test_the_buyer_prefers(buyer, feature):
    better, worse = PAIRS[feature]
    assert buyer.true_reward(CONTEXT, better) > buyer.true_reward(CONTEXT, worse)
    assert buyer.appeal(CONTEXT, better) > buyer.appeal(CONTEXT, worse) + 0.2


def test_the_relation_counts(buyer):
    relations = ["was referred by a partner", "requested a demo", "attended a webinar", "is a cold prospect"]
    contexts = [f"Customer: plant manager at a Manufacturing firm {r} for a shift planning tool." for r in relations]
    rewards = [buyer.true_reward(context, written()) for context in contexts]
    assert rewards == sorted(rewards, reverse=True)
    assert buyer.appeal(contexts[0], written()) == pytest.approx(buyer.appeal(contexts[-1], written()) + 1.5)


def test_every_context_of_the_sample_is_understood(sample, buyer):
    for context in {*sample.contexts, *read_contexts(sample_file("contexts.csv"))}:
        told = buyer.CONTEXT.match(context)
        assert told, context
        assert any(trade in told["trade"].lower() for trade in buyer.TRADES), context
        assert any(relation in told["relation"].lower() for relation in buyer.RELATIONS), context


def test_the_test_contexts_lead_and_no_context_was_trained_on(sample):
    contexts = read_contexts(sample_file("contexts.csv"))
    assert contexts[:8] == EIGHT
    assert len(contexts) == len(set(contexts)) == 40
    seen = {context.lower() for context in sample.contexts}
    assert not [context for context in contexts if context.lower() in seen]
