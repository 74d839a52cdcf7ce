"""What happened to every row of an import: counted while it runs."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from ..text.quotes import begins_with_answer
from ..text.subject_line import split_subject
from .options import ImportedRow

SHOWN_ROWS = 10
MOST_TEXTS = 1000
PENDING = "pending"


def _without_greeting(text: str) -> str:
    """A text without a short first line below its subject, which may hold a name."""
    subject, _, body = text.partition("\n\n") if text.startswith("Subject:") else ("", "", text)
    first, _, rest = body.partition("\n")
    return subject + (rest if len(first) < 40 and rest.strip() else body)


@dataclass
class ImportTally:
    """Counts that grow with each row; ``rows_read`` are rows of files or messages, the others emails."""

    seed: int = 0
    rows_read: int = 0
    outcomes: list[int] = field(default_factory=lambda: [0, 0, 0])
    left_out: Counter[str] = field(default_factory=Counter)
    pending: int = 0
    open_fields: Counter[str] = field(default_factory=Counter)
    cuts: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    """Words that have to be asked for, in rows."""
    turned_down: int = 0
    agreed: int = 0
    """Emails whose answer agrees to meet in its own words."""
    won_late: int = 0
    """Emails of which a deal or a meeting is none, as it is dated too long after them."""
    unaged: int = 0
    automatic: int = 0
    """Emails whose reply is said to have been an automatic one."""
    unmatched_answers: int = 0
    evidence: Counter[str] = field(default_factory=Counter)
    """Recipients that a column says answered, by the column."""
    answered: int = 0
    """Recipients that a column says answered, and that count as such."""
    unanswered: Counter[str] = field(default_factory=Counter)
    """The same that do not count as such, by the reason."""
    campaigns: set[str] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    missing: Counter[tuple[int | None, str, str, str]] = field(default_factory=Counter)
    """(step from 0, variant's key, variant as written, template) of emails whose text stands elsewhere."""
    described: int = 0
    """Rows of leads that only tell more about whom emails of another file went to."""
    lead_steps: set[str] = field(default_factory=set)
    """Steps of emails that are told by rows of leads."""
    earlier: Counter[str] = field(default_factory=Counter)
    """What became of emails before those that rows of leads tell of: in the result, pending, without a text."""
    last_only: Counter[str] = field(default_factory=Counter)
    """Leads of whom those are not counted, by the reason."""
    answers_first: int = 0
    """Texts that begin as an answer does."""
    copies: int = 0
    """Rows that are the same as an earlier one in everything."""
    spintax: int = 0
    filled: int = 0
    """Texts that are more than their cell: merge fields filled, a subject put before them."""
    newest: datetime | None = None
    sample: list[ImportedRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    _random: random.Random | None = None

    @property
    def rows(self) -> int:
        """Rows of the result."""
        return sum(self.outcomes)

    def leave(self, reason: str) -> None:
        """One email is left out, or pending."""
        if reason == PENDING:
            self.pending += 1
        else:
            self.left_out[reason] += 1

    def take(self, row: ImportedRow) -> None:
        """One row is in the result."""
        self.outcomes[row.outcome] += 1
        self.open_fields.update(row.open_fields)
        self.cuts.update(list(dict.fromkeys(cut.kind for cut in row.cuts)))
        if len(self.campaigns) < 3:
            self.campaigns.add(row.campaign)
        if len(self.texts) < MOST_TEXTS:
            self.texts.add(hash(_without_greeting(row.email_text)))
        self.answers_first += begins_with_answer(split_subject(row.email_text)[1])
        self._count_copies(row)
        self._draw(row)

    def _count_copies(self, row: ImportedRow) -> None:
        mark = hash((row.context, row.email_text, row.outcome, row.recipient, row.sent_at))
        if mark in self._seen:
            self.copies += 1
        elif len(self._seen) < 200_000:
            self._seen.add(mark)

    def _draw(self, row: ImportedRow) -> None:
        """Ten rows, each as likely as any other (reservoir sampling)."""
        if self._random is None:
            self._random = random.Random(self.seed)
        if len(self.sample) < SHOWN_ROWS:
            self.sample.append(row)
        elif (place := self._random.randrange(self.rows)) < SHOWN_ROWS:
            self.sample[place] = row
