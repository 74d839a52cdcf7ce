"""A world's buyer reads from a context what its sellers put into it; held-out contexts are new."""

from __future__ import annotations

import random

import pytest

from benchmarks.worlds import german, long, rates, stock, subjects, templates
from benchmarks.worlds.drawing import draw_case
from benchmarks.worlds.one_seller import OneSeller, step_of
from benchmarks.worlds.one_seller_record import PRODUCTS, draw_contact
from benchmarks.worlds.registry import WORLDS

GOODS_WORLDS = [
    (templates.Templates(), templates.RELATIONS),
    (stock.Stock(), stock.RELATIONS),
    (subjects.Subjects(), subjects.RELATIONS),
    (long.Long(), long.RELATIONS),
    (rates.Rates(), rates.NEWS),
]


@pytest.mark.parametrize(("world", "relations"), GOODS_WORLDS, ids=lambda x: getattr(x, "name", ""))
def test_a_context_says_what_it_was_made_from(world, relations):
    rng = random.Random(4)
    for _ in range(150):
        case = draw_case(rng, relations)
        read = world.situation(world.context(case))
        assert (read.role, read.trade, read.relation) == (case.role, case.trade, case.relation), read.text
        assert read.product.name == case.product.name


def test_one_sellers_contexts_are_read_rightly():
    rng, world = random.Random(4), OneSeller()
    for _ in range(150):
        contact = draw_contact(rng)
        for step in (1, 2, 3):
            read = world.situation(contact.context(step))
            assert (read.trade, read.relation, read.name) == (contact.segment, contact.relation, contact.first)
            assert read.product.name == PRODUCTS[contact.product]
            assert step_of(read.text) == step


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Leila Booth, finance director", "finance"),
        ("Leila Booth, head of people", "people"),
        ("Leila Booth, managing director", "founder"),
        ("Leila Booth, quality manager", "quality"),
        ("Leila Booth, depot manager", "operations"),
        ("Leila Booth, payroll manager", "finance"),
    ],
)
def test_roles_by_title(title, role):
    context = f"{title} · warehouse, 45 staff · cold, no contact so far · Brindlow Rota · first email"
    assert OneSeller().situation(context).role == role


def test_german_contexts_are_read_rightly():
    rng, world = random.Random(4), german.German()
    for _ in range(150):
        role = rng.choice(list(german.PEOPLE))
        trade = rng.choice(sorted(german.VOCABULARY.trades))
        relation = rng.choice(sorted(german.RELATIONS))
        case = german.Case(role, rng.choice(german.PEOPLE[role]), trade, relation, 12)
        read = world.situation(world.context(case))
        assert (read.role, read.trade, read.relation) == (role, trade, relation), read.text
        assert read.product.name in world.context(case)


@pytest.mark.parametrize("name", WORLDS)
def test_held_out_contexts_are_different_and_new(name):
    world = WORLDS[name]
    held_out = world.held_out_contexts(24)
    assert len(set(held_out)) == 24
    for seed in (0, 1):
        known = {world.context_key(context) for context in world.emails(100, seed).contexts}
        assert not known & {world.context_key(context) for context in held_out}
    assert world.held_out_contexts(24) == held_out
    assert world.held_out_contexts(24, seed=1) != held_out


@pytest.mark.parametrize("name", WORLDS)
def test_a_context_from_elsewhere_is_judged_too(name):
    world = WORLDS[name]
    probs = world.true_probs(["Baker in Ghent, wants a loan", ""], ["We have loans for bakers. Shall I call?", "Hello"])
    assert probs.shape == (2, 3)
    assert probs.sum(1) == pytest.approx([1, 1])
