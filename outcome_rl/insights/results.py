"""What an analysis says, as plain values; shares and differences are from 0 to 1."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MORE, FEWER, DIFFER, UNCLEAR, NOT_TESTED = "more", "fewer", "differ", "unclear", "not tested"
AGREE, DISAGREE, CANNOT_TELL = "agree", "disagree", "cannot tell"
REPLIED, CONVERTED = "replied", "converted"
"""What is measured of an email: outcome 1 or 2, and outcome 2."""


@dataclass(frozen=True)
class OutcomeRate:
    """``hits`` of ``n`` emails, with a 95 % interval of the share (Wilson)."""

    hits: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Effect:
    """How a level's emails differ from the rest, among emails alike in all that was adjusted for.

    ``difference``, ``low`` and ``high`` (95 %) are on the scale of shares; None, like ``p`` and ``q``, where nothing
    was tested, for the ``reason``. ``q`` is ``p`` after Benjamini and Hochberg; ``verdict`` is one of :data:`MORE`,
    :data:`FEWER`, :data:`UNCLEAR`, :data:`NOT_TESTED`; :data:`DIFFER` is said of templates as a whole.
    ``emails_needed``: more emails like these that would probably show a difference of this size. ``few_templates``: it
    is templates that are few, not emails.
    """

    measure: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    verdict: str = NOT_TESTED
    reason: str = ""
    emails_needed: int | None = None
    few_templates: bool = False


@dataclass(frozen=True)
class Level:
    """The emails that have something in common: ``Emails {phrase}``. Rates are None where they are not measured.

    ``group``: the step of a template, "" where there is none; the template is compared with the others of its step.
    """

    label: str
    phrase: str
    n: int
    replied: OutcomeRate | None
    converted: OutcomeRate | None
    effects: tuple[Effect, ...]
    group: str = ""

    def rate(self, measure: str) -> OutcomeRate | None:
        """How many replied or converted."""
        return self.replied if measure == REPLIED else self.converted

    def effect(self, measure: str) -> Effect | None:
        """The difference in replies or conversions, None where none was estimated."""
        return next((effect for effect in self.effects if effect.measure == measure), None)


@dataclass(frozen=True)
class Published:
    """What others found, and whether these emails agree: ``inside`` follows the advice, ``outside`` does not."""

    advice: str
    source: str
    verdict: str
    sentence: str
    inside: Level
    outside: Level


@dataclass(frozen=True)
class FactorResult:
    """One thing that emails differ in. ``adjusted_for`` says in words what was held equal; ``note`` is a caution.

    ``together``: of templates, whether they are all alike, in a sentence for each measure that was tested; ``apart``:
    the measures in which they are not.
    """

    name: str
    title: str
    kind: str
    adjusted_for: str
    note: str
    levels: tuple[Level, ...]
    published: Published | None = None
    together: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClearDifference:
    """A difference that chance alone would hardly make, in words."""

    sentence: str
    factor: str
    level: str
    measure: str
    difference: float
    low: float
    high: float
    q: float


@dataclass(frozen=True)
class Insights:
    """Everything, ready to be shown. ``measures``: which of :data:`REPLIED` and :data:`CONVERTED` the file can show.

    ``findings`` are the clearest first, at most five; ``found`` is how many differences were told from chance.
    ``smallest_visible``: the smallest difference between two halves of the file that would probably show.
    """

    rows: int
    contexts: int
    outcomes: tuple[int, int, int]
    measures: tuple[str, ...]
    replied: OutcomeRate | None
    converted: OutcomeRate | None
    headline: str
    findings: tuple[ClearDifference, ...]
    found: int
    tests: int
    smallest_visible: float | None
    factors: tuple[FactorResult, ...]
    templates: tuple[Level, ...]
    notes: tuple[str, ...]

    def factor(self, name: str) -> FactorResult | None:
        """The factor of this name, or None where the emails do not differ in it."""
        return next((factor for factor in self.factors if factor.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
