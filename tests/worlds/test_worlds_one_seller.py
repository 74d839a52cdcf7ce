"""One seller's record reads as a record: the same facts in every email, no follow-up after an answer."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.worlds.banks import bank, sentences_in
from benchmarks.worlds.one_seller import FIGURES, OneSeller, step_of
from benchmarks.worlds.one_seller_record import PRODUCTS, SENDERS
from benchmarks.worlds.reading import read_email, words_of

DATA = Path(__file__).resolve().parents[2] / "data"
NAME = re.compile(r"([A-Z]\w+) [A-Z]\w+(?:,| \()")


@pytest.fixture(scope="module")
def rows():
    return OneSeller().emails()


def table(name):
    with open(DATA / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_committed_files_are_the_worlds_own(rows):
    told = table("one_seller.csv")
    assert tuple(row["context"] for row in told) == rows.contexts
    assert tuple(row["email_text"] for row in told) == rows.emails
    assert tuple(int(row["outcome"]) for row in told) == rows.outcomes
    assert tuple(row["sender"] for row in told) == rows.extra["sender"]
    contexts = tuple(row["context"] for row in table("one_seller_contexts.csv"))
    assert contexts == OneSeller().held_out_contexts(24)


def test_the_bank_has_350_sentences_and_they_recur(rows):
    parts = ("one_seller_openings", "one_seller_arguments", "one_seller_asks")
    skipped = {"greeting", "signature", "subject"}
    bank_ = {s for name in parts for key, part in bank(name).items() if key not in skipped for s in sentences_in(part)}
    assert len(bank_) >= 350
    uses = Counter(sentence for email in rows.emails for sentence in read_email(email).sentences)
    assert np.mean([uses[s] for e in rows.emails for s in read_email(e).sentences]) > 3
    assert len(set(rows.emails)) > 0.99 * len(rows)


def test_lengths_subjects_and_signatures(rows):
    lengths = [len(words_of(email)) for email in rows.emails]
    assert min(lengths) >= 38
    assert max(lengths) <= 140
    assert 0.27 < np.mean([email.startswith("Subject: ") for email in rows.emails]) < 0.4
    for email, sender in zip(rows.emails, rows.extra["sender"], strict=True):
        assert sender.split()[0] in email.rsplit("\n\n", 1)[-1]
        assert not {first.split()[0] for first in SENDERS.values() if first != sender} & set(words_of(email))


def test_figures_and_prices_are_the_facts(rows):
    """Each number of an email stands in the facts, in the context or is a price worked out from both."""
    facts = set(re.findall(r"\d[\d,.]*\d|\d", (DATA / "one_seller_facts.txt").read_text(encoding="utf-8")))
    free = {"10", "2", "60", "90", "9", "14", "15"}  # minutes, hours and days in asks and openings
    for context, email in zip(rows.contexts, rows.emails, strict=True):
        size = int(re.search(r"(\d+) staff", context)[1])
        mine = {str(size), f"{size * 3.2:,.0f}", f"{size * 1.9:,.0f}"}
        numbers = {n.rstrip(".,") for n in re.findall(r"\d[\d,.]*", email)}
        assert numbers <= facts | free | mine, (numbers - facts - free - mine, email)


def test_customers_are_named_with_their_own_figures_only(rows):
    """No email takes what one customer reached for another's."""
    world = OneSeller()
    for context, email in zip(rows.contexts, rows.emails, strict=True):
        named = [name for name in FIGURES if name in read_email(email).body]
        assert len(named) <= 2, email
        assert world.why(context, email)["proof"] >= -0.46


def test_contacts_are_written_to_again_only_while_they_do_not_answer(rows):
    contacts: dict[str, list[tuple[int, int, str, str, str]]] = {}
    world = OneSeller()
    extra = zip(rows.extra["product"], rows.extra["sender"], rows.extra["sent_at"], strict=True)
    for context, outcome, (product, sender, day) in zip(rows.contexts, rows.outcomes, extra, strict=True):
        step = step_of(context)
        contacts.setdefault(world.context_key(context), []).append((step, outcome, product, sender, day))
        assert product in context
        assert dt.date.fromisoformat(day).weekday() < 5
    for sends in contacts.values():
        sends.sort()
        assert [step for step, *_ in sends] == list(range(1, len(sends) + 1))
        assert all(outcome == 0 for _, outcome, *_ in sends[:-1])
        assert len({(product, sender) for *_, product, sender, _ in sends}) == 1
        assert sorted(day for *_, day in sends) == [day for *_, day in sends]
    assert len(contacts) > 300
    assert list(rows.extra["sent_at"]) == sorted(rows.extra["sent_at"])


def test_the_reader_is_greeted_by_name(rows):
    for context, email in zip(rows.contexts, rows.emails, strict=True):
        assert NAME.search(context)[1] in read_email(email).greeting


def test_products_are_not_mixed_up(rows):
    for email, product in zip(rows.emails, rows.extra["product"], strict=True):
        assert not {other for other in PRODUCTS.values() if other != product and other in email}


def why(context, email):
    return OneSeller().why(context, email)


CONTEXT = (
    "Joan Firth, finance director · warehouse, 90 staff · came to our webinar “Rotas that hold” · Brindlow Rota ·"
    " first email"
)
EMAIL = (
    "Hi Joan,\n\nThank you for coming to the webinar. Every afternoon somebody in a warehouse spends two hours on "
    "tomorrow's gaps. Tranmoor Storage made 25 late calls to the agency a month and makes 9 now. Brindlow Rota fills "
    "the gaps by itself and saves several hours a week. May I send you the figures on one page?\n\nBest,\nRuth"
)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("benefit", "saves several hours a week", "keeps a record for the inspector"),
        ("proof", "25 late calls to the agency a month and makes 9 now", "many calls and makes fewer"),
        ("knows_the_contact", "Thank you for coming to the webinar", "You asked for a price on our website"),
        ("name", "Hi Joan", "Hi Peter"),
        ("knows_the_step", "Thank you for coming to the webinar.", "I wrote to you last week about the webinar."),
        ("ask_small", "May I send you the figures on one page?", "Could we meet for a full day with your board?"),
        ("ask_last", "May I send you the figures on one page?", "I wish you a good week."),
        ("modest", "fills the gaps by itself", "is simply the best on the market"),
        ("topic", "Brindlow Rota fills the gaps", "Brindlow Clock fills the gaps"),
        ("slips", "Best,\nRuth", "Best,\n[Your Name]"),
    ],
)
def test_what_the_buyer_minds(part, old, new):
    assert old in EMAIL
    assert why(CONTEXT, EMAIL.replace(old, new))[part] < why(CONTEXT, EMAIL)[part]


def test_the_product_first_is_worse_than_the_reason_first():
    product_first = EMAIL.replace("Thank you for coming to the webinar. ", "Brindlow Rota is a shift planner. ")
    assert why(CONTEXT, product_first)["reason_first"] < why(CONTEXT, EMAIL)["reason_first"]


def test_the_same_email_suits_one_segment_and_not_another():
    hotel = CONTEXT.replace("warehouse", "hotel").replace("finance director", "operations manager")
    warehouse = CONTEXT.replace("finance director", "shift manager")
    assert why(warehouse, EMAIL)["benefit"] > why(hotel, EMAIL)["benefit"] + 0.5


def test_an_invented_figure_is_no_proof():
    invented = EMAIL.replace("Tranmoor Storage made 25 late calls", "Halford Logistics made 40% fewer calls")
    assert why(CONTEXT, invented)["proof"] < 0
