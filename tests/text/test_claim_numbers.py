"""Which numbers state something."""

from __future__ import annotations

from types import SimpleNamespace

from outcome_rl.text import claim_numbers
from outcome_rl.text.claim_numbers import NEAR, stated_numbers


def test_of_a_long_sentence_no_number_is_read_from_its_beginning(monkeypatch):
    read = []

    def search(text: str) -> None:
        read.append(len(text))

    for name in ("_PLACE", "_AT"):
        monkeypatch.setattr(claim_numbers, name, SimpleNamespace(search=search))
    assert [*stated_numbers("kosten " + "70 " * 200, "de")]
    assert len(read) >= 200
    assert max(read) == NEAR


def test_the_word_before_a_number_counts_however_long_the_sentence_is():
    words = "we wrote down what it takes to set this up in your kitchens, " * 5
    assert not [*stated_numbers(f"{words}see schritt 30 of it.", "en")]
    assert [*stated_numbers(f"{words}see ashchapter 30 of it.", "en")]
