"""Names, merge fields, numbers, dates and sentences: what the claims are made of."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.text.dates import past_dates
from outcome_rl.text.merge_fields import fields_in, without_fields
from outcome_rl.text.names import names_in
from outcome_rl.text.numbers import Quantities, quantities_in
from outcome_rl.text.sentences import MAX_SENTENCE, sentences

EMAIL = (
    "Subject: late parts\n\nHi Ms. Lindqvist,\n\nas Hanne of Stationwise I ask: who plans?\n\n"
    "Best,\nHanne Mikkelsen\nStationwise"
)


def test_fields_of_all_spellings():
    text = "{{first_name}} {firstName} [First Name] *|FNAME|* %LAST_NAME% <Your Company> [1] [a link](x) {}"
    assert [field.key for field in fields_in(text)] == [
        "first_name", "first_name", "first_name", "fname", "last_name", "your_company",
    ]  # fmt: skip
    assert [field.is_merge_field for field in fields_in(text)] == [True, False, False, False, False, False]
    assert all(text[field.start : field.end] == field.text for field in fields_in(text))
    assert len(without_fields(text)) == len(text)
    assert fields_in(without_fields(text)) == ()


def test_names_by_their_place():
    assert [(name.role, name.text) for name in names_in(EMAIL)] == [
        ("greeting", "Ms. Lindqvist"),
        ("signature", "Hanne"),
        ("company", "Stationwise"),
        ("signature", "Hanne Mikkelsen"),
        ("company", "Stationwise"),
    ]


@pytest.mark.parametrize(
    ("email", "names"),
    [
        ("At Harbour Inn they count by hand.", ["Harbour Inn"]),
        ("Okafor runs a garage.", ["Okafor"]),
        ("Forecasting is our passion. Every Monday the Excel list goes to the CFO.", []),
        ("Subject: Professional Supply Chain Tool", []),
        ("Deep Insight For Better Planning\n\nIt is quick.", []),
        ("It is quick.\n\nKind regards from Ulm,\nSeverin Koch", ["Ulm", "Severin Koch"]),
        ("Dear Sir or Madam, hello.", []),
        ("It is quick.\n\nCheers, Bea from Hookless", ["Bea", "Hookless"]),
        ("It is quick.\n\nKind regards,\nB. Holm\nHead of Sales", ["B. Holm"]),
    ],
)
def test_names_by_capital_letters(email, names):
    assert [name.text for name in names_in(email)] == names


def test_the_signature_below_a_place_is_the_senders():
    roles = {name.text: name.role for name in names_in("It is quick.\n\nKind regards from Ulm,\nSeverin Koch")}
    assert roles == {"Ulm": "company", "Severin Koch": "signature"}


def test_german_nouns_are_no_names():
    email = "Guten Tag Frau Berger, unser Schichtplaner läuft bei der Nordwind GmbH. Mein Name ist Jonas Maier."
    assert [name.text for name in names_in(email, "de")] == ["Frau Berger", "Nordwind GmbH", "Jonas Maier"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1,000", "number", 1000), ("1000", "number", 1000), ("1.000", "number", 1000), ("a thousand", "number", 1000),
        ("tausend", "number", 1000), ("two hundred and fifty", "number", 250), ("fünfundzwanzig", "number", 25),
        ("1.2 million", "number", 1.2e6), ("a dozen", "number", 12), ("3k", "number", 3000), ("2,5", "number", 2.5),
        ("20%", "percent", 20), ("twenty percent", "percent", 20), ("zwanzig Prozent", "percent", 20),
        ("half of", "percent", 50), ("two thirds", "percent", 200 / 3), ("ein Drittel", "percent", 100 / 3),
        ("$49", "price", 49), ("29 euros", "price", 29), ("4.000 €", "price", 4000), ("99 zł", "price", 99),
    ],
)  # fmt: skip
def test_a_number(text, kind, value):
    (quantity,) = quantities_in(f"It is {text}.")
    assert (quantity.kind, quantity.value) == (kind, pytest.approx(value))


@pytest.mark.parametrize(
    "text", ["one of us", "3D, B2B and 1U", "at 10:30", "the 3rd page", "half an hour", "version 1.2.3"]
)
def test_what_is_no_number(text):
    assert quantities_in(text) == ()


def test_a_third_is_33_percent():
    (third,) = quantities_in("by a third")
    assert third.is_one_of(Quantities.of("33 percent")) is False
    (written,) = quantities_in("33 percent")
    assert written.is_one_of(Quantities.of("by a third"))


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("We spoke last Tuesday.", ["last Tuesday"]),
        ("We moved on 3 May.", ["on 3 May"]),
        ("Since 2009 we build tools.", ["Since 2009"]),
        ("Letzte Woche war viel los.", ["Letzte Woche"]),
        ("Could we talk on 3 May?", []),
        ("I will call on Tuesday.", []),
        ("How many did you lose last year?", []),
    ],
)
def test_dates_in_the_past(text, dates):
    assert [written for _, written in past_dates(text)] == dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is 1.5 m. Fine?! Yes", ["It is 1.5 m.", "Fine?!", "Yes"]),
        ("Dear Mr. Abel, e.g. this.", ["Dear Mr. Abel, e.g. this."]),
        ("one line\ngoes on\nHere not\n\nnor here", ["one line\ngoes on", "Here not", "nor here"]),
        ("1. First\n2. Second", ["1. First", "2. Second"]),
        ("Am 3. Mai kommt er. Gut.", ["Am 3. Mai kommt er.", "Gut."]),
        ("At Clini B.V. all is well. At Ceram S.p.A. too.", ["At Clini B.V. all is well.", "At Ceram S.p.A. too."]),
        (
            "Is Pumpe d.o.o. yours? We are in the U.K. We call.",
            ["Is Pumpe d.o.o. yours?", "We are in the U.K.", "We call."],
        ),
        ("Bei Muster & Co. KG steht es. Gut.", ["Bei Muster & Co. KG steht es.", "Gut."]),
        ("Ten to Acme Inc. Then two.", ["Ten to Acme Inc.", "Then two."]),
    ],
)
def test_sentences(text, expected):
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text(max_size=1500))
def test_sentences_lie_in_order_and_are_short(text):
    spans = sentences(text)
    assert all(0 < end - start <= MAX_SENTENCE for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
