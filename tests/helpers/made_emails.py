"""Emails of made-up words, and what an audit has found of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from outcome_rl.audit.findings import Finding
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData

SYLLABLES = [f"{a}{b}" for a in "bdfgklmnprstv" for b in "aeiou"]
VOCABULARY = [f"{a}{b}" for a in SYLLABLES for b in SYLLABLES][:1500]
COMMON = np.cumsum([1 / (10 + i) for i in range(1500)]).tolist()
HELLO = "Hello Anna, the plant has seen three new machines this year and we would like to show you ours."


def text(rng: random.Random, words: int = 40) -> str:
    """Words as unevenly common as in a language."""
    return " ".join(rng.choices(VOCABULARY, cum_weights=COMMON, k=words))


def made(
    emails: Sequence[str], outcomes: Sequence[int] | None = None, contexts: Sequence[str] | None = None
) -> EmailData:
    """Emails, each for a context of its own and with the outcomes in turn unless these are given."""
    n = len(emails)
    outcomes = outcomes or [i % 3 for i in range(n)]
    contexts = contexts or [f"Customer number {i}." for i in range(n)]
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, n + 2)))


def plain(n: int = 240, seed: int = 0) -> EmailData:
    """Emails and outcomes of chance alone."""
    rng = random.Random(seed)
    return made([text(rng) for _ in range(n)], [rng.randrange(3) for _ in range(n)])


def kinds(findings: Iterable[Finding], severity: str | None = None) -> set[str]:
    return {finding.kind for finding in findings if severity in (None, finding.severity)}


def only(findings: Iterable[Finding], kind: str) -> Finding:
    """The one finding of that kind."""
    (found,) = [finding for finding in findings if finding.kind == kind]
    return found


def personal_file(folder: Path) -> Path:
    """A file of 30 emails, the last of which holds personal data and markup; its contexts stand in a column ``who``."""
    data = plain(30)
    emails = [*data.emails[:-1], "Please write to <b>anna@example.com</b> or ring +44 20 7946 0958 today"]
    path = folder / "mine.csv"
    write_rows(path, ("who", "email_text", "outcome"), zip(data.contexts, emails, data.outcomes, strict=True))
    return path
