"""What a person says of an import, and a row of its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..config import DEFAULT_EXPORT, ExportSettings
from ..errors import ConfigError
from ..text.quotes import Cut
from .context import sentence_fields
from .fold import AGREED_MEETING, NOT_INTERESTED
from .meanings import Meaning, parse_said


@dataclass(frozen=True)
class ImportOptions:
    """How to read exports; everything has a default that is shown before anything is written."""

    today: date | None = None
    """The day that an email's age is counted to; the machine's own where it is not given."""
    days: int = DEFAULT_EXPORT.days
    """An email without an answer that is younger has no outcome yet."""
    not_interested: str = DEFAULT_EXPORT.not_interested
    """What an answer is worth that turns the seller down: reply, no_reply or skip.

    ``no_reply``, for a model that is rewarded for refusals learns to write what people refuse; who only wants to be
    answered says ``reply``.
    """
    agreed_meeting: str = DEFAULT_EXPORT.agreed_meeting
    """What an answer is worth that agrees to meet in its own words, where no column says so: reply or conversion."""
    won_within: int = DEFAULT_EXPORT.won_within
    """Days in which a deal or a meeting that has a date is a conversion of the last email before it."""
    meanings: Mapping[str, str | int] = field(default_factory=dict)
    """What words of outcomes mean: 0, 1, 2, their names, or skip. ``""`` is an empty cell."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Roles (email, outcome, context, recipient, subject, sent_at, step, variant, campaign) to the columns' names."""
    context: str = ""
    """A sentence with columns in braces; proposed where it is empty."""
    templates: Path | str | Mapping[str, str] | tuple[Mapping[str, str] | Path | str, ...] | None = None
    """Texts by step and variant, where the export holds none: a table, a folder of text files, or several files."""
    own_address: str | tuple[str, ...] = ()
    """Whose mailbox it is; guessed where it is empty."""
    day_first: bool | None = None
    """How 3/4/2024 is meant; None: told by the other dates of the file."""
    mask: bool = False
    """Put stand-ins in the place of people: names, addresses, telephone numbers."""
    first_steps: bool = False
    """Only the first email to each recipient: later ones exist only because the first was not answered."""
    seed: int = 0
    """Of the ten rows that a preview shows."""

    @staticmethod
    def from_settings(settings: ExportSettings) -> ImportOptions | None:
        """What was said of an export; None where nothing was. Raises ConfigError: ``today`` is no day."""
        if settings == DEFAULT_EXPORT:
            return None
        return ImportOptions(
            today=parse_day(settings.today),
            days=settings.days,
            not_interested=settings.not_interested,
            agreed_meeting=settings.agreed_meeting,
            won_within=settings.won_within,
            templates=settings.templates or None,
            own_address=settings.own_address,
            mask=settings.mask,
            first_steps=settings.first_steps,
        )

    def validate(self) -> ImportOptions:
        """Itself. Raises ConfigError: a value is out of range."""
        if self.days < 0:
            raise ConfigError(f"days: {self.days} is below 0; give the days after which silence is no reply")
        if self.won_within < 0:
            raise ConfigError(f"won_within: {self.won_within} is below 0; give the days in which a deal may come")
        if self.not_interested not in NOT_INTERESTED:
            allowed = ", ".join(NOT_INTERESTED)
            raise ConfigError(f"not_interested: '{self.not_interested}' is not one of {allowed}")
        if self.agreed_meeting not in AGREED_MEETING:
            allowed = ", ".join(AGREED_MEETING)
            raise ConfigError(f"agreed_meeting: '{self.agreed_meeting}' is not one of {allowed}")
        self.said()
        if self.context:
            sentence_fields(self.context)
        return self

    def said(self) -> dict[str, Meaning]:
        """The meanings by the words' keys. Raises ConfigError."""
        return parse_said(self.meanings)

    def addresses(self) -> tuple[str, ...]:
        """The own addresses in lower case."""
        given: Iterable[str] = self.own_address.split(",") if isinstance(self.own_address, str) else self.own_address
        return tuple(each.strip().lower() for each in given if each.strip())


def parse_day(text: str) -> date | None:
    """A day as 2024-04-15; None where nothing is written. Raises ConfigError: it is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(f"--today: '{text}' is no day; write it as 2024-04-15") from None


@dataclass(frozen=True)
class ImportedRow:
    """One email to one recipient, with its outcome; what is not known of it is empty."""

    context: str
    email_text: str
    outcome: int
    step: str = ""
    variant: str = ""
    template: str = ""
    sent_at: str = ""
    recipient: str = ""
    campaign: str = ""
    source: str = ""
    place: str = ""
    """Where it stands: the file and the row as a spreadsheet counts."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The export's own columns."""
    cuts: tuple[Cut, ...] = ()
    open_fields: tuple[str, ...] = ()
    """Merge fields that nothing filled."""
    called: Mapping[str, str] = field(default_factory=dict)
    """The recipient's names by their roles, whatever the export calls the columns."""


OWN_COLUMNS = (
    "context",
    "email_text",
    "outcome",
    "step",
    "variant",
    "template",
    "sent_at",
    "recipient",
    "campaign",
    "source",
)
"""Columns of the result that come before the export's own."""
