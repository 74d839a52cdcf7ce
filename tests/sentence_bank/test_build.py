"""The bank of a small file, worked by hand: what may be said, where, to whom, and what is left out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.data.dataset import EmailData
from outcome_rl.sentence_bank.bank import SIGN_OFF
from outcome_rl.sentence_bank.build import build_bank
from outcome_rl.sentence_bank.statements import own_statements
from tests.helpers.seller import BODIES, STOCK, seller_bank, seller_emails

SELLER = seller_emails()
GERMAN = [(handel, programm) for handel in ("Bäckerei", "Hotel", "Klinik") for programm in ("Dienstplan", "Kassenbuch")]


def bank_of(data: EmailData, facts: str = ""):
    return build_bank(data.contexts, data.emails, data.outcomes, facts)


def with_added(sentence: str, rows):
    """The seller's emails, one more sentence in front of the ask of some rows."""
    emails = [
        email.replace("\n\n", f"\n\n{sentence} ", 3).replace(f"\n\n{sentence} ", "\n\n", 2) if i in rows else email
        for i, email in enumerate(SELLER.emails)
    ]
    assert all((sentence in email) is (i in rows) for i, email in enumerate(emails))
    return replace(SELLER, emails=tuple(emails))


def said(bank):
    return {sentence.text for sentence in bank.sentences}


ANSWERED = [i for i, outcome in enumerate(SELLER.outcomes) if outcome and SELLER.emails[i].startswith("Subject")]


# --- the seller's emails ----------------------------------------------------------------------------------------------


def test_the_sentences_with_slots_in_their_places():
    bank = seller_bank()
    assert {(sentence.place, sentence.text) for sentence in bank.sentences} == {
        ("subject", "Your {3}"),
        ("subject", "A question about the {3}"),
        ("greeting", "Hello {{first_name}},"),
        ("opening", "Planning takes up most evenings in a {1}."),
        ("opening", "Most teams of your size are growing."),
        ("body", "Our {3} drafts next month in two minutes."),
        ("body", "With the {3} nobody copies figures by hand."),
        ("body", "People see their hours on the phone."),
        ("body", "Setup is done by us within days."),
        ("body", STOCK),
        ("ask", "May I show you the {3} on Tuesday?"),
        ("ask", "Would a short call about the {3} suit you?"),
        ("close", "No is a fine answer too."),
        ("close", "Have a calm week."),
        ("sign_off", "Kind regards,"),
    }


def test_what_is_usual_in_the_emails():
    bank = seller_bank()
    assert bank.places == ("subject", "greeting", "opening", "body", "ask", "close", "sign_off")
    assert bank.body_range == (2, 2)
    assert (bank.topic, bank.names_topic) == (3, True)
    assert bank.name_fields == (0,)
    assert bank.greeting_has_line
    assert bank.recurring == 1.0
    assert bank.can_write
    assert bank.left_out == {}


def test_a_sentence_knows_what_came_of_its_emails():
    (asked,) = [sentence for sentence in seller_bank().sentences if sentence.text.startswith("May I show")]
    rows = [i for i, email in enumerate(SELLER.emails) if "May I show you" in email]
    assert asked.counts == tuple(sum(SELLER.outcomes[i] == outcome for i in rows) for outcome in range(3))
    n, answered = len(rows), sum(asked.counts[1:])
    usual = sum(outcome > 0 for outcome in SELLER.outcomes) / len(SELLER)
    lift = (answered + 4 * usual) / (n + 4) / usual
    assert asked.weight == pytest.approx(0.5 * math.log(answered) + 2 * math.log(lift), abs=1e-3)


def test_a_sentence_that_is_always_answered_weighs_more_than_one_as_common_that_is_not():
    weights = {sentence.text: sentence.weight for sentence in seller_bank().sentences}
    assert (
        weights["Planning takes up most evenings in a {1}."] > 2 > 0.5 > weights["Most teams of your size are growing."]
    )


def test_how_often_a_sentence_followed_another_one():
    first, second = "People see their hours on the phone.", "Setup is done by us within days."
    worth = (0.3, 1.0, 1.5)
    rows = [i for i, email in enumerate(SELLER.emails) if f"{first} {second}" in email]
    assert rows
    assert seller_bank().followed[first, second] == pytest.approx(sum(worth[SELLER.outcomes[i]] for i in rows))
    assert (second, first) not in seller_bank().followed


def test_a_sentence_with_a_slot_suits_all_values_of_it():
    """What stood in the slot when it was first seen ties it to nobody."""
    bank = seller_bank()
    for sentence in bank.sentences:
        if sentence.slots:
            assert not [name for name in sentence.not_for if name.startswith(("3=", "1="))], sentence.text
            assert sentence.only_for == frozenset(), sentence.text


def test_a_sentence_that_is_said_of_one_product_suits_no_other():
    bank = seller_bank()
    for context in SELLER.contexts[:24]:
        assert (STOCK in {s.text for s in bank.suited_to(context)}) is context.endswith("stock tracker")


def test_it_is_known_what_a_slot_was_said_with():
    slotted = [sentence for sentence in seller_bank().sentences if sentence.slots]
    assert slotted and all(sentence.said_with for sentence in slotted)
    products = {kind for sentence in slotted if sentence.slots == (3,) for kind in sentence.said_with if kind[0] == "3"}
    assert products == {"3 small"}


def test_a_context_without_a_field_gets_no_sentence_that_needs_it():
    texts = [sentence.text for sentence in seller_bank().suited_to("nobody we know")]
    assert "People see their hours on the phone." in texts
    assert not [text for text in texts if "{3}" in text or "{1}" in text]


# --- what is left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr Patterson told me that you waste 4,500 pounds a week.",
        "When we spoke on Friday, you asked me for a figure.",
        "We cut the overtime of Brightwell Foods by 37 percent.",
        "I walk past on my way to work and the garden looks wonderful.",
        "My aunt ate there and came back raving about the soup.",
        "Ich habe die neue Fassade gesehen.",
    ],
)
def test_what_is_about_one_recipient_is_left_out(sentence):
    bank = bank_of(with_added(sentence, ANSWERED[:1]))
    assert sentence not in said(bank)
    ((reason, count),) = bank.left_out.items()
    assert reason.startswith("about one recipient: ")
    assert count == 1
    assert said(bank) == said(seller_bank())


def test_what_the_facts_hold_or_the_seller_says_again_and_again_is_not():
    sentence = "We cut the overtime of Brightwell Foods by 37 percent."
    allowed = bank_of(with_added(sentence, ANSWERED[:1]), "Brightwell Foods: overtime cut by 37 percent.")
    assert sentence in said(allowed)
    assert sentence not in said(bank_of(with_added(sentence, ANSWERED[:2])))
    assert sentence in said(bank_of(with_added(sentence, ANSWERED[:3])))


def test_what_was_never_answered_is_left_out():
    silent = [i for i, outcome in enumerate(SELLER.outcomes) if not outcome and SELLER.emails[i].startswith("Subject")]
    bank = bank_of(with_added("Our offices have large windows.", silent[:5]))
    assert "Our offices have large windows." not in said(bank)
    assert bank.left_out == {"never answered": 1}


@pytest.mark.parametrize(("rate", "sent", "kept"), [(0.05, 4, True), (0.05, 12, False), (0.6, 1, False)])
def test_what_nobody_answered_is_left_out_where_somebody_was_to_be_expected_to(rate, sent, kept):
    """Where one of twenty answers, four silences say nothing; where three of five do, one is enough."""
    answers = np.arange(240) < rate * 240
    emails = [
        f"Hello,\n\nHotels plan by hand.\n\n{BODIES[2 + i % 2]}\n\nShall we talk?\n\nBest,\nRuth" for i in range(240)
    ]
    for i in range(240 - sent, 240):
        emails[i] = emails[i].replace("\n\nShall", " Our offices have large windows.\n\nShall")
    contexts = [f"owner {i % 7}; trade {i % 5}; number {i}" for i in range(240)]
    bank = build_bank(contexts, emails, answers.astype(int).tolist())
    assert ("Our offices have large windows." in said(bank)) is kept
    assert bool(bank.left_out.get("never answered")) is not kept


def test_where_nobody_answered_nothing_is_left_to_say():
    bank = build_bank(SELLER.contexts, SELLER.emails, [0] * len(SELLER.emails))
    assert not bank.can_write
    assert set(bank.left_out) == {"never answered"}


@pytest.mark.parametrize(
    "sentence",
    ["We found that most teams lose hours.", "I read every reply myself.", "My partner runs sales here."],
)
def test_what_the_seller_does_is_about_no_reader(sentence):
    assert sentence in said(bank_of(with_added(sentence, ANSWERED[:1])))


def test_one_greeting_by_another_name_decides_nothing():
    firms = ("Harbour Hotel", "Old Mill", "Blue Kettle", "Salt House")
    contexts = [f"{firms[i % 4]}; {('york', 'hull', 'leeds')[i % 3]}; {i} beds" for i in range(72)]
    emails = [f"Hello,\n\n{firms[i % 4]} plans by hand.\n\nShall we talk?\n\nBest,\nRuth" for i in range(72)]
    emails[0] = emails[0].replace("Hello,", "Hello Harbour Hotel,")
    assert build_bank(contexts, emails, [1] * 72).name_fields == ()


def test_a_merge_field_is_no_rare_word():
    asks = [e.replace("Tuesday?", "Tuesday, {{first_name}}?") for e in SELLER.emails]
    bank = bank_of(replace(SELLER, emails=tuple(asks)))
    assert all(not sentence.only_for for sentence in bank.sentences if "{{first_name}}" in sentence.text)


def test_a_first_line_that_speaks_to_one_reader_alone_is_about_them():
    """Said to two it is the seller's; further down it is an argument."""
    line = "Lovely tiles you have there."
    emails = [f"Hello,\n\nHotels plan by hand. {BODIES[2 + i % 2]}\n\nShall we talk?\n\nBest,\nRuth" for i in range(60)]
    contexts, outcomes = [f"owner {i % 7}; trade {i % 5}; number {i}" for i in range(60)], [1] * 60

    def bank_with(first, body):
        changed = [e.replace("Hotels plan by hand.", line) if i < first else e for i, e in enumerate(emails)]
        changed[-1] = changed[-1].replace("\n\nShall", f" {line}\n\nShall") if body else changed[-1]
        return build_bank(contexts, changed, outcomes)

    assert bank_with(1, False).left_out == {"about one recipient: presence": 1}
    assert line not in said(bank_with(1, False))
    assert line in said(bank_with(2, False))
    assert line in said(bank_with(0, True))


def test_a_question_behind_the_ask_is_left_out():
    asking = replace(SELLER, emails=tuple(e.replace("Have a calm week.", "Who plans with you?") for e in SELLER.emails))
    bank = bank_of(asking)
    assert "Who plans with you?" not in said(bank)
    assert bank.left_out == {"a second question behind the ask": 1}
    assert [sentence.text for sentence in bank.of_place("close")] == ["No is a fine answer too."]


def test_a_sentence_of_rare_words_is_kept_to_the_topics_of_its_emails():
    sentence = "Sourdough ferments overnight beside humming ovens."
    bank = bank_of(with_added(sentence, ANSWERED[:1]))
    (found,) = [each for each in bank.sentences if each.text == sentence]
    product = SELLER.contexts[ANSWERED[0]].rpartition("; ")[2]
    assert found.only_for == {product}
    for context in SELLER.contexts[:24]:
        assert (found in bank.suited_to(context)) is context.endswith(product)


# --- other files ------------------------------------------------------------------------------------------------------


def test_german_emails():
    asks = ("Darf ich Ihnen das zeigen?", "Passt Ihnen ein kurzes Gespräch?")
    emails = [
        f"Guten Tag,\n\nIhre {handel} plant noch auf Papier. Unser {programm} spart Zeit.\n\n{asks[i % 2]}\n\n"
        "Mit freundlichen Grüßen\nRuth"
        for i, (handel, programm) in enumerate(GERMAN * 4)
    ]
    bank = build_bank([f"{handel} in Ulm; {programm}" for handel, programm in GERMAN * 4], emails, [1, 2] * 12)
    assert {(sentence.place, sentence.text) for sentence in bank.sentences} >= {
        ("greeting", "Guten Tag,"),
        ("opening", "Ihre {0} plant noch auf Papier."),
        ("ask", "Darf ich Ihnen das zeigen?"),
        ("ask", "Passt Ihnen ein kurzes Gespräch?"),
        ("sign_off", "Mit freundlichen Grüßen"),
    }
    assert bank.name_fields == ()
    assert bank.can_write


def test_emails_that_share_no_sentence_make_no_bank_to_write_from():
    words = [f"{a}{b}" for a in "bcdfghlmnprst" for b in ("alo", "imu", "eru", "osta")]
    emails = [
        f"Hello,\n\n{words[i].title()} {words[-i]} is what {words[i - 7]} does. May {words[i - 3]} see {words[i - 5]}?"
        for i in range(40)
    ]
    contexts = [f"Customer: {words[i]}; about {words[-i - 1]}." for i in range(40)]
    bank = build_bank(contexts, emails, [1, 2] * 20)
    assert bank.recurring < 0.3
    assert not bank.can_write


def test_a_bank_with_nothing_to_choose_from_cannot_write():
    data = SELLER
    emails = ["Hello Ana,\n\nWe make things.\n\nMay I call?\n\nRegards,\nRuth"] * len(data)
    bank = build_bank(data.contexts, emails, data.outcomes)
    assert len(bank.sentences) == 4
    assert not bank.can_write


# --- what a seller claims ---------------------------------------------------------------------------------------------


def test_what_a_seller_claims_again_and_again_is_the_sellers_own():
    usual = set(own_statements(SELLER.contexts, SELLER.emails))
    assert usual == {"Our shift planner drafts next month in two minutes.", STOCK}
    price = "The price is 45 pounds a month."
    for rows, own in ((ANSWERED[:2], set()), (ANSWERED[:3], {price})):
        data = with_added(price, rows)
        assert set(own_statements(data.contexts, data.emails)) - usual == own
    talk = with_added("When we spoke on Friday, you asked me for a figure.", ANSWERED[:5])
    assert set(own_statements(talk.contexts, talk.emails)) == usual


# --- recipients of whom a name and a firm are all that is known -------------------------------------------------------


def by_name_and_firm(company: str = "our town"):
    """The seller's emails to people told apart by first name and firm; ``company``: how emails speak of the firm."""
    names = [email.partition("Hello ")[2].partition(",")[0] for email in SELLER.emails]
    contexts = [f"{name} at Firm{'abcdefgh'[i % 8]}{'klmnop'[i % 6]}; step 1" for i, name in enumerate(names)]
    emails = [email.replace("within days", f"at {company} within days") for email in SELLER.emails]
    firms = [context.partition(" at ")[2].partition(";")[0] for context in contexts]
    emails = [email.replace("THE FIRM", firm) for email, firm in zip(emails, firms, strict=True)]
    return replace(SELLER, contexts=tuple(contexts), emails=tuple(emails))


def test_a_first_name_greets_and_is_neither_topic_nor_a_reason_to_say_something_else():
    bank = bank_of(by_name_and_firm())
    (name,) = bank.name_fields
    assert bank.fields.values("Marta at Nordlys; step 1")[0] == (name, "Marta")
    assert bank.topic is None and not bank.names_topic
    told = {attribute for sentence in bank.sentences for attribute in (*sentence.not_for, *sentence.leaning)}
    assert not any(attribute.startswith(f"{name}=") or attribute in ("ana", "ben") for attribute in told)
    assert len(bank.suited_to("Marta at Nordlys; step 1")) == len(bank.sentences)


def test_nobody_is_greeted_as_someone():
    bank = bank_of(by_name_and_firm())
    for context in ("Someone at Nordlys; step 1", "Someone; step 1"):
        assert not set(dict(bank.fields.values(context))) & set(bank.name_fields)


def test_a_firm_that_emails_name_becomes_a_slot():
    bank = bank_of(by_name_and_firm("THE FIRM"))
    firm = dict((value, number) for number, value in bank.fields.values("Marta at Nordlys; step 1"))["Nordlys"]
    assert f"Setup is done by us at {{{firm}}} within days." in said(bank)


@pytest.mark.parametrize(("long", "most"), [(5, 2), (6, 4)])
def test_the_longest_quarter_of_the_emails_sets_no_example(long, most):
    said = [" ".join(BODIES if i < long else BODIES[:2]) for i in range(20)]
    emails = [f"Hello,\n\nHotels plan by hand. {own}\n\nShall we talk?\n\nBest,\nRuth" for own in said]
    contexts = [f"owner {i % 7}; trade {i % 5}; number {i}" for i in range(20)]
    emails = [email.replace("{product}", "planner") for email in emails]
    assert build_bank(contexts, emails, [1] * 20).body_range == (2, most)


def test_who_signs_with_a_name_alone_signs_off_too():
    emails = [f"Hi,\n\nIt is late.\n\nMay I call?\n\n{end}" for end in ("Best,\nJo", "Jo", "Jo")] * 4
    assert SIGN_OFF in build_bank([f"hotel {i}" for i in range(12)], emails, [1] * 12).places
    unsigned = [email.removesuffix("\n\nJo") for email in emails]
    assert SIGN_OFF not in build_bank([f"hotel {i}" for i in range(12)], unsigned, [1] * 12).places
