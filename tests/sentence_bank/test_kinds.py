"""Words of freely written contexts that exclude each other are found, and sentences keep to those they were said to."""

import random
from dataclasses import replace

from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.columns import MOST_COLUMNS
from outcome_rl.sentence_bank.fields import ContextFields
from outcome_rl.sentence_bank.kinds import attributes_of, kinds_of
from outcome_rl.sentence_bank.storage import load_bank, save_bank
from tests.helpers.toy_bank import toy_bank

TRADES = {
    "hotel": ("a hotel of {n} staff", "hotel with {n} rooms", "small hotel"),
    "school": ("primary school, {n} staff", "a school of {n}", "school with {n} classes, rural"),
    "warehouse": ("warehouse, {n} employees", "distribution warehouse of {n}"),
}
EXTRAS = ("hiring for summer", "moved last year", "new owner", "busy before Christmas", "asked about Saturdays", "")
ROOMS = "A guest of a hotel who feels safe comes back to its rooms."
PLAIN = "We come to you with all that it takes."


def notes(n=150, seed=3):
    """(kind, context) written in as many ways as there are rows."""
    rng, found = random.Random(seed), []
    for i in range(n):
        kind = rng.choice(list(TRADES))
        parts = [f"Ana{i} Fox", rng.choice(TRADES[kind]).format(n=rng.randrange(9, 99)), *rng.sample(EXTRAS, 3)]
        rng.shuffle(parts)
        found.append((kind, rng.choice((", ", "; ", " - ")).join(parts)))
    return found


NOTES = notes()
CONTEXTS = [context for _, context in NOTES]


def test_words_of_which_a_context_has_one_are_a_kind():
    kinds = kinds_of(CONTEXTS)
    assert {"hotel", "school", "wareho"} <= set(kinds[0])
    assert f"~0={'hotel'}" in attributes_of("Eva Lund; hotel in Trim", kinds)
    assert "~0=" in attributes_of("Eva Lund; a bakery", kinds), "none of them"
    assert "~0=" in attributes_of("Eva Lund; a hotel next to a school", kinds), "two of them"


def test_words_that_meet_as_often_as_chance_has_them_are_none():
    rng = random.Random(0)
    words = ("early", "green", "large", "quiet", "round", "tired")
    assert kinds_of([" ".join(word for word in words if rng.random() < 0.4) for _ in range(200)]) == ()
    assert kinds_of([]) == () and kinds_of(["one"]) == ()


def test_contexts_without_a_common_form_have_kinds_and_no_parts(tmp_path):
    fields = ContextFields.learn(CONTEXTS)
    assert fields.free and fields.kinds and fields.knows("anybody")
    assert fields.values(CONTEXTS[0]) == (), "nothing that would be put into a sentence"
    save_bank(replace(toy_bank(), fields=fields), tmp_path / "bank.json")
    assert load_bank(tmp_path / "bank.json").fields == fields


def test_a_sentence_is_kept_to_the_kind_that_it_was_said_to():
    emails = [f"Hi,\n\n{ROOMS if kind == 'hotel' else PLAIN} May I call?\n\nBest,\nJo" for kind, _ in NOTES]
    bank = build_bank(CONTEXTS, emails, [i % 3 for i in range(len(emails))])

    def offered(context):
        return {sentence.text for sentence in bank.suited_to(context)}

    assert ROOMS in offered("Eva Lund; a hotel of 40 staff, new owner")
    assert ROOMS not in offered("Eva Lund; warehouse, 12 employees, new owner")


def test_of_long_contexts_only_the_beginning_is_read():
    columns = [" | ".join(f"k{i}v{j}{';' * (i % 5)}" for j in range(200)) for i in range(9)]
    assert {len(ContextFields.learn(columns).values(own)) for own in columns} == {MOST_COLUMNS}
    shaped = [", ".join(f"k{i}v{j}" for j in range(100)) for i in range(9)]
    assert ContextFields.learn(shaped).shapes == {}
    assert kinds_of([f"{'word ' * 2000}{kind}" for kind in ("hotel", "school") * 40]) == ()
