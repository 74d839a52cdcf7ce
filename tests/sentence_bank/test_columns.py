"""Contexts that are columns joined into one cell are read column by column, whatever some of them lack."""

import random
from dataclasses import replace

from outcome_rl.sentence_bank.columns import fields_of, parts_of, separator_of
from outcome_rl.sentence_bank.fields import ContextFields
from outcome_rl.sentence_bank.storage import load_bank, save_bank
from tests.helpers.toy_bank import toy_bank

FIRMS = {
    "hotel": ("Salt House", "Quay & Co.", "Old Mill"),
    "farm shop": ("Moor End", "Kerr Bros. Dairy", "High Croft"),
    "public health": ("Pike County Health Dept.", "Kent County Health Dept.", "Vale Clinics"),
}
ROLES = ("owner", "buyer", "site lead", "Dir. of Pharmacy")
NOTES = ("VM left", "opened 4x", "no open")


def crm(n=160, seed=1):
    """Contexts as a CRM exports them: hardly two have the same marks."""
    rng, found = random.Random(seed), []
    for i in range(n):
        kind = rng.choice(list(FIRMS))
        size = rng.choice((f"{rng.randrange(2, 90)} rooms", f"size?, {rng.randrange(2, 9)} sites", "1 site + depot"))
        columns = [f"Ana{i} Fox, {rng.choice(ROLES)}", f"{rng.choice(FIRMS[kind])} ({kind}; {size})"]
        columns += ["Leeds UK", f"LS: {rng.choice(('referral - dairy', 'web form (guide)', 'list'))}"]
        columns += [f"Cold seq v4, step {rng.randrange(1, 4)}/3"]
        columns += [f"last: {rng.choice(NOTES)}"] if rng.random() < 0.5 else []
        columns += [f"note: {rng.choice(('new site', 'slow to answer, call late', 'budget in May'))}"] * (i % 2)
        found.append(" | ".join(columns))
    return found


FIELDS = ContextFields.learn(crm())
NEW = (
    "Eva Lund, buyer | Kerr Bros. Dairy (farm shop; 77 rooms) | Leeds UK | LS: list | Cold seq v4, step 2/3 "
    "| last: no open"
)


def test_each_column_is_a_field_by_where_it_stands_or_what_it_is_called():
    values = [value for _, value in FIELDS.values(NEW)]
    assert values == ["Eva Lund", "buyer", "Kerr Bros. Dairy", "farm shop", "77 rooms", "list", "2", "no open"]
    lacking = [value for _, value in FIELDS.values(NEW.replace("LS: list | ", ""))]
    assert lacking == [value for value in values if value != "list"]


def test_a_full_stop_belongs_to_a_name():
    assert "Pike County Health Dept." in dict(
        (value, number) for number, value in FIELDS.values(NEW.replace("Kerr Bros. Dairy", "Pike County Health Dept."))
    )


def test_what_a_context_has_and_lacks_are_attributes():
    kind = dict((value, number) for number, value in FIELDS.values(NEW))["farm shop"]
    note = dict((value, number) for number, value in FIELDS.values(f"{NEW} | note: new site"))["new site"]
    assert f"{kind}=farm shop" in FIELDS.attributes(NEW)
    assert f"{note}=" in FIELDS.attributes(NEW)
    assert f"{note}=new site" in FIELDS.attributes(f"{NEW} | note: new site")


def test_places_of_one_context_are_never_one_field():
    contexts = [[("#0  0", a), ("#1  0", b)] for a in ("x", "y", "z") for b in ("x", "y", "z")]
    assert len(set(fields_of(contexts).values())) == 2
    apart = [[("#0  0", a)] for a in ("x", "y", "z")] + [[("#1  0", b)] for b in ("x", "y", "w")]
    assert len(set(fields_of(apart).values())) == 1, "the same values in contexts of their own"


def test_only_contexts_of_many_shapes_are_taken_for_columns():
    assert FIELDS.separator == "|"
    regular = [f"{role} | {kind} | step {n}" for role in ROLES[:3] for kind in FIRMS for n in (1, 2, 3)]
    assert ContextFields.learn(regular).separator == ""
    assert separator_of(["a, b and c", "one more"]) == ""


def test_a_part_ends_at_a_mark_and_at_a_word_of_all():
    found = parts_of("Ana Fox, CFO | step 2/3", "|", {"#1 step"})
    assert found == [("#0  0", "Ana Fox"), ("#0 , 0", "CFO"), ("#1 step 0", "2"), ("#1 / 0", "3")]


def test_saved_and_loaded_again(tmp_path):
    save_bank(replace(toy_bank(), fields=FIELDS), tmp_path / "bank.json")
    loaded = load_bank(tmp_path / "bank.json").fields
    assert loaded == FIELDS
    assert loaded.attributes(NEW) == FIELDS.attributes(NEW)
