"""The parts of contexts are found by what contexts have in common, whatever they are called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.sentence_bank.fields import ContextFields

ROLES = ("CTO", "office manager", "founder", "sales head")
TRADES = ("Healthcare", "Finance", "Real Estate")
PRODUCTS = ("telehealth app", "payment gateway", "lease accounting software")
PLAIN = [f"Customer: {r} at a {t} firm, about our {p}." for r in ROLES for t in TRADES for p in PRODUCTS]
FIELDS = ContextFields.learn(PLAIN)


def test_what_stands_between_the_common_words_are_the_fields():
    assert FIELDS.common >= {"customer", "at", "firm", "about", "our"}
    assert FIELDS.values("Customer: CTO at a Real Estate firm, about our telehealth app.") == (
        (0, "CTO"),
        (1, "Real Estate"),
        (2, "telehealth app"),
    )


def test_a_value_that_nobody_has_had_is_told_by_its_place():
    assert FIELDS.values("Customer: nurse at a Dental firm, about our recall planner.") == (
        (0, "nurse"),
        (1, "Dental"),
        (2, "recall planner"),
    )


def test_a_context_of_another_shape_is_told_by_values_that_are_known():
    assert FIELDS.values("payment gateway / founder") == ((2, "payment gateway"), (0, "founder"))
    assert FIELDS.values("Somebody who wrote to us") == ()


def test_a_context_of_which_nothing_is_known_is_told():
    assert FIELDS.knows(PLAIN[0]) and FIELDS.knows("payment gateway / founder")
    assert not FIELDS.knows("Somebody who wrote to us")
    assert ContextFields.learn(["a prospect; step 1", "a prospect; step 2"] * 5).knows("Somebody"), "nor is any other"


def told_in(ways):
    """Contexts that tell in several ways how the contact came about, each of them a shape of its own."""
    names = [f"{first} {last}" for first in ("Ana", "Bo", "Cy", "Di") for last in ("Ash", "Birch", "Cole")]
    return [
        f"{n} ({r}) | {t}; {way}"
        for i, n in enumerate(names)
        for r in ROLES
        for t in TRADES[: 1 + i % 3]
        for way in ways
    ]


@pytest.mark.parametrize(
    ("ways", "name"),
    [(("met us, by chance", "asked: a price", "left us & came back"), True), (("met us, by chance",), False)],
)
def test_a_new_value_in_a_new_shape_is_told_by_the_marks_around_it_where_several_shapes_agree(ways, name):
    fields = ContextFields.learn(told_in(ways))
    place = dict((value, number) for number, value in fields.values(told_in(ways)[0]))["Ana Ash"]
    found = dict(fields.values("Eva Fox (nurse) | Hotels; came / unasked"))
    assert (found.get(place) == "Eva Fox") is name
    assert "unasked" not in found.values()


@pytest.mark.parametrize(("last", "found"), [(0, ((0, "Eva Fox"),)), (2, ())])
def test_marks_between_which_shapes_have_different_fields_tell_none(last, found):
    shapes = {"_ | _": (0, -1), "_ | _ ; _": (0, -1, -1), "_ | _ , _": (last, -1, -1)}
    assert ContextFields(frozenset(), shapes).values("Eva Fox | nurse / Hotels") == found


def test_one_field_in_two_orders_is_one():
    parts = [(r, t, p) for r in ROLES for t in TRADES for p in PRODUCTS]
    fields = ContextFields.learn(
        [*(f"{r} ({t}); {p}" for r, t, p in parts), *(f"{p} | {r} | {t}" for r, t, p in parts)]
    )
    first = dict(fields.values("CTO (Finance); payment gateway"))
    second = dict(fields.values("payment gateway | CTO | Finance"))
    assert first == second
    assert len(first) == 3


def test_attributes_name_rare_values_and_missing_fields():
    rare_trades = [f"Customer: CTO at a Zoo{i} firm, about our telehealth app." for i in range(3)]
    untold = [f"Customer: {role} at a firm, about our {product}." for role in ROLES for product in PRODUCTS]
    fields = ContextFields.learn([*PLAIN, *rare_trades, *untold])
    assert {"0=cto", "1=healthcare", "2=telehealth app", "cto", "at a"} <= fields.attributes(PLAIN[0])
    rare = fields.attributes(rare_trades[1])
    assert "1=*" in rare
    assert "1=zoo1" not in rare
    assert {"0=founder", "1=", "2=payment gateway"} <= fields.attributes(untold[7])


def test_a_field_that_nobody_is_told_apart_by_is_left_out():
    told, left = FIELDS.attributes(PLAIN[0]), FIELDS.attributes(PLAIN[0], names=(0,))
    assert {"cto", "0=cto"} <= told - left
    assert {"1=healthcare", "healthcare", "2=telehealth app"} <= left


def test_parts_that_do_not_vary_are_no_fields():
    fields = ContextFields.learn([f"{r}; {'new' if i % 2 else 'old'}; {i}" for i, r in enumerate(ROLES * 8)])
    ((number, value), *more) = fields.values("CTO; new; 7")
    assert value == "CTO"
    assert [value for _, value in more] == ["7"], "new and old are two values only"
    assert {"rest=new", f"{number}=cto"} <= fields.attributes("CTO; new; 7")


@pytest.mark.parametrize("contexts", [[], ["one"], ["", ""], ["...", "?!"], ["a b c"] * 9])
def test_there_may_be_nothing_to_learn(contexts):
    fields = ContextFields.learn(contexts)
    for context in (*contexts, "Customer: CTO at a Finance firm.", ""):
        assert fields.values(context) == ()
        fields.attributes(context)


WORDS = st.lists(st.text("bcdefghk", min_size=4, max_size=7), min_size=1, max_size=3).map(" ".join)
QUICK = settings(max_examples=50)


@QUICK
@given(role=WORDS, trade=WORDS, product=WORDS)
def test_values_put_into_the_shape_are_found_again(role, trade, product):
    context = f"Customer: {role} at a {trade} firm, about our {product}."
    assert FIELDS.values(context) == ((0, role), (1, trade), (2, product))


@QUICK
@given(st.text(max_size=80))
def test_any_context_at_all_has_attributes(context):
    assert all(isinstance(value, str) for _, value in FIELDS.values(context))
    FIELDS.attributes(context)


def test_an_article_or_an_ampersand_inside_of_a_name_belongs_to_it():
    firms = ("The Salt House", "Reed & Ash", "Blue Kettle", "Little Fig")
    contexts = [
        f"{role} at {firm}, in {city}"
        for role in ("owner", "cook")
        for firm in firms
        for city in ("York", "Hull", "Leeds")
    ]
    fields = ContextFields.learn(contexts)
    for firm in ("The Salt House", "Reed & Ash", "The Old Mill", "Ives & Oak & Elm"):
        assert firm in dict(fields.values(f"owner at {firm}, in York")).values()
    plain = ContextFields.learn(
        [
            f"The {role} of a {trade} in {city}"
            for role in ("owner", "cook", "buyer")
            for trade in ("bar", "shop", "mill")
            for city in ("York", "Hull", "Leeds")
        ]
    )
    assert set(dict(plain.values("The owner of a shop in York")).values()) == {"owner", "shop", "York"}


@pytest.mark.parametrize("name", ["Mr. Hall", "Mr Hall", "Dr. Ida Moll", "Frau Dr. Lang"])
def test_a_title_belongs_to_the_name(name):
    names = ("Mr. Hall", "Ms. Kern", "Dr. Roth", "Mrs. Stein")
    contexts = [f"{names[i % 4]}, runs a {('hotel', 'bar', 'mill')[i % 3]}" for i in range(48)]
    assert name in dict(ContextFields.learn(contexts).values(f"{name}, runs a hotel")).values()
