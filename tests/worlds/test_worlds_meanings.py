"""A meaning is recognised in other words than the banks use, and not where it is not meant."""

from __future__ import annotations

import re

import pytest

from benchmarks.worlds.german_meanings import BELEG, LAUT, TERMIN, nutzen_in
from benchmarks.worlds.meanings import BOAST, LIMIT, PEER, PRESSURE, PRICE, VAGUE, groups_in
from benchmarks.worlds.reading import read_email
from benchmarks.worlds.roles import BIG_ASK, SMALL_ASK, Role, argument, is_ask, is_proof
from benchmarks.worlds.situation import ECHOES

PARAPHRASES = {
    "time": [
        "You get back a whole afternoon every week.",
        "What took your office two days is finished in an hour.",
        "It shaves about three hours off each payroll run.",
        "Nobody has to retype the delivery notes any more.",
        "The report writes itself overnight.",
        "Your planners spend half a day on something that could take ten minutes.",
        "Scheduling goes much faster once the spreadsheets are gone.",
        "There is far less paperwork for the front office.",
    ],
    "money": [
        "You would spend a good deal less on agency staff.",
        "The overtime bill went down by a fifth.",
        "It lowers your running costs from the first month.",
        "Most clients make the fee back, so it pays for itself by summer.",
        "A single wrong order can cost you more than the licence.",
        "They cut their fuel expenses by £900.",
        "Your margins are thin enough without paying twice.",
        "It is the cheapest way to stop wasting money on reprints.",
    ],
    "risk": [
        "If the auditor calls, the papers are ready.",
        "One forgotten signature can lead to a heavy fine.",
        "You would stay compliant without checking every line.",
        "Mistakes are caught before they reach the customer.",
        "It protects you if a claim is ever made.",
        "No certificate will expire unnoticed again.",
        "An inspector can see who signed off which check.",
        "Nothing falls through the cracks between two teams.",
    ],
    "people": [
        "Good nurses stay longer when they know their weekends.",
        "Fewer of your drivers would hand in their notice.",
        "It takes a lot of stress off the night crew.",
        "Staff turnover at the plant dropped within a year.",
        "Your team shares the late shifts more fairly.",
        "Burnout among carers starts with the rota.",
        "You keep the people you have trained.",
        "Colleagues can swap their shifts without asking anyone.",
    ],
    "growth": [
        "You could take on more clients without another desk.",
        "It brings in extra bookings on quiet days.",
        "Their sales rose by a tenth in spring.",
        "The shop can grow to a second site with the same office.",
        "You would fill more rooms in the low season.",
        "They won twelve new customers in a quarter.",
    ],
}
NOTHING_PROMISED = [
    "Thank you for your time.",
    "Could we talk for fifteen minutes on Thursday?",
    "I hope you are well.",
    "It was good to meet you at the fair.",
    "Please let me know what you think.",
    "We have not spoken before.",
    "A no is fine as well.",
    "I will be at my desk on Monday morning.",
]


@pytest.mark.parametrize(("group", "sentence"), [(g, s) for g, ss in PARAPHRASES.items() for s in ss])
def test_a_benefit_in_other_words(group, sentence):
    assert group in groups_in(sentence)


@pytest.mark.parametrize("sentence", NOTHING_PROMISED)
def test_no_benefit_where_none_is_named(sentence):
    assert not groups_in(sentence)


def test_groups_do_not_swallow_each_other():
    """Of the sentences of one group few may count for any other one."""
    told = [(g, other) for g, ss in PARAPHRASES.items() for s in ss for other in groups_in(s) if other != g]
    assert len(told) <= 0.2 * sum(map(len, PARAPHRASES.values())), told


GROUPS = [
    (BOAST, "We are the number one in the country.", True),
    (BOAST, "You will be amazed by our award-winning service.", True),
    (BOAST, "Our cutting-edge platform is second to none.", True),
    (BOAST, "It runs on the phones that your people have.", False),
    (PEER, "You may already have this covered.", True),
    (PEER, "I might be wrong about that.", True),
    (PEER, "If it's not for you, no hard feelings.", True),
    (PEER, "How do you deal with late orders today?", True),
    (PEER, "Our product has been sold since 2014.", False),
    (VAGUE, "We leverage synergies to streamline your processes.", True),
    (VAGUE, "Our comprehensive solutions are tailored to your needs.", True),
    (VAGUE, "It prints the labels at four in the morning.", False),
    (PRICE, "That is £12 per user and month.", True),
    (PRICE, "It costs 40 euros a month.", True),
    (PRICE, "We met on the 12th of May.", False),
    (LIMIT, "It does not help with returns.", True),
    (LIMIT, "For a shop with two tills it is of little use.", True),
    (LIMIT, "One drawback: setting it up takes two weeks.", True),
    (LIMIT, "It helps with returns.", False),
    (PRESSURE, "This offer expires tonight, so act now!", True),
    (PRESSURE, "Only three places left, don't miss out.", True),
    (PRESSURE, "Take as long as you like.", False),
    (SMALL_ASK, "Do you have ten minutes on Friday?", True),
    (SMALL_ASK, "May I send you a two-page summary?", True),
    (BIG_ASK, "Would a full-day workshop with your board be possible?", True),
    (BIG_ASK, "Could we speak for a quarter of an hour?", False),
    (BIG_ASK, "Let us set up a one-hour demonstration.", True),
]


@pytest.mark.parametrize(("group", "sentence", "belongs"), GROUPS)
def test_tone_terms_and_size_of_asks(group, sentence, belongs):
    assert bool(group.search(sentence)) == belongs


@pytest.mark.parametrize(
    "sentence",
    [
        "Would Tuesday at ten suit you?",
        "Just reply with a date and I will call.",
        "Could I show you how it works in ten minutes?",
        "Are you open to a short chat next week?",
        "Let me know which day is best.",
        "I would be happy to walk you through it.",
        "Shall I send the checklist?",
        "Who in your team looks after this?",
        "I'd suggest a call on Monday.",
    ],
)
def test_asks(sentence):
    assert is_ask(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Rota planning takes most of a Monday.",
        "We met at the fair in June.",
        "The tool reminds your patients two days before.",
        "Halden Care has four homes.",
    ],
)
def test_statements_ask_for_nothing(sentence):
    assert not is_ask(sentence)


@pytest.mark.parametrize(
    ("sentence", "proves"),
    [
        ("Weston Dairy cut its planning from nine hours to two.", True),
        ("At Calder House 14 people left before, and 3 since.", True),
        ("A bakery near York brought its overtime down by a third.", True),
        ("Customers tell us that they are happy.", False),
        ("It saves five hours a week.", False),
    ],
)
def test_proof_has_somebody_and_a_figure(sentence, proves):
    assert is_proof(sentence) == proves


@pytest.mark.parametrize(
    ("relation", "sentence"),
    [
        ("referral", "Mary Holt recommended that we talk."),
        ("referral", "Your name came up in a talk with Mary Holt."),
        ("price", "You enquired about our prices last week."),
        ("price", "Thanks for your price request."),
        ("webinar", "Thanks for tuning in on Tuesday."),
        ("webinar", "You attended our online session."),
        ("fair", "It was nice meeting you at the trade show."),
        ("fair", "You came by our stand in Leeds."),
        ("former", "You were a customer of ours for years."),
        ("former", "We would like to have you back."),
        ("cold", "We haven't spoken before."),
        ("cold", "You don't know me yet."),
    ],
)
def test_how_the_contact_began_in_other_words(relation, sentence):
    assert {key for key, pattern in ECHOES.items() if pattern.search(sentence)} == {relation}


def test_roles_in_their_order():
    read = read_email(
        "Hi Jo,\n\nYou asked about rotas on our website. Weston Dairy went from nine hours to two. "
        "Our planner drafts the month. Could I show you on Friday?\n\nBest,\nSam"
    )
    found = argument(read, re.compile("planner"))
    assert [found.first(role) for role in (Role.REASON, Role.PROOF, Role.PRODUCT, Role.ASK)] == [0, 1, 2, 3]
    assert (read.greeting, read.signature, read.words) == ("Hi Jo,", "Best,\nSam", 26)


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("zeit", "Ihr Team gewinnt jeden Tag eine Stunde Zeit."),
        ("zeit", "Das geht künftig deutlich schneller."),
        ("zeit", "Niemand muss mehr händisch Listen pflegen."),
        ("geld", "Sie senken damit Ihre Ausgaben spürbar."),
        ("geld", "Die Anschaffung rechnet sich im ersten Jahr."),
        ("risiko", "Bei der nächsten Betriebsprüfung liegt alles bereit."),
        ("risiko", "Keine Frist wird mehr versäumt."),
        ("menschen", "Ihre Mitarbeiterinnen bleiben länger im Betrieb."),
        ("menschen", "Das Team wird spürbar entlastet."),
        ("daten", "Alle Server stehen in einem deutschen Rechenzentrum."),
        ("daten", "Der Datenschutz ist vertraglich geregelt."),
    ],
)
def test_german_benefits_in_other_words(group, sentence):
    assert group in nutzen_in(sentence)


def test_german_examples_dates_and_praise():
    assert BELEG.search("Die Bäckerei Moll in Trier braucht dafür eine Stunde statt fünf.")
    assert not BELEG.search("Unsere Kunden sind sehr zufrieden.")
    assert TERMIN.search("Passt Ihnen Freitag um 11 Uhr?")
    assert LAUT.search("Wir sind Marktführer und einzigartig!")
    assert not nutzen_in("Vielen Dank für das Gespräch auf der Messe.")
