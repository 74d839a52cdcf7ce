"""The seller's own sentences on the page: listed with what came of them, struck out, kept, and handed to the run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from playwright.sync_api import expect

from outcome_rl.config import FREE, OWN_WORDS, Columns
from outcome_rl.data.csv_io import read_columns
from outcome_rl.runs.workspace import Workspace
from outcome_rl.sentence_bank.bank import ASK, BODY, GREETING, OPENING, PLACES, Sentence, SentenceBank
from outcome_rl.ui.common.datasets import Dataset
from outcome_rl.ui.common.own_sentences import BankCache, approved_file, strike_out, struck_out
from outcome_rl.ui.common.page_context import Updates
from outcome_rl.ui.finetune.sentences_panel import (
    SentencesPanel,
    choices_of,
    create_sentences_panel,
    described,
    left_out_in_words,
    observing_in_words,
    once_in_words,
    status,
)
from outcome_rl.ui.words import sentences as words
from tests.helpers.pages import says
from tests.helpers.seller import ASKS, STOCK, seller_bank, seller_emails
from tests.helpers.toy_bank import SENTENCES, toy_bank

ASKED = ASKS[0].replace("{product}", "[…]")
SLOW = 120_000


@pytest.fixture
def emails(tmp_path: Path) -> Path:
    path = tmp_path / "my emails.csv"
    seller_emails().write(path)
    return path


@pytest.fixture
def dataset(emails: Path) -> Dataset:
    return Dataset(emails, Columns(), emails.name)


@pytest.fixture
def banks() -> Iterator[BankCache]:
    yield BankCache()


def test_a_sentence_says_how_often_it_was_sent_and_what_came_of_it():
    assert (
        described(Sentence("Call {3l}?", ASK, (7, 2, 1)))
        == "Call […]? (sent 10 times, 3 answered, 1 of them converted)"
    )
    assert described(Sentence("Hi,", GREETING, (3, 0, 0))) == "Hi, (sent 3 times, none answered)"


def test_those_that_converted_most_come_first():
    sentences = [
        Sentence("Rarely.", ASK, (9, 0, 1)),
        Sentence("Often.", ASK, (0, 0, 4)),
        Sentence("Hi,", GREETING, (1, 1, 1)),
    ]
    bank = replace(toy_bank(), sentences=tuple(sentences))
    assert [text for _, text in choices_of(bank, ASK)] == ["Often.", "Rarely."]


def test_those_sent_only_once_stand_last_and_can_be_searched_for():
    sentences = [
        Sentence("Once.", ASK, (0, 0, 1)),
        Sentence("Once more.", ASK, (9, 1, 0)),
        Sentence("Ana?", ASK, (1, 0, 0)),
    ]
    bank = replace(toy_bank(), sentences=tuple(sentences))
    assert [text for _, text in choices_of(bank, ASK)] == ["Once more.", "Once.", "Ana?"]
    assert [text for _, text in choices_of(bank, ASK, "sent ONCE")] == ["Once.", "Ana?"]
    assert [text for _, text in choices_of(bank, ASK, " ana")] == ["Ana?"]
    assert choices_of(bank, ASK, "nobody") == []
    assert once_in_words(bank).startswith("Sent only once: 2 of these.")
    assert once_in_words(toy_bank()) == "", "there each was sent three times"


def test_those_that_tell_what_was_seen_at_one_recipient_are_counted_and_can_be_searched_for():
    sentences = [
        Sentence("I saw that you are open on Saturdays.", OPENING, (9, 1, 0)),
        Sentence("You are growing.", OPENING, (9, 1, 0)),
        Sentence("I rang your front desk at noon.", BODY, (1, 0, 0)),
        Sentence("I saw you,", GREETING, (9, 1, 0)),
    ]
    bank = replace(toy_bank(), sentences=tuple(sentences))
    assert observing_in_words(bank).startswith("2 of these say what you saw or heard")
    assert [text for _, text in choices_of(bank, OPENING, "saw or heard")] == [sentences[0].text]
    assert [text for _, text in choices_of(bank, BODY, "saw or heard")] == [sentences[2].text]
    assert observing_in_words(toy_bank()).startswith("2 of these say what you saw or heard"), (
        "I saw that you are hiring; I saw your team"
    )


def with_sent_once(bank: SentenceBank, *texts: str) -> SentenceBank:
    return replace(
        bank,
        sentences=tuple(replace(each, counts=(0, 1, 0)) if each.text in texts else each for each in bank.sentences),
    )


class OneBank(BankCache):
    """Gives the same bank for any file."""

    def __init__(self, bank: SentenceBank) -> None:
        super().__init__()
        self.bank = bank

    def has(self, dataset: Dataset, facts: str) -> bool:
        return True

    def get(self, dataset: Dataset, facts: str) -> SentenceBank:
        return self.bank


def panel_of(bank: SentenceBank, tmp_path: Path) -> SentencesPanel:
    with gr.Blocks():
        panel = create_sentences_panel(SimpleNamespace(workspace=Workspace(tmp_path)))
    return replace(panel, banks=OneBank(bank))


def all_but(*texts: str) -> list[list[str]]:
    """What the boxes hold with all ticked but these."""
    return [[text for text in SENTENCES.get(place, ()) if text not in texts] for place in PLACES]


def ticked(panel: SentencesPanel, updates: Updates, place: str) -> list[str]:
    return list(updates[panel.groups[PLACES.index(place)]].value)


def unticked(panel: SentencesPanel, updates: Updates) -> set[str]:
    every = {text for texts in SENTENCES.values() for text in texts}
    return every - {text for place in PLACES for text in ticked(panel, updates, place)}


def test_ticks_of_hidden_sentences_stay_while_others_are_searched(tmp_path):
    panel = panel_of(toy_bank(), tmp_path)
    panel.strike({}, "", OWN_WORDS, "", *all_but("It is quick."))
    found = panel.find({}, "", "talk", {})
    assert found[panel.searched] == "talk"
    assert ticked(panel, found, ASK) == ["Could we talk on Tuesday?", "Could we talk this week?"]
    assert found[panel.groups[PLACES.index(ASK)]].label == "What you ask for (2 of 3)"
    assert not found[panel.groups[PLACES.index(OPENING)]].visible
    # one of the two that are shown is unticked
    panel.strike({}, "", OWN_WORDS, "talk", *[["Could we talk this week?"] if place == ASK else [] for place in PLACES])
    assert unticked(panel, panel.find({}, "", "", {})) == {"It is quick.", "Could we talk on Tuesday?"}
    assert words.NOTHING_FOUND.format(words="zebra") in panel.find({}, "", "zebra", {})[panel.note]


def test_one_button_unticks_all_that_were_sent_only_once(tmp_path):
    once = ("It is quick.", "Do you have ten minutes?")
    panel = panel_of(with_sent_once(toy_bank(), *once), tmp_path)
    *_, shown = panel.show({}, "", OWN_WORDS, "")
    assert shown[panel.once].visible and shown[panel.once].value == "Untick the 2 sent only once"
    assert "Sent only once: 2 of these." in shown[panel.note]
    after = panel.untick_once({}, "", OWN_WORDS, "")
    assert unticked(panel, after) == set(once)
    assert not after[panel.once].visible, "all of them are unticked now"
    assert after[panel.again].visible


def test_the_button_is_not_offered_where_too_little_would_be_left(tmp_path):
    several = [text for place in (OPENING, ASK, BODY) for text in SENTENCES[place][1:]]
    for texts, offered in ((several, False), (SENTENCES[BODY], True)):
        panel = panel_of(with_sent_once(toy_bank(), *texts), tmp_path)
        *_, shown = panel.show({}, "", OWN_WORDS, "")
        assert shown[panel.once].visible is offered


def test_what_is_left_out_from_the_start_is_counted_by_its_reason():
    left_out = {"never answered": 5, "about one recipient: price": 2, "about one recipient: name": 1}
    said = left_out_in_words(replace(toy_bank(), left_out=left_out))
    assert said == "Never used: 5 sent often but never answered and 3 about one recipient."
    said = left_out_in_words(replace(toy_bank(), left_out={**left_out, "about one of several senders": 2}))
    assert said == (
        "Never used: 5 sent often but never answered, 3 about one recipient and 2 about only one of the people who "
        "sent these emails."
    )


def test_the_line_says_what_holds():
    bank = toy_bank()
    assert "All 12 sentences" in status(bank, [], OWN_WORDS)
    assert "1 of 12 sentences unticked" in status(bank, ["It is quick."], OWN_WORDS)
    assert "Write freely" in status(bank, ["It is quick."], FREE)
    most = [text for place in (OPENING, ASK) for text in SENTENCES[place][1:]]
    assert words.TOO_FEW_LEFT[:30] in status(bank, most, OWN_WORDS)


def test_what_was_struck_out_of_a_file_is_known_again_and_of_no_other(tmp_path, dataset, banks):
    space, bank = Workspace(tmp_path), banks.get(dataset, "")
    assert struck_out(space, dataset) == frozenset()
    assert strike_out(space, dataset, bank, {STOCK, "never said"}) == {STOCK}
    assert struck_out(space, dataset) == {STOCK}
    other = tmp_path / "other.csv"
    seller_emails(48).write(other)
    assert struck_out(space, replace(dataset, path=other)) == frozenset()
    assert strike_out(space, dataset, replace(bank, sentences=()), set()) == {STOCK}, "other facts may bring it back"


def test_a_run_gets_the_list_and_only_where_something_is_struck_out(tmp_path, dataset, banks):
    space = Workspace(tmp_path)
    assert approved_file(space, dataset, "", banks) is None
    strike_out(space, dataset, banks.get(dataset, ""), {STOCK})
    file = approved_file(space, dataset, "", banks)
    assert file is not None
    kept = {str(text): keep for _, text, keep in read_columns(file, ("sentence", "keep"))}
    assert kept.pop(STOCK) == "no" and set(kept.values()) == {"yes"}
    assert len(kept) + 1 == len(banks.get(dataset, "").sentences)


def test_every_place_has_a_name():
    assert tuple(words.PLACES) == PLACES


@pytest.mark.browser
def test_a_sentence_is_struck_out_and_stays_so(chromium, address, emails, tmp_path):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    page.locator("#data-upload input[type=file]").set_input_files(str(emails))
    says(page, "#data-status", "96 emails")
    page.get_by_role("tab", name="2 Teach").click()
    page.locator("#rl-sentences button").first.click()
    asks = page.locator("#rl-sentences-ask")
    asks.wait_for(timeout=SLOW)
    expect(asks).to_contain_text(f"What you ask for ({len(seller_bank().of_place(ASK))})")
    box = asks.get_by_label(ASKED)
    expect(box).to_be_checked()
    box.click()
    says(page, "#rl-sentences-told", "1 of")
    page.reload()
    says(page, "#rl-sentences-told", "1 of this file's sentences unticked")
    page.locator("#rl-sentences button").first.click()
    expect(page.locator("#rl-sentences-ask").get_by_label(ASKED)).not_to_be_checked()
    asks = page.locator("#rl-sentences-ask")
    page.locator("#rl-sentences-search textarea, #rl-sentences-search input").first.fill(ASKED[:12])
    expect(asks).to_contain_text(re.compile(r"What you ask for \(\d+ of"))
    expect(page.locator("#rl-sentences-greeting")).to_be_hidden()
    expect(asks.get_by_label(ASKED)).not_to_be_checked()
    asks.locator(".select-all-checkbox").click()
    says(page, "#rl-sentences-told", "may be said")
    expect(asks.get_by_label(ASKED)).to_be_checked()
    asks.locator(".select-all-checkbox").click()
    says(page, "#rl-sentences-told", re.compile(r"[1-9]\d* of"))
    page.locator("#rl-sentences-again").click()
    expect(page.locator("#rl-sentences-ask").get_by_label(ASKED)).to_be_checked()
    says(page, "#rl-sentences-told", "may be said")
    page.close()
