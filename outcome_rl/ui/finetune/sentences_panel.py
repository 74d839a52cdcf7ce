"""The sentences that the writer may use, by their places in an email, with a box to untick before each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from ...config import FREE
from ...errors import OutcomeRLError
from ...sentence_bank.bank import BODY, PLACES, Sentence, SentenceBank
from ...sentence_bank.commitments import observes
from ...sentence_bank.storage import table
from ...sentence_bank.units import FRAME
from ..common import html
from ..common.config_inputs import Input
from ..common.datasets import resolve
from ..common.failures import refusal
from ..common.own_sentences import BankCache, strike_out, struck_out, write_list
from ..common.page_context import QUIET, VIEWER, Page, Updates, on_change_latest
from ..words import sentences as words

_SLOT = re.compile(r"\{\d+l?\}")
LONGEST_SEARCH = 200
LINE: dict[str, Any] = {"concurrency_id": "sentences", "concurrency_limit": 1, **QUIET}


@dataclass(frozen=True)
class SentencesPanel:
    """The panel's parts; ``groups`` in the order of the places. ``told`` stands outside of the fold, ``listed`` holds
    what the browser keeps of the data whose sentences are listed, None before any are, ``searched`` the words that the
    sentences shown were found by.
    """

    page: Page
    banks: BankCache
    fold: gr.Accordion
    note: gr.HTML
    search: gr.Textbox
    groups: list[gr.CheckboxGroup]
    once: gr.Button
    again: gr.Button
    download: gr.DownloadButton
    told: gr.HTML
    listed: gr.State
    searched: gr.State

    @property
    def parts(self) -> list[Any]:
        """What changes with the list."""
        buttons = [self.once, self.again, self.download]
        return [self.note, self.search, *self.groups, *buttons, self.told, self.listed, self.searched]

    def show(self, chosen: Any, facts: str, write: str, query: str) -> Iterator[Updates]:
        """The list for the data in use; a sentence first, where it takes time."""
        dataset, facts = resolve(self.page.workspace, chosen), (facts or "").strip()
        try:
            if not self.banks.has(dataset, facts):
                yield {**self._hidden(), self.note: html.sentence(words.WORKING), self.listed: chosen}
            bank = self.banks.get(dataset, facts)
            if not bank.can_write:
                yield {**self._hidden(), self.note: html.sentence(words.CANNOT_WRITE, html.CAUTION)}
                return
            struck = struck_out(self.page.workspace, dataset)
            boxes = {**self._boxes(bank, struck, query), **self._told(bank, struck, write)}
            yield {self.search: gr.Textbox(visible=True), **boxes, self.listed: chosen}
        except (OutcomeRLError, OSError) as error:
            yield {**self._hidden(), self.note: refusal(error)}

    def find(self, chosen: Any, facts: str, query: str, listed: Any) -> Updates:
        """Show the sentences that hold these words; nothing is ticked or unticked by it."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            if listed is None or not self.banks.has(dataset, (facts or "").strip()):
                return {self.searched: gr.skip()}  # no list is there to be searched
            bank = self.banks.get(dataset, (facts or "").strip())
            return self._boxes(bank, struck_out(self.page.workspace, dataset), query)
        except (OutcomeRLError, OSError) as error:
            return {self.note: refusal(error)}

    def strike(self, chosen: Any, facts: str, write: str, searched: str, *ticked: list[str]) -> Updates:
        """Keep what is unticked now; what the search hides stays as it was."""
        kept = {text for group in ticked for text in group or ()}

        def unticked(bank: SentenceBank, struck: frozenset[str]) -> set[str]:
            shown = {text for place in PLACES for _, text in choices_of(bank, place, searched)}
            return (set(struck) - shown) | (shown - kept)

        return self._keep(chosen, facts, write, unticked)

    def untick_once(self, chosen: Any, facts: str, write: str, searched: str) -> Updates:
        """Strike out all that was sent only once."""
        return self._keep(chosen, facts, write, lambda bank, struck: {*struck, *sent_once(bank)}, searched)

    def tick_all(self, chosen: Any, facts: str, write: str, searched: str) -> Updates:
        """Strike nothing out any more."""
        return self._keep(chosen, facts, write, lambda bank, struck: set(), searched)

    def _keep(
        self,
        chosen: Any,
        facts: str,
        write: str,
        unticked: Callable[[SentenceBank, frozenset[str]], set[str]],
        redrawn: str | None = None,
    ) -> Updates:
        """Keep all struck out that is ``unticked``, by the bank and what was struck out before; where the boxes do not
        show it yet, they are ``redrawn`` for these words.
        """
        dataset = resolve(self.page.workspace, chosen)
        try:
            bank = self.banks.get(dataset, (facts or "").strip())
            before = struck_out(self.page.workspace, dataset)
            struck = strike_out(self.page.workspace, dataset, bank, unticked(bank, before))
            boxes = {} if redrawn is None else self._boxes(bank, struck, redrawn)
            return {**boxes, **self._told(bank, struck, write)}
        except (OutcomeRLError, OSError) as error:
            return {self.told: refusal(error)}

    def before(self, chosen: Any, write: str, listed: Any) -> Updates:
        """What is known without the list; where it is that of other data, it closes."""
        try:
            struck = len(struck_out(self.page.workspace, resolve(self.page.workspace, chosen)))
        except (OutcomeRLError, OSError):
            struck = 0
        free = words.NOT_WHEN_FREE if write == FREE else ""
        said = words.STRUCK_BEFORE.format(struck=struck) + free if struck else ""
        told: Updates = {self.told: html.sentence(said, html.CAUTION if free else html.GOOD)}
        if listed in (None, chosen):
            return told
        return {**told, self.fold: gr.Accordion(open=False), **self._hidden(), self.note: "", self.listed: None}

    def _boxes(self, bank: SentenceBank, struck: Collection[str], query: str) -> Updates:
        """The sentences found, and what is to know of them all."""
        found: Updates = {self.searched: query}
        for place, group in zip(PLACES, self.groups, strict=True):
            every, choices = choices_of(bank, place), choices_of(bank, place, query)
            kept = [text for _, text in choices if text not in struck]
            said = words.GROUP if len(choices) == len(every) else words.GROUP_FOUND
            label = said.format(place=words.PLACES[place], found=len(choices), count=len(every))
            found[group] = gr.CheckboxGroup(choices, value=kept, label=label, visible=bool(choices))
        anything = any(choices_of(bank, place, query) for place in PLACES)
        missing = "" if anything else html.sentence(words.NOTHING_FOUND.format(words=query.strip()), html.CAUTION)
        known = left_out_in_words(bank), once_in_words(bank), observing_in_words(bank)
        return {**found, self.note: "".join(map(html.aside, known)) + missing}

    def _hidden(self) -> Updates:
        hidden: Updates = {group: gr.CheckboxGroup(visible=False) for group in self.groups}
        hidden |= {button: gr.Button(visible=False) for button in (self.once, self.again)}
        return {**hidden, self.search: gr.Textbox(visible=False), self.download: gr.DownloadButton(visible=False)}

    def _told(self, bank: SentenceBank, struck: Collection[str], write: str) -> Updates:
        """What the boxes come to."""
        listed = {sentence.text for sentence in bank.sentences} & set(struck)
        once = sent_once(bank)
        offered = bool(once - listed) and bank.without(listed | once).can_write
        return {
            self.once: gr.Button(words.UNTICK_ONCE.format(count=len(once)), visible=offered),
            self.again: gr.Button(visible=bool(listed)),
            self.told: status(bank, listed, write),
        }

    def prepare_download(self, chosen: Any, facts: str) -> Iterator[Any]:
        """The list as a file under a name that says what it is; gradio takes a copy of its own."""
        dataset, facts = resolve(self.page.workspace, chosen), (facts or "").strip()
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{Path(dataset.label).stem.replace(' ', '-')}-sentences.csv"
            try:
                bank = self.banks.get(dataset, facts)
                write_list(file, bank, struck_out(self.page.workspace, dataset))
            except (OutcomeRLError, OSError):  # the note says why
                yield gr.DownloadButton(visible=False)
                return
            yield gr.DownloadButton(value=str(file), visible=bank.can_write)


def create_sentences_panel(page: Page) -> SentencesPanel:
    """Draw it, closed; nothing is read before somebody opens it."""
    with gr.Accordion(words.FOLD, open=False, elem_id="rl-sentences") as fold:
        gr.Markdown(words.ABOUT)
        note = gr.HTML(elem_id="rl-sentences-note")
        search = gr.Textbox(
            "", label=words.SEARCH, info=words.SEARCH_INFO, visible=False, max_lines=1, max_length=LONGEST_SEARCH,
            interactive=True, elem_id="rl-sentences-search",
        )  # fmt: skip
        once = gr.Button(visible=False, elem_id="rl-sentences-once")
        groups = [
            gr.CheckboxGroup(
                label=words.PLACES[place], visible=False, interactive=True, elem_id=f"rl-sentences-{place}",
                elem_classes="orl-sentences", show_select_all=True,
            )
            for place in PLACES
        ]  # fmt: skip
        with gr.Row():
            again = gr.Button(words.ALL_AGAIN, visible=False, elem_id="rl-sentences-again")
            download = gr.DownloadButton(words.DOWNLOAD, visible=False, elem_id="rl-sentences-download")
    told = gr.HTML(elem_id="rl-sentences-told")
    states = gr.State(), gr.State("")
    return SentencesPanel(page, BankCache(), fold, note, search, groups, once, again, download, told, *states)


def wire(panel: SentencesPanel, facts: gr.Textbox, write: Input, tab: gr.Tab) -> None:
    """Make the list when it is opened, and keep each tick at once."""
    page = panel.page
    given = [page.chosen, facts, write]
    boxes = [group.input for group in panel.groups]
    changing = [
        panel.fold.expand(panel.show, [*given, panel.search], panel.parts, **LINE),
        on_change_latest(boxes, panel.strike, [*given, panel.searched, *panel.groups], panel.parts),
        panel.once.click(panel.untick_once, [*given, panel.searched], panel.parts, **VIEWER),
        panel.again.click(panel.tick_all, [*given, panel.searched], panel.parts, **VIEWER),
    ]
    searching = [page.chosen, facts, panel.search, panel.listed]
    on_change_latest([panel.search.change], panel.find, searching, panel.parts)
    for event in changing:
        event.then(panel.prepare_download, [page.chosen, facts], panel.download, trigger_mode="always_last", **LINE)
    changes = [tab.select, page.chosen.change, write.change]
    on_change_latest(changes, panel.before, [page.chosen, write, panel.listed], [panel.fold, *panel.parts])


def choices_of(bank: SentenceBank, place: str, query: str = "") -> list[tuple[str, str]]:
    """(what is shown, text) of the sentences of a place that show the words of ``query`` side by side, those with most
    conversions first and those that were sent only once last.
    """
    known, once = {sentence.text: sentence for sentence in bank.of_place(place)}, sent_once(bank)
    texts = sorted((str(row[0]) for row in table(bank) if row[1] == place), key=once.__contains__)
    sought = " ".join(query.lower().split())
    choices = [(described(known[text]), text) for text in texts]
    return [(shown, text) for shown, text in choices if sought in shown.lower()]


def sent_once(bank: SentenceBank) -> set[str]:
    """The sentences that stand in a single email."""
    return {sentence.text for sentence in bank.sentences if sum(sentence.counts) == 1}


def once_in_words(bank: SentenceBank) -> str:
    """How many sentences were sent only once, and where they are."""
    count = len(sent_once(bank))
    return words.ONCE.format(count=count) if count else ""


def observing_in_words(bank: SentenceBank) -> str:
    """How many sentences tell what was seen or heard at a recipient, and how they are found."""
    count = sum(map(_observing, bank.sentences))
    return words.OBSERVING.format(count=count) if count else ""


def _observing(sentence: Sentence) -> bool:
    return sentence.place not in FRAME and observes(sentence.text, BODY)


def described(sentence: Sentence) -> str:
    """A sentence, how often it was sent and what came of it."""
    _, replies, conversions = sentence.counts
    answered = words.ANSWERED.format(count=replies + conversions) if replies + conversions else words.NO_ANSWER
    sent = sum(sentence.counts)
    came = [words.SENT_ONCE if sent == 1 else words.SENT.format(count=sent), answered]
    came += [words.CONVERTED.format(count=conversions)] if conversions else []
    came += [words.SAW] if _observing(sentence) else []
    return f"{_SLOT.sub('[…]', sentence.text)} ({', '.join(came)})"


def status(bank: SentenceBank, struck: Collection[str], write: str) -> str:
    """What may be said, in a sentence."""
    count = len(bank.sentences)
    if not struck:
        return html.aside(words.ALL_MAY.format(count=count))
    if not bank.without(struck).can_write:
        return html.sentence(words.TOO_FEW_LEFT, html.BAD)
    free = words.NOT_WHEN_FREE if write == FREE else ""
    said = words.STRUCK.format(struck=len(struck), count=count)
    return html.sentence(f"{said}{free}", html.CAUTION if free else html.GOOD)


def left_out_in_words(bank: SentenceBank) -> str:
    """How many sentences are not listed, and why."""
    counts: Counter[str] = Counter()
    for reason, count in bank.left_out.items():
        counts[reason.partition(":")[0]] += count
    said = [told.format(count=counts[reason]) for reason, told in words.REASONS.items() if counts[reason]]
    reasons = " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))
    return words.LEFT_OUT.format(reasons=reasons) if said else ""
