"""The card of a tuned model's folder: what kind of model it says that it is."""

from __future__ import annotations

from outcome_rl.policy.model_card import UNTAUGHT, WITHOUT_RL, model_card

ORIGIN = {"base_model": "gpt2", "write": "own-words", "best_step": 4, "payoffs": {"reply": 0.5}}


def header(card):
    return card.split("---")[1].strip().splitlines()


def test_the_weights_of_a_writer_in_own_words_are_no_text_generation_model():
    card = model_card(ORIGIN)
    assert header(card) == ["base_model: gpt2", "library_name: transformers"]
    assert "**The weights alone are not the writer.**" in card
    assert "orl.Writer.load(" in card
    assert "Look before you publish it" in card
    assert all(name in card for name in ("sentences.json", "facts.txt", "customers' names"))


def test_those_of_one_that_writes_freely_are():
    card = model_card({**ORIGIN, "write": "free"})
    assert header(card) == ["base_model: gpt2", "pipeline_tag: text-generation", "library_name: transformers"]
    assert "weights alone" not in card
    assert "sentences.json" not in card
    assert "`facts.txt`" in card


def test_it_says_what_has_rewarded_it():
    assert "rewarded by a model of outcomes, not by outcomes" in model_card(ORIGIN)
    own = model_card({"base_model": "gpt2", "write": "free", "best_step": 4})
    assert "# Email writer tuned on a reward\n" in own
    assert "rewarded by a rule of its maker's" in own


def test_it_says_where_no_step_was_kept():
    assert UNTAUGHT in model_card({**ORIGIN, "best_step": 0})
    assert UNTAUGHT not in model_card(ORIGIN)


def test_it_does_not_call_tuned_what_was_made_without_rl():
    card = model_card({**ORIGIN, "best_step": 0, "not_taught": "no RL step was asked for"})
    assert "# Email writer\n" in card
    assert f"- not_taught: no RL step was asked for\n\n{WITHOUT_RL}\n" in card
    assert UNTAUGHT not in card
    assert "rewarded" not in card
    assert "Limits: it writes drafts, and may state things" in card
