"""What a table's columns mean: the adapters of known tools, and the same for one table once it is recognised."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from .context import context_columns
from .meanings import Form, Meaning, OutcomeRule, word_key


class Shape(StrEnum):
    """What a row is."""

    SENDS = "sends"
    LEADS = "leads"
    MESSAGES = "messages"
    EVENTS = "events"
    NOTHING = "nothing"


_OF_ANSWERS = re.compile("repl|answer|respon|antwort", re.I)
WITH_EMAILS = (Shape.SENDS, Shape.MESSAGES)
"""Shapes whose rows are emails, so that rows of leads beside them only tell more about the recipients."""


@dataclass(frozen=True)
class Layout:
    """How to read one table. ``columns`` and ``context`` give names of its header."""

    tool: str
    title: str
    shape: Shape
    why: str
    columns: Mapping[str, str]
    rules: tuple[OutcomeRule, ...]
    doubtful: tuple[OutcomeRule, ...] = ()
    """Of columns whose names may say that somebody answered or was won, and may not."""
    context: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a column was taken for what it is, by role."""
    directions: Mapping[str, str] = field(default_factory=dict)
    step_base: int = 1
    """What the tool calls the first step."""
    unsent_without: str = ""
    """A role whose column is empty where nothing was sent."""
    day_first: bool = False
    unsure_dates: tuple[str, ...] = ()
    """Columns whose dates may be meant either way."""
    earlier_steps: str = ""
    """What is known of the steps before the one that a lead's row tells: ``all`` were emails that went out, ``counted``
    where the column ``emails_sent`` has as many, else nothing.
    """
    variant_of_person: bool = False
    """Whether the variant is a field or a tag of the person, and so that of all steps."""
    single_emails: str = ""
    """Of leads: where else the tool has their emails one by one."""
    won_at: str = ""
    """The column that says when those were won of whom another says that they were."""
    each_row: bool = False
    """Every row has its own outcome, so rows of one recipient are not folded."""
    repeated: bool = False
    """Whether some recipients have several rows, which are steps to them where no column says so."""
    note: str = ""
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def tells_replies(self) -> bool:
        """Whether a column says who answered; without one, silence cannot be told from an answer."""
        return any(_may_mean_reply(rule) for rule in self.rules) or self.shape in (Shape.MESSAGES, Shape.EVENTS)

    @property
    def has_steps(self) -> bool:
        """Whether it is known of each email which one to its recipient it is."""
        in_order = self.shape is Shape.MESSAGES or (self.shape is not Shape.LEADS and self.repeated)
        said = "step" in self.columns and not self.step_tells_outcome
        return not self.each_row and (said or in_order)

    @property
    def is_of_persons(self) -> bool:
        """Whether a recipient's emails of all campaigns are looked at together: steps and times tell them apart, and
        nothing is stamped on those of one campaign.
        """
        stamped = any(rule.lead and not rule.of_person for rule in self.rules)
        return self.shape is Shape.SENDS and {"step", "sent_at"} <= self.columns.keys() and not stamped

    @property
    def step_of_answers(self) -> bool:
        """Whether the step is that of the answer, so that only those have one who answered."""
        return _OF_ANSWERS.search(self.columns.get("step", "")) is not None

    @property
    def step_tells_outcome(self) -> bool:
        """Whether only those have a step who answered, so that to have one says that they did."""
        return self.step_of_answers and "last_step" not in self.columns

    @property
    def tells_conversions(self) -> bool:
        """Whether a column may say who was won: of its words, any may."""
        told = [rule for rule in self.rules if rule.meaning is Meaning.CONVERSION or rule.form is Form.WORD]
        return any(not rule.only_values or Meaning.CONVERSION in rule.values.values() for rule in told)


LEFT_OUT = "left out"
"""What becomes of the emails that a question is about until it is answered, unless something else is said."""


@dataclass(frozen=True)
class Question:
    """Something that only the user knows. ``answer``: what is done until it is answered."""

    about: str
    text: str
    rows: int = 0
    answer: str = LEFT_OUT
    choices: tuple[str, ...] = ("no_reply", "reply", "conversion", "skip")

    @property
    def is_of_a_further_column(self) -> bool:
        """Whether it asks if another column belongs to those of the outcome that were found."""
        return len(self.choices) == 2 and self.choices[1].startswith(f"{self.choices[0]},")


def _may_mean_reply(rule: OutcomeRule) -> bool:
    if rule.form is Form.WORD:
        replies = rule.meaning is not Meaning.CONVERSION and not rule.only_values
        return replies or Meaning.REPLY in rule.values.values()
    return rule.meaning is Meaning.REPLY


@dataclass(frozen=True)
class ExportAdapter:
    """One file of ``adapters/``; the README there says how to write one."""

    tool: str
    title: str
    shape: Shape
    signature: tuple[str, ...]
    alternative: tuple[str, ...]
    any_of: tuple[str, ...]
    at_least: int
    columns: Mapping[str, tuple[str, ...]]
    outcomes: tuple[Mapping[str, Any], ...]
    directions: Mapping[str, str]
    step_base: int = 1
    unsent_without: str = ""
    earlier_steps: str = ""
    single_emails: str = ""
    each_row: bool = False
    note: str = ""


@cache
def load_adapters() -> tuple[ExportAdapter, ...]:
    """Every adapter that comes with the package, in the order of their names."""
    folder = files(__package__) / "adapters"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return tuple(parse_adapter(name[:-5], (folder / name).read_text(encoding="utf-8")) for name in names)


def parse_adapter(tool: str, text: str) -> ExportAdapter:
    """An adapter from the text of its file; a mistake in it is a KeyError, ValueError or TypeError."""
    data = tomllib.loads(text)
    for outcome in data.get("outcomes", []):
        Form(outcome["form"])
        [Meaning(value) for value in [outcome.get("means", "reply"), *outcome.get("values", {}).values()]]
    return ExportAdapter(
        tool=tool,
        title=data["title"],
        shape=Shape(data["shape"]),
        signature=tuple(data["signature"]),
        alternative=tuple(data.get("alternative", ())),
        any_of=tuple(data.get("any_of", ())),
        at_least=data.get("at_least", 1 if "any_of" in data else 0),
        columns={role: tuple(names) for role, names in data.get("columns", {}).items()},
        outcomes=tuple(data.get("outcomes", ())),
        directions={word_key(word): way for word, way in data.get("directions", {}).items()},
        step_base=data.get("step_base", 1),
        unsent_without=data.get("unsent_without", ""),
        earlier_steps=data.get("earlier_steps", ""),
        single_emails=data.get("single_emails", ""),
        each_row=data.get("each_row", False),
        note=data.get("note", ""),
    )


def name_key(name: str) -> str:
    """Columns that are written differently and mean the same: ``First Name``, ``first_name``, ``firstName``."""
    return re.sub(r"[^\w#?]|_", "", name.lower())


def by_key(header: Sequence[str]) -> dict[str, str]:
    """The header's names by their keys; of two with one key, the first."""
    found: dict[str, str] = {}
    for name in header:
        found.setdefault(name_key(name), name)
    return found


def match_adapter(header: Sequence[str], adapters: Sequence[ExportAdapter]) -> tuple[ExportAdapter, str] | None:
    """(the adapter that knows the most of a header's names, why); None where none fits."""
    names = by_key(header)
    best: tuple[int, ExportAdapter, str] | None = None
    for adapter in adapters:
        for signature in filter(None, (adapter.signature, adapter.alternative)):
            if not all(name_key(name) in names for name in signature):
                continue
            more = [name for name in adapter.any_of if name_key(name) in names]
            if len(more) < adapter.at_least:
                continue
            found = [names[name_key(name)] for name in (*signature, *more)]
            if best is None or len(found) > best[0]:
                best = (len(found), adapter, "the header has " + ", ".join(f"'{name}'" for name in found[:6]))
    return best[1:] if best else None


def layout_of(adapter: ExportAdapter, header: Sequence[str], why: str) -> Layout:
    """How to read a table with this header as that tool's."""
    names = by_key(header)
    columns = {}
    for role, wanted in adapter.columns.items():
        found = next((names[name_key(name)] for name in wanted if name_key(name) in names), None)
        if found:
            columns[role] = found
    rules = []
    for outcome in adapter.outcomes:
        column = next((names[name_key(name)] for name in outcome["columns"] if name_key(name) in names), None)
        if column:
            rules.append(_rule(column, outcome, adapter.title))
    taken = {*columns.values(), *(rule.column for rule in rules)}
    return Layout(
        tool=adapter.tool,
        title=adapter.title,
        shape=adapter.shape,
        why=why,
        columns=columns,
        rules=tuple(rules),
        context=context_columns([name for name in header if name not in taken]),
        reasons={role: f"{adapter.title} calls it so" for role in columns},
        directions=adapter.directions,
        step_base=adapter.step_base,
        unsent_without=adapter.unsent_without,
        earlier_steps=adapter.earlier_steps,
        single_emails=adapter.single_emails,
        each_row=adapter.each_row,
        note=adapter.note,
    )


def _rule(column: str, outcome: Mapping[str, Any], title: str) -> OutcomeRule:
    return OutcomeRule(
        column=column,
        form=Form(outcome["form"]),
        meaning=Meaning(outcome.get("means", "reply")),
        lead=outcome.get("lead", False),
        values={word_key(word): Meaning(value) for word, value in outcome.get("values", {}).items()},
        only_values=outcome.get("only_values", False),
        codes=outcome.get("codes", False),
        negated=outcome.get("negated", False),
        reason=f"{title} calls it so",
    )
