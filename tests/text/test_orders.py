"""Which answers order something, and which only look so."""

from __future__ import annotations

import pytest

from outcome_rl.text.orders import places_an_order

ORDERS = """Send me two boxes.
Hello Mo, please send us 3 cases of the dark one.
We'll take 10 bags.
I would like to order 20 kg.
Put us down for a dozen bottles.
I'd like two more crates, please.
We have just placed an order.
Our first order is attached.
Schicken Sie uns bitte zwei Kartons.
Wir nehmen 5 Kisten.
Hiermit bestelle ich 20 kg.
Ich möchte gern drei Säcke bestellen.
Wir haben soeben 4 Paletten bestellt."""
NO_ORDERS = """Please send two samples.
Send me a box of samples, please.
Could you send me two boxes?
Send me your prices for two boxes.
We would take 10 bags if they were cheaper.
We'll take 10 bags once the old ones are gone.
We do not need two boxes.
We ordered two boxes from somebody else.
I have ordered elsewhere already.
Send me two boxes. Actually no, we have enough.
I'll take a look.
Send me a brochure and the price list.
We have two boxes of yours in the cellar.
We take 5 pallets a month from a mill nearby.
We have ordered ten boxes every week for years.
Wir bestellen 5 Paletten im Jahr bei einer Mühle.
Take two minutes and read this.
In order to decide, we need time.
Schicken Sie uns zwei Muster.
Wenn der Preis stimmt, nehmen wir 5 Kisten.
Wir haben schon woanders bestellt.
Bitte schicken Sie uns ein Angebot für 5 Kartons.
Können Sie zwei Kartons schicken?
We have just ordered from Acme.
Wir haben bei Müller bestellt.
Hiermit bestelle ich den Newsletter ab.
I hope we would like to order soon.
We will take two boxes, subject to approval.
We will order after the summer.
Send me two references, please.
Wir bestellen erst nach Rücksprache.
Wir nehmen 5 Kisten, vorausgesetzt die Bank zahlt."""


@pytest.mark.parametrize("answer", [line.replace("\\n", "\n") for line in ORDERS.splitlines()])
def test_what_orders(answer: str) -> None:
    assert places_an_order(answer)


@pytest.mark.parametrize("answer", NO_ORDERS.splitlines())
def test_what_only_looks_like_an_order(answer: str) -> None:
    assert not places_an_order(answer)


def test_a_long_talk_is_not_looked_at() -> None:
    assert not places_an_order("Send me two boxes. " + "And then there is this. " * 20)
