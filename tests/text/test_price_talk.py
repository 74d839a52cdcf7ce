"""Prices that are announced, and prices that are given."""

import pytest

from outcome_rl.text.price_talk import announces_price, gives_price


@pytest.mark.parametrize(
    "text",
    [
        "You asked for a price, and here it is.",
        "You asked about prices on Monday, and here is the answer as I would want to get it.",
        "Thank you for asking about the price, which I will name below.",
        "Here are our prices.",
        "Here's the quote.",
        "The costs are as follows.",
        "Sie haben nach dem Preis gefragt, hier ist er ohne Umwege.",
        "Hier sind unsere Preise.",
        "Was es kostet, steht weiter unten.",
    ],
)
def test_announced(text):
    assert announces_price(text)
    assert not gives_price(text)


@pytest.mark.parametrize(
    "text",
    [
        "It costs £39 a month and there is no contract.",
        "The price is about 1,200 euros a year.",
        "The planner is priced at $15 per user.",
        "Es kostet 49 Euro im Monat.",
        "Der Preis liegt bei 120 € je Standort.",
        "You asked for the price, and here it is: it costs £20 a month.",
    ],
)
def test_given(text):
    assert gives_price(text)
    assert not announces_price(text)


@pytest.mark.parametrize(
    "text",
    [
        "You asked for the price of our planner.",
        "The price list is one page, and I will gladly send it.",
        "Most firms lose about £400 a month on work that is done twice.",
        "Every late call costs a warehouse a third more.",
        "In vielen Praxen kostet doppelte Arbeit mehrere hundert Euro im Monat.",
        "Here is a customer of ours.",
        "",
    ],
)
def test_neither(text):
    assert not announces_price(text)
    assert not gives_price(text)
