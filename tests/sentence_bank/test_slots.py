"""Words of the context become slots in a sentence and are filled again from another context."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.sentence_bank.bank import BODY, Sentence
from outcome_rl.sentence_bank.slots import (
    filled,
    form_of,
    kind_of,
    kinds_said,
    opened,
    slots_in,
    unsaid_forms,
    with_slots,
    without_slots,
)
from tests.helpers.letters import bank_of


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("Our time clock for a bakery.", ((0, "bakery"), (2, "time clock")), "Our {2} for a {0}."),
        ("Time clock or stamp?", ((2, "time clock"),), "{2} or stamp?"),
        ("the shift planner is ours", ((2, "Shift planner"),), "the {2l} is ours"),
        ("Shift planner", ((2, "Shift planner"),), "{2}"),
        ("A clock and a time clock", ((1, "clock"), (2, "time clock")), "A {1} and a {2}"),  # the longest first
        ("bakeries and bakery", ((0, "bakery"),), "bakeries and {0}"),
        ("With 45 staff and 450 guests", ((3, "45"),), "With {3} staff and 450 guests"),
        ("IT is short, 5 too", ((1, "IT"), (3, "5")), "IT is short, 5 too"),
        ("{bakery} of a template", ((0, "bakery"),), "{bakery} of a template"),
        ("Für Ihre Bäckerei planen wir", ((0, "Bäckerei"),), "Für Ihre {0} planen wir"),
        ("Der Schichtplaner der Bäckereien", ((0, "Bäckerei"), (1, "Schichtplaner")), "Der {1} der Bäckereien"),
        ("nothing of the context", ((0, "bakery"),), "nothing of the context"),
    ],
)
def test_values_become_slots(text, values, expected):
    assert with_slots(text, values) == expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("For a {0}.", {0: "hotel"}, "For a hotel."),
        ("For a {0}.", {0: "airline"}, "For an airline."),
        ("An {0} needs it.", {0: "bakery"}, "A bakery needs it."),
        ("{0} needs it.", {0: "time clock"}, "Time clock needs it."),
        ("needs {0l} now", {0: "Shift planner"}, "needs shift planner now"),
        ("From {1} to {0} and {1}", {0: "a", 1: "b"}, "From b to a and b"),
        ("With {3} staff", {3: "45"}, "With 45 staff"),
        ("Guten Tag, Ihre {0} wächst", {0: "Bäckerei"}, "Guten Tag, Ihre Bäckerei wächst"),
        ("{{first_name}}, a {0}", {0: "hotel"}, "{{first_name}}, a hotel"),
        ("On {0}, what helps?", {0: "execution."}, "On execution, what helps?"),
        ("We know {0} well.", {0: "Hale & Co."}, "We know Hale & Co. well."),
        ("We know {0}.", {0: "Hale & Co."}, "We know Hale & Co."),
        ("Is {0}, as U.S. firms go, large?", {0: "Hale Inc.,"}, "Is Hale Inc., as U.S. firms go, large?"),
    ],
)
def test_slots_are_filled(text, values, expected):
    assert filled(text, values) == expected


@pytest.mark.parametrize("behind", [".", ",", "?", "!", ":", ";", " now.", ", What next?"])
@pytest.mark.parametrize("ending", ["", ".", ",", "?", "!", ":", ";", "…", "...", " .", "., "])
def test_however_a_value_ends_its_sentence_has_no_mark_too_many(ending, behind):
    assert filled(f"About {{0}}{behind}", {0: f"execution{ending}"}) == f"About execution{behind}"


def test_which_slots_there_are():
    assert slots_in("{2} for {0l} and {2}, {{first_name}}") == (2, 0)
    assert without_slots("Our {2} for {0l}s.") == "Our  for s."


def test_a_slot_is_open_where_several_values_were_seen_in_it():
    texts = [
        (0, "A bakery needs shifts."),
        (1, "A hotel needs shifts."),
        (0, "Only a bakery smells."),
        (1, "We like it."),
        (2, "An airline needs shifts."),
    ]
    values = [((0, "bakery"),), ((0, "hotel"),), ((0, "airline"),)]
    assert opened(texts, values) == [
        "A {0} needs shifts.",
        "A {0} needs shifts.",
        "Only a bakery smells.",
        "We like it.",
        "An {0} needs shifts.",
    ]


QUICK = settings(max_examples=60)
VALUE = st.text("bdfgklmnt", min_size=3, max_size=8)
PIECE = st.sampled_from(["Our", "plans", "it,", "für", "Ihre", "100", "and", "bdf", "The", "works."])


@QUICK
@given(st.lists(PIECE, min_size=1, max_size=6), st.lists(VALUE, min_size=1, max_size=3, unique=True), st.data())
def test_slotting_and_filling_give_the_text_back(pieces, values, data):
    words = ["Yes", *pieces]
    for value in values:
        words.insert(data.draw(st.integers(1, len(words))), value)
    text = " ".join(words)
    numbered = tuple(enumerate(values))
    slotted = with_slots(text, numbered)
    assert slots_in(slotted), "each value stands in it"
    assert filled(slotted, dict(numbered)) == text


@QUICK
@given(st.text(alphabet="ab {}01l,.", max_size=30), VALUE)
def test_any_text_can_be_slotted(text, value):
    slotted = with_slots(text, ((0, value),))
    assert (slotted == text) or value.lower() in text.lower()


LANGUAGES, WISHES = ("German", "Dutch", "French"), ("wants more from Italy", "wants more from France")


def notes(wishes_said=0, n=30):
    """Of field 1, languages that every second email names, and wishes of which the first few are repeated."""
    values = [((1, LANGUAGES[row % 3]),) if row % 2 else ((1, WISHES[row % 4 // 2]),) for row in range(n)]
    emails = [f"Your {own[0][1]} page." if row % 4 == 1 else "Hello." for row, own in enumerate(values)]
    for row in range(0, 2 * wishes_said, 2):
        emails[row] = f"You wrote: {values[row][0][1]}."
    return values, emails


def test_a_form_that_is_never_said_where_another_is_fills_no_slot():
    values, emails = notes()
    assert unsaid_forms({1}, values, emails) == {form_of(1, "wants more from Italy")}
    assert unsaid_forms({2}, values, emails) == frozenset(), "a field without slots"
    assert unsaid_forms({1}, *notes(wishes_said=2)) == frozenset(), "it is said after all"
    assert unsaid_forms({1}, values[:9], emails[:9]) == frozenset(), "nobody knows yet"
    assert unsaid_forms({1}, values, ["Hello."] * 30) == frozenset(), "neither is said"


@pytest.mark.parametrize(
    ("one", "other"),
    [("German", "german"), ("German", "German page"), ("7 units", "Seven units"), ("“German", "german")],
)
def test_forms_are_told_by_the_first_letter_and_the_number_of_words(one, other):
    assert form_of(1, one) != form_of(1, other) and form_of(1, one) != form_of(2, one)
    assert form_of(1, "a b c d") == form_of(1, "e f g h i")


def test_of_two_values_in_one_place_the_one_that_is_said_fills_the_slot():
    bank = replace(bank_of(), unsaid_forms=frozenset({form_of(6, "not sent yet")}))
    said = Sentence("With {6} it is you, {2}.", BODY, (0, 1, 0))
    values = [(6, "9 bedrooms"), (6, "not sent yet"), (2, "Ann"), (4, "Fulda")]
    assert bank.fillings(said, values) == {6: "9 bedrooms", 2: "Ann"}


def test_a_slot_is_filled_with_what_it_was_said_with_where_a_field_has_several():
    """Contexts whose parts have no field of their own: a place is said in the slot, never a person or a remark."""
    towns, people = ("Lostwithiel", "Ivybridge", "Holsworthy", "Tavistock"), ("Claire Heard", "Simon Tucker")
    values = [[(6, town), (6, person), (6, "nothing back")] for town in towns for person in people]
    texts = [f"The roofs round {town} are old." for town in towns]
    assert kinds_said(texts, values) == {kind_of(6, "Lostwithiel")}
    bank, said = bank_of(), Sentence("Round {6}.", BODY, (0, 1, 0), said_with=frozenset({kind_of(6, "Lostwithiel")}))
    assert bank.fillings(said, [(6, "Looe"), (6, "Claire Heard"), (6, "on oil")]) == {6: "Looe"}
    assert bank.fillings(said, [(6, "Claire Heard"), (6, "on oil")]) == {}
    assert bank.fillings(said, [(6, "Claire Heard")]) == {6: "Claire Heard"}, "a field of one value is one thing"
    assert bank.fillings(replace(said, said_with=frozenset()), [(6, "Looe"), (6, "on oil")]) == {6: "on oil"}


def test_kinds_of_values():
    assert len({kind_of(6, value) for value in ("Looe", "Claire Heard", "9 cows", "oil", "wrote to us in March")}) == 5
    assert kind_of(6, "Looe") == kind_of(6, "New Inn Hotel in Hatherleigh") != kind_of(5, "Looe")
