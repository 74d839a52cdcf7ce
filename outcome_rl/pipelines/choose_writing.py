"""How a fine-tune's model is to write: in the seller's own sentences where they suffice, else freely."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..config import AUTO, FREE, FREE_WRITING_FROM, OWN_WORDS
from ..data.csv_io import read_columns
from ..data.dataset import EmailData
from ..errors import DataError
from ..policy.own_words import OwnWords
from ..policy.writing import FreeWriting, Writing
from ..runs.run import Run
from ..sentence_bank.bank import SentenceBank
from ..sentence_bank.build import build_bank
from ..sentence_bank.statements import own_statements
from ..sentence_bank.storage import BANK_FILE, approved, load_bank, save_bank

TOO_FEW = (
    "The emails do not have sentences enough that could stand in each other's place, so the model writes freely; "
    "it may then state things that are not true."
)
LARGE = "The model is large enough to write freely; --write own-words holds it to your own sentences."


def choose_writing(
    write: str,
    data: EmailData,
    model: Any,
    tokenizer: Any,
    run: Run,
    facts: str = "",
) -> tuple[Writing, str | None]:
    """The way of writing for a file's emails and a model, and what there is to say about it.

    ``write``: own-words, free or auto. ``run``: its folder may hold a CSV in which the seller has struck sentences out,
    and keeps the bank, so that a resumed run has the same. ``facts``: what may be said besides.

    Raises:
        DataError: own words are asked for, and the emails do not suffice; or the CSV of sentences is not right.
    """
    sentences = run.sentences_file if run.sentences_file.is_file() else None
    if write == FREE:
        return FreeWriting(), None
    if write == AUTO and sentences is None and _parameters(model) >= FREE_WRITING_FROM:
        return FreeWriting(), LARGE
    kept = run.folder / BANK_FILE
    bank = load_bank(kept) if kept.is_file() else approved_bank(data, facts, sentences)
    if not bank.can_write:
        if write == OWN_WORDS:
            raise DataError(
                "the emails that were answered do not have sentences enough for own words: they hardly share any, or "
                "all of them are about one recipient alone; write freely with --write free"
            )
        return FreeWriting(), TOO_FEW
    save_bank(bank, kept)
    return OwnWords(bank, tokenizer), None


def read_facts(run: Run) -> str:
    """What the user has said that may be said; empty where they have not."""
    return run.facts_file.read_text(encoding="utf-8") if run.facts_file.is_file() else ""


def all_facts(given: str, data: EmailData) -> str:
    """What emails may say: what the user gave, and what the file's emails say again and again."""
    return "\n".join([*([given.strip()] if given.strip() else []), *own_statements(data.contexts, data.emails)])


def approved_bank(data: EmailData, facts: str, sentences: Path | None) -> SentenceBank:
    """The bank of a file's emails, without the sentences that a CSV strikes out.

    Raises:
        DataError: the CSV is not one of these emails.
    """
    bank = build_bank(data.contexts, data.emails, data.outcomes, facts)
    if sentences is None:
        return bank
    read = read_columns(sentences, ("sentence", "keep"))
    rows = [(int(record.number), str(text), str(keep)) for record, text, keep in read]
    return approved(bank, rows, sentences.name)


def _parameters(model: Any) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
