"""Whom a sentence is for and whom not, from how often it was said to whom."""

import numpy as np
import pytest

from outcome_rl.models.loading import load_tokenizer
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.suitability import Suitability

WAYS = ("cold, no contact so far", "met us at the fair in Leeds", "asked for a price on our website")
ROLES = ("owner", "buyer", "CFO", "planner", "head of sales")
NAMES = ("Ana", "Ben", "Carla", "Dev", "Edda", "Farid", "Gus")
FIRST = {
    WAYS[0]: "We have not spoken before.",
    WAYS[1]: "It was good to talk at the fair.",
    WAYS[2]: "Thanks for asking what it costs.",
}
GENERAL = ("Planning by hand takes a day.", "Rotas change every week.", "Our planner drafts the week.")


def seller(step: bool, slips: int = 0) -> tuple[list[str], list[str], list[int]]:
    """90 emails of a seller who opens by how the contact began, but for every ``slips``-th."""
    contexts, emails = [], []
    for i in range(90):
        way, role = WAYS[i % 3], ROLES[i % 5]
        contexts.append(f"{role} | {way} | {'email 2 of 3' if step and i % 2 else 'first email'}")
        said = FIRST[WAYS[(i + 1) % 3] if slips and i % slips == 0 else way]
        emails.append(f"Hello,\n\n{said} {GENERAL[i % 3]}\n\nShall we talk on Monday?\n\nBest,\nAna")
    return contexts, emails, [2 if i % 4 else 0 for i in range(90)]


def opening(bank, text):
    return next(sentence for sentence in bank.sentences if sentence.text == text)


@pytest.mark.parametrize("step", [False, True], ids=["first emails", "first and second emails"])
@pytest.mark.parametrize("way", WAYS)
def test_an_opening_is_kept_to_how_the_contact_began_whatever_else_the_context_says(step, way):
    bank = build_bank(*seller(step))
    for other in WAYS:
        for end in ("first email", "email 2 of 3") if step else ("first email",):
            said = {sentence.text for sentence in bank.suited_to(f"buyer | {other} | {end}")}
            assert (FIRST[way] in said) is (way == other), (other, end)


def test_a_sentence_that_slips_now_and_then_leans_to_where_it_belongs():
    contexts, emails, outcomes = seller(False, slips=7)
    bank = build_bank(contexts, emails, outcomes)
    for way in WAYS:
        leaning = {
            other: sum(
                lean
                for name, lean in opening(bank, FIRST[way]).leaning.items()
                if name in bank.fields.attributes(f"buyer | {other} | first email")
            )
            for other in WAYS
        }
        assert leaning[way] > 0.5
        assert all(lean < 0 for other, lean in leaning.items() if other != way), leaning


def test_what_is_said_to_everybody_leans_to_nobody():
    bank = build_bank(*seller(True))
    asked = opening(bank, "Shall we talk on Monday?")
    assert (asked.leaning, asked.not_for) == ({}, frozenset())


@pytest.mark.parametrize("way", WAYS)
def test_the_context_counts_behind_a_greeting_that_all_emails_have(models_folder, way):
    """What usually follows a sentence says nothing where that sentence stands in every email."""
    writing = OwnWords(build_bank(*seller(False, slips=7)), load_tokenizer(models_folder / "gpt2"))
    letter = writing.script(f"buyer | {way} | first email").choose(0)
    shares = dict(zip((each.text for each in letter.sentences), np.exp(letter.weights), strict=True))
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[FIRST[way]] > 0.6


RARE_WAYS = (
    "cold, no contact so far",
    "met us at the fair",
    "asked for a price",
    "former customer, left in 2022",
    "came to our webinar",
    "referred by Tom Ainley",
    "read our report on waste",
    "downloaded the checklist",
)
THINGS = (
    *("maple", "oak", "pine", "birch", "cedar", "alder", "willow", "hazel"),
    *("copper", "iron", "silver", "nickel", "cobalt", "zinc", "amber", "quartz"),
)
"""Two openings for each way, which have no word in common with it."""


@pytest.mark.parametrize("end", ["first email", "email 2 of 3"])
def test_an_opening_of_few_emails_is_kept_to_how_their_contacts_began(end):
    contexts, emails = [], []
    for i in range(96):
        number = i % 8
        ending = "email 2 of 3" if (i // 16) % 2 else "first email"
        contexts.append(f"{ROLES[i % 5]} | {RARE_WAYS[number]} | {ending}")
        said = f"A word on {THINGS[2 * number + (i // 8) % 2]} before all else."
        emails.append(f"Hello,\n\n{said} {GENERAL[i % 3]}\n\nShall we talk on Monday?\n\nBest,\nAna")
    bank = build_bank(contexts, emails, [2 if i % 4 else 1 for i in range(96)])
    for number, way in enumerate(RARE_WAYS):
        said = {thing for s in bank.suited_to(f"buyer | {way} | {end}") for thing in THINGS if f" {thing} " in s.text}
        assert said == set(THINGS[2 * number : 2 * number + 2]), way


def test_nothing_is_kept_from_people_for_their_names():
    """Somebody may be called as the town is that others were met in."""
    contexts, emails, outcomes = seller(False)
    names = [NAMES[i % 7] for i in range(len(contexts))]
    greeted = [email.replace("Hello,", f"Hello {name},") for name, email in zip(names, emails, strict=True)]
    bank = build_bank([f"{name} | {context}" for name, context in zip(names, contexts, strict=True)], greeted, outcomes)
    assert bank.name_fields == (0,)
    assert "leeds" in opening(bank, FIRST[WAYS[0]]).not_for
    assert FIRST[WAYS[0]] in {sentence.text for sentence in bank.suited_to(f"Leeds | buyer | {WAYS[0]} | first email")}


def campaign(first: int, second: int, own: int) -> tuple[list[str], list[str], list[int]]:
    """A sequence of two steps, 300 emails each, of which ``first`` and ``second`` speak of ceilings; ``own`` of the
    first ones in a sentence of their own.
    """
    contexts, emails = [], []
    for step, speaking in ((1, first), (2, second)):
        for i in range(300):
            said = "Your ceiling is hard." if step == 1 and i < own else "A ceiling of felt is soft."
            said = said if i < speaking else GENERAL[i % 3]
            contexts.append(f"{ROLES[i % 5]}; {NAMES[i % 7]} Ltd; step {step}")
            emails.append(f"Hello,\n\nWe measure noise. {said}\n\nShall we talk on Monday?\n\nBest,\nAna")
    return contexts, emails, [2 if i % 4 else 0 for i in range(600)]


@pytest.mark.parametrize(("first", "second"), [(180, 300), (300, 180)])
def test_words_that_are_only_used_less_often_in_one_step_keep_nothing_out_of_it(first, second):
    bank = build_bank(*campaign(first, second, 0))
    for step in (1, 2):
        assert "A ceiling of felt is soft." in {s.text for s in bank.suited_to(f"owner; Ana Ltd; step {step}")}


def test_what_was_said_again_and_again_suits_whatever_its_words():
    bank = build_bank(*campaign(5, 300, 5))
    said = {s.text for s in bank.suited_to("owner; Ana Ltd; step 1")}
    assert "Your ceiling is hard." in said
    assert "A ceiling of felt is soft." not in said


def with_one_more(contexts, emails, outcomes, steps, sentence):
    """The same with emails behind them, one for each of these steps, that say one sentence more."""
    more = [f"Hello,\n\nWe measure noise. {sentence}\n\nShall we talk on Monday?\n\nBest,\nAna"] * len(steps)
    return (contexts + [f"owner; Ben Ltd; step {step}" for step in steps], emails + more, outcomes + [2] * len(steps))


def test_what_was_said_once_may_be_said_where_its_words_are_only_used_less_often():
    once = "A ceiling of cork is quiet."
    bank = build_bank(*with_one_more(*campaign(180, 300, 0), [2], once))
    assert once in {s.text for s in bank.suited_to("owner; Ana Ltd; step 1")}
    for step in (1, 2):
        bank = build_bank(*with_one_more(*campaign(5, 300, 0), [step], once))
        assert once not in {s.text for s in bank.suited_to("owner; Ana Ltd; step 1")}


def test_what_was_said_three_times_by_mistake_among_hundreds_is_kept_out():
    felt = "A ceiling of felt is soft."
    bank = build_bank(*with_one_more(*campaign(0, 300, 0), [1, 1, 1], felt))
    assert felt not in {s.text for s in bank.suited_to("owner; Ana Ltd; step 1")}


@pytest.mark.parametrize("fields", [1, 10, 30])
def test_however_many_fields_there_are_chance_keeps_hardly_a_sentence_to_any(fields):
    """Each field tested by itself at 1 %, every fourth sentence would be kept to a value of one of thirty."""
    g = np.random.default_rng(0)
    drawn = g.integers(0, 8, (200, fields))
    contexts = [frozenset(f"{field}=v{value}" for field, value in enumerate(row)) for row in drawn]
    suitability = Suitability.learn(contexts, [("We are here.",)] * 200)
    said_to = [g.choice(200, 5, replace=False).tolist() for _ in range(200)]
    kept = [bool(suitability.never_said_to(rows, "We are here.")) for rows in said_to]
    assert np.mean(kept) <= 0.03


def test_what_was_said_to_one_value_alone_is_kept_to_it_among_many_fields():
    g = np.random.default_rng(0)
    drawn = g.integers(0, 8, (200, 30))
    contexts = [frozenset(f"{field}=v{value}" for field, value in enumerate(row)) for row in drawn]
    suitability = Suitability.learn(contexts, [("We are here.",)] * 200)
    rows = [number for number, row in enumerate(drawn) if row[3] == 2][:8]
    assert {f"3=v{value}" for value in range(8) if value != 2} <= suitability.never_said_to(rows, "We are here.")
