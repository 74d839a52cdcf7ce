"""How a fine-tune is to write: as asked, or in own words where the emails have sentences enough for them."""

from __future__ import annotations

import pytest
import torch

from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData
from outcome_rl.errors import DataError, ModelError
from outcome_rl.pipelines import choose_writing as writing
from outcome_rl.pipelines.choose_writing import LARGE, TOO_FEW, all_facts, choose_writing, read_facts
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.policy.writing import FreeWriting
from outcome_rl.runs.run import Run
from outcome_rl.sentence_bank.storage import BANK_FILE, COLUMNS, load_bank, table
from tests.helpers.made_emails import plain
from tests.helpers.seller import STOCK, seller_bank, seller_emails

SELLER = seller_emails()
STRANGERS = plain(40)
"""Emails that share no sentence."""
MODEL = torch.nn.Linear(3, 2)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return Run(tmp_path / "run")


def chosen(write: str, run: Run, data: EmailData = SELLER):
    return choose_writing(write, data, MODEL, None, run)


@pytest.mark.parametrize("write", ["auto", "own-words"])
def test_a_sellers_sentences_suffice(run, write):
    found, said = chosen(write, run)
    assert isinstance(found, OwnWords)
    assert said is None
    assert found.bank == seller_bank() == load_bank(run.folder / BANK_FILE)


def test_free_is_free(run):
    found, said = chosen("free", run)
    assert isinstance(found, FreeWriting)
    assert said is None
    assert not (run.folder / BANK_FILE).exists()


def test_auto_writes_freely_where_nothing_recurs_and_says_so(run):
    found, said = chosen("auto", run, STRANGERS)
    assert isinstance(found, FreeWriting)
    assert said == TOO_FEW
    assert not (run.folder / BANK_FILE).exists()


def test_own_words_that_are_asked_for_and_lacking_are_told(run):
    with pytest.raises(DataError, match=r"do not have sentences enough for own words: .* --write free"):
        chosen("own-words", run, STRANGERS)


def test_a_large_model_writes_freely_unless_told_otherwise(run, monkeypatch):
    monkeypatch.setattr(writing, "FREE_WRITING_FROM", 8)  # the parameters that MODEL has
    found, said = chosen("auto", run)
    assert (type(found), said) == (FreeWriting, LARGE)
    assert isinstance(chosen("own-words", run)[0], OwnWords)


def test_sentences_that_were_chosen_are_used_also_by_a_large_model(run, monkeypatch):
    monkeypatch.setattr(writing, "FREE_WRITING_FROM", 8)
    rows = [[*row[:-1], "no" if "Tuesday" in row[0] else "yes"] for row in table(seller_bank())]
    write_rows(run.sentences_file, COLUMNS, rows)
    found, _ = chosen("auto", run)
    assert isinstance(found, OwnWords)
    texts = {sentence.text for sentence in found.bank.sentences}
    assert texts == {sentence.text for sentence in seller_bank().sentences if "Tuesday" not in sentence.text}


def test_a_resumed_run_has_the_bank_that_it_began_with(run):
    chosen("auto", run)
    found, _ = chosen("auto", run, SELLER.take(range(30)))
    assert found.bank == seller_bank()
    (run.folder / BANK_FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="is no bank of sentences"):
        chosen("auto", run)


def test_what_may_be_said_is_given_or_said_again_and_again(run):
    assert read_facts(run) == ""
    run.facts_file.write_text("It costs 45 pounds a month.", encoding="utf-8")
    assert read_facts(run) == "It costs 45 pounds a month."
    price = [
        email.replace("Kind regards", "The planner has 4,321 users.\n\nKind regards") for email in SELLER.emails[:6]
    ]
    data = EmailData.from_lists(SELLER.contexts[:6], price, [1] * 6)
    assert (
        all_facts(" It costs 45 pounds a month.\n", data) == "It costs 45 pounds a month.\nThe planner has 4,321 users."
    )
    assert STOCK in all_facts("", SELLER).splitlines()
