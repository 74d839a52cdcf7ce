"""A bank is kept whole, and a seller strikes sentences out of it."""

from __future__ import annotations

import json

import pytest

from outcome_rl.errors import DataError, ModelError
from outcome_rl.sentence_bank.bank import ASK, BODY, CLOSE, OPENING, PLACES, SUBJECT
from outcome_rl.sentence_bank.storage import BANK_FILE, COLUMNS, approved, load_bank, save_bank, table
from tests.helpers.seller import seller_bank, seller_emails


@pytest.fixture
def kept(tmp_path):
    save_bank(seller_bank(), tmp_path / BANK_FILE)
    return tmp_path / BANK_FILE


def test_a_bank_comes_back_as_it_was(kept):
    bank, again = seller_bank(), load_bank(kept)
    assert again == bank
    for context in (*seller_emails().contexts[:6], "nobody we know"):
        assert again.suited_to(context) == bank.suited_to(context)


def test_a_bank_without_what_was_added_later_is_read(kept):
    later = ("tells_of", "only_as", "gives_price", "owes_price", "recalls", "denies", "refers_back", "of_that_customer")
    found = json.loads(kept.read_text(encoding="utf-8"))
    for sentence in found["sentences"]:
        for name in later:
            del sentence[name]
    for name in ("usual_order", "cohesion", "skeletons"):
        del found[name]
    kept.write_text(json.dumps(found), encoding="utf-8")
    assert not any(s.tells_of or s.gives_price or s.owes_price for s in load_bank(kept).sentences)


def test_of_a_sentence_that_was_struck_out_an_email_keeps_the_place(tmp_path):
    bank = seller_bank()
    first, (place, text), *rest = bank.skeletons[0]
    struck = bank.without({text})
    assert struck.skeletons[0] == (first, (place, ""), *rest)
    save_bank(struck, tmp_path / BANK_FILE)
    assert load_bank(tmp_path / BANK_FILE) == struck


def test_without_subjects_emails_have_none(tmp_path):
    bank = seller_bank()
    bare = bank.without({sentence.text for sentence in bank.of_place(SUBJECT)})
    assert bank.skeletons[0][0][0] == SUBJECT
    assert {place for keys in bare.skeletons for place, _ in keys} == {OPENING, BODY, ASK, CLOSE}


def changed(kept, change):
    found = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(change(found)), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda own: [],
        lambda own: "sentences",
        lambda own: own | {"format": 99},
        lambda own: {name: value for name, value in own.items() if name != "followed"},
        lambda own: own | {"places": ["opening", "postscript"]},
        lambda own: own | {"body_range": [1]},
        lambda own: own | {"skeletons": [[-1]]},
        lambda own: own | {"skeletons": [["postscript"]]},
        lambda own: own | {"skeletons": [[999]]},
        lambda own: own | {"fields": None},
        lambda own: own | {"followed": [["one", "two"]]},
        lambda own: own | {"sentences": [{"text": "Hello."}]},
        lambda own: own | {"sentences": [own["sentences"][0] | {"counts": [1, 2]}]},
        lambda own: own | {"sentences": [own["sentences"][0] | {"place": "postscript"}]},
        lambda own: own | {"sentences": [own["sentences"][0] | {"colour": "red"}]},
    ],
)
def test_a_damaged_bank_is_told(kept, change):
    changed(kept, change)
    with pytest.raises(ModelError, match=r"sentences\.json' is no bank of sentences .*tune the model again"):
        load_bank(kept)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"null"])
def test_a_file_that_is_no_bank_is_told(kept, content):
    kept.write_bytes(content)
    with pytest.raises(ModelError, match="is no bank of sentences"):
        load_bank(kept)
    with pytest.raises(ModelError, match="is no bank of sentences"):
        load_bank(kept.with_name("missing.json"))


# --- striking out -----------------------------------------------------------------------------------------------------


def rows_of(bank, keep=lambda text: "yes"):
    return [(line, str(row[0]), keep(row[0])) for line, row in enumerate(table(bank), 2)]


def test_the_table_is_in_the_order_of_an_email_with_what_came_of_each():
    rows = list(table(seller_bank()))
    assert all(len(row) == len(COLUMNS) for row in rows)
    places = [PLACES.index(row[1]) for row in rows]
    assert places == sorted(places)
    by_text = {sentence.text: sentence.counts for sentence in seller_bank().sentences}
    for text, _, emails, replies, conversions, keep in rows:
        assert (emails - replies - conversions, replies, conversions) == by_text[text]
        assert keep == "yes"
    asks = [row[4] for row in rows if row[1] == "ask"]
    assert asks == sorted(asks, reverse=True)


def test_a_table_that_keeps_all_changes_nothing():
    bank = seller_bank()
    assert approved(bank, rows_of(bank, lambda text: " Yes "), "s.csv").sentences == bank.sentences


def test_what_is_struck_out_is_gone():
    bank = seller_bank()
    found = approved(bank, rows_of(bank, lambda text: "NO" if "Tuesday" in text else "yes"), "s.csv")
    assert [s.text for s in bank.sentences if s not in found.sentences] == ["May I show you the {3} on Tuesday?"]
    assert found.left_out["struck out"] == 1
    assert found.places == bank.places


def test_a_place_whose_sentences_are_all_struck_out_is_none():
    bank = seller_bank()
    subjects = {sentence.text for sentence in bank.of_place("subject")}
    found = approved(bank, rows_of(bank, lambda text: "no" if text in subjects else "yes"), "s.csv")
    assert found.places == bank.places[1:]
    assert approved(bank, rows_of(bank)[:3], "s.csv").sentences == bank.sentences, "rows that are missing stay"


def test_what_is_not_of_the_bank_or_neither_yes_nor_no_is_told():
    bank = seller_bank()
    with pytest.raises(DataError, match=r"s\.csv, row 7: 'Buy now\.' is no sentence of the bank; strike"):
        approved(bank, [(7, "Buy now.", "yes")], "s.csv")
    with pytest.raises(DataError, match=r"s\.csv, row 3: keep is 'maybe'; write yes or no"):
        approved(bank, [(3, bank.sentences[0].text, "maybe")], "s.csv")
