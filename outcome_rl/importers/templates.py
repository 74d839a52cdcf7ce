"""Texts that stand elsewhere: templates by step and variant, joined to the rows that were sent with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..data.sources import Source, find_sources
from ..data.tables import Table, open_table
from ..errors import ConfigError, DataError
from ..text.capitals import is_first_name
from ..text.merge_fields import merge_fields_in
from ..text.subject_line import split_subject
from .layouts import name_key
from .people import NAME, first_name
from .sent_steps import NOTHING_SAID, SentSteps, is_subject_of, subject_key
from .template_files import is_text, row_of_text, texts_of_folder

_NAMES: Mapping[str, tuple[str, ...]] = {
    "step": (
        "step",
        "sequence_number",
        "seq_number",
        "step_number",
        "email_number",
        "sequence step",
        "schritt",
        "touch",
    ),
    "variant": (
        "variant",
        "variant_label",
        "variant_id",
        "seq_variant_id",
        "version",
        "ab",
        "ab_test",
        "sequence_tested",
        "variante",
    ),
    "template": ("template", "template_id", "email_campaign_seq_id", "template name", "vorlage", "email name", NAME),
    "campaign": ("campaign", "campaign_name", "campaign_id", "sequence", "sequence name", "kampagne"),
    "subject": ("subject", "email_subject", "subject line", "betreff"),
    "body": ("body", "email_body", "email_text", "text", "html", "email_message", "message", "content", "email"),
}
_WHICH = (*_NAMES["step"], *_NAMES["variant"], *_NAMES["template"])
GivenTemplates = Path | str | Mapping[str, str] | Iterable[Mapping[str, str] | Path | str]
"""A file or a folder, several of them, rows of a table, or texts by their steps."""
MOST_TEMPLATES = 500
"""Texts that a file of templates holds; what has more are emails."""
LONGEST_KEY = 40
"""Characters of the name of a step."""


@dataclass(frozen=True)
class Template:
    """The text of one step and variant. ``step`` and ``variant`` are counted from 0; None: of any."""

    body: str
    subject: str = ""
    step: int | None = None
    variant: str = ""
    template: str = ""
    campaign: str = ""
    written: str = ""
    """The variant as the table calls it."""
    title: str = ""
    """What a file is called before its step: where that is a row's campaign, it is of that one alone."""

    @property
    def which(self) -> tuple[object, ...]:
        """What tells it from the others."""
        return self.step, variant_key(self.variant), self.template, self.campaign, _key(self.title)

    def is_called_otherwise(self, name: str) -> bool:
        """Whether a name is all that tells it from others, and is not this one; numbers of a tool are no names."""
        alone = self.step is None and not self.variant and self.template
        return bool(alone and name) and self.template.isdigit() == name.isdigit() and _key(self.template) != _key(name)


@dataclass(frozen=True)
class MissingText:
    """A text that an export names and does not hold. ``step`` from 0; ``variant`` is its key, ``written`` its name."""

    step: int | None
    variant: str
    written: str
    template: str
    emails: int

    @property
    def label(self) -> str:
        """What a person calls it."""
        named = [("step", "" if self.step is None else str(self.step + 1)), ("variant", self.written)]
        words = [f"{role} {name}" for role, name in (*named, ("template", self.template)) if name]
        label = ", ".join(words)
        return label[:1].upper() + label[1:] or "The email"

    def filled(self, text: str) -> dict[str, str]:
        """A row of templates that gives it; the text's first line may be ``Subject: …``."""
        subject, body = subject_and_body(text)
        step = "" if self.step is None else str(self.step + 1)
        return {"step": step, "variant": self.variant, "template": self.template, "subject": subject, "body": body}


@dataclass(frozen=True)
class Templates:
    """The templates of an import; ``first`` is what the table calls the first step, 0 or 1."""

    templates: tuple[Template, ...]
    sent: SentSteps = NOTHING_SAID
    """What the export says of the emails that they are the texts of."""

    def and_others(self, others: Templates) -> Templates:
        """These, and of others those of which there is none here."""
        here = {each.which for each in self.templates}
        more = [each for each in others.templates if each.which not in here]
        return replace(self, templates=(*self.templates, *more))

    def find(
        self, step: int | None, variant: str, template: str = "", campaign: str = "", subject: str = ""
    ) -> Template | None:
        """The one template that a row can have been sent with; None where there is none, or more than one.

        Args:
            step: counted from 0.
            variant: as the row has it, or a key of :func:`variant_key`; empty where the row does not say.
            subject: as the row has it; it tells a text where no other text and no other step has the same.
        """
        named = [each for each in self.templates if template and each.template == template]
        key = _key(template)
        may = named or [each for each in self.templates if key and _key(each.template) == key]
        may = may or self._of_step(step, template, subject)
        if campaign and any(each.campaign for each in may):
            may = [each for each in may if each.campaign in ("", campaign)]
        if campaign and (titled := [each for each in may if each.title and _key(each.title) == _key(campaign)]):
            may = titled
        exact = [each for each in may if variant and each.variant and _same_variant(each.variant, variant)]
        if exact:
            return exact[0] if len({each.body for each in exact}) == 1 else None
        if variant and any(each.variant for each in may):
            may = [each for each in may if not each.variant]
        return may[0] if may and len({(each.subject, each.body) for each in may}) == 1 else None

    def _of_step(self, step: int | None, template: str, subject: str) -> list[Template]:
        """Those of a step, or of the row's subject; those that say no step only where there is no other step."""
        may = [each for each in self.templates if each.step is None or step is None or each.step == step]
        may = [each for each in may if not each.is_called_otherwise(template)]
        if step is None and len({each.step for each in self.templates}) > 1:
            may = [each for each in may if each.step in (None, 0)]  # the first email was sent, whatever came after
        key = subject_key(subject)
        told = [each for each in may if is_subject_of(key, each.subject)] if key not in self.sent.shared else []
        return told or [each for each in may if each.step is not None] or (may if self.sent.is_the_only(step) else [])


def _key(title: str) -> str:
    """Letters and digits alone, as a file's name cannot hold all signs."""
    return re.sub(r"[\W_]+", "", title).lower()


def _same_variant(one: str, two: str) -> bool:
    return one == two or variant_key(one) == variant_key(two)


def variant_key(variant: str, base: int | None = None) -> str:
    """A variant by its place: ``A``, and its number counted from ``base``, are ``#0``; anything else is itself."""
    text = variant.strip()
    if re.fullmatch(r"[A-Za-z]", text):
        return f"#{ord(text.lower()) - ord('a')}"
    if base is not None and re.fullmatch(r"\d{1,2}(?:\.0)?", text):
        return f"#{int(float(text)) - base}"
    return text.lower()


def step_number(text: str) -> int | None:
    """The number in ``2``, ``2.0``, ``Step 2`` or ``Email #2``; None where there is none or there are several."""
    numbers = re.findall(r"(?<!\d)\d++(?:\.0++)?(?![\d.])", text)
    return int(float(numbers[0])) if len(numbers) == 1 and len(numbers[0]) < 6 else None


def read_templates(given: GivenTemplates) -> Templates:
    """Templates from a table with step, variant, subject and body, from text files (a folder of them, or several), from
    rows as those of such a table, or from a mapping of steps to texts.

    A mapping's keys are steps or steps with variants (``1``, ``1A``, ``1/B``); its values are bodies, with a first
    line ``Subject: …`` where there is a subject.

    Raises:
        ConfigError: a key is no step.
        DataError: the file cannot be read, or has no column of texts.
    """
    if isinstance(given, (str, Path)):
        return _counted_from_zero(_rows_of(Path(given)))
    if isinstance(given, Mapping):
        return _counted_from_zero([_of_key(key, text) for key, text in given.items()])
    rows: list[Template] = []
    for each in given:
        rows += [_of_row(each)] if isinstance(each, Mapping) else _rows_of(Path(each))
    return _counted_from_zero(rows)


def _rows_of(path: Path) -> list[Template]:
    rows: list[Template] = []
    for source in find_sources(texts_of_folder(path) if path.is_dir() else [path]):
        rows += [_of_text(source)] if is_text(source) else _rows_of_tables([open_table(source)])
    return rows


def _of_text(source: Source) -> Template:
    row = row_of_text(source)
    subject, body = subject_and_body(row["text"])
    return replace(_of_row(row), subject=subject, body=body, title=row["title"])


def templates_in(tables: Sequence[Table], texts: Sequence[Source] = ()) -> Templates:
    """The templates that tables and text files hold. Raises DataError: one has no column of texts, or is empty."""
    return _counted_from_zero([*_rows_of_tables(tables), *map(_of_text, texts)])


def are_templates(table: Table) -> bool:
    """Whether each row is the text of another step, variant or template, as far as its columns say; who it went to and
    what came of it is for the caller to look at.

    A column "name" is a text's where it holds no people, "First touch" rather than "Ana Field", and where nothing else
    tells the texts apart only if they have merge fields.
    """
    keys = [name_key(name) for name in table.header]
    if not all(any(name_key(name) in keys for name in names) for names in (_NAMES["body"], _WHICH)):
        return False
    rows = [row for row in islice(_rows_of_tables([table]), MOST_TEMPLATES + 1) if row.body.strip()]
    if not 0 < len(rows) == len({row.which for row in rows}) <= MOST_TEMPLATES:
        return False
    if NAME not in keys:
        return True
    place = keys.index(NAME)
    people = [is_first_name(first_name(record.cells[place])) for record in table.rows()]
    if sum(people) > len(people) / 2:
        return False
    alone = len({(row.step, row.variant) for row in rows}) < len(rows)
    return not alone or sum(bool(merge_fields_in(row.body)) for row in rows) > len(rows) / 2


def _rows_of_tables(tables: Sequence[Table]) -> Iterator[Template]:
    for table in tables:
        keys = {name_key(name): place for place, name in enumerate(table.header)}
        places = {role: _place(names, keys) for role, names in _NAMES.items()}
        if places["body"] is None:
            raise DataError(
                f"{table.name}: has no column of texts; name the columns step, variant, subject and body"
            )  # fmt: skip
        for record in table.rows():
            yield _of_row({role: record.cells[place] for role, place in places.items() if place is not None})


def _place(names: Sequence[str], keys: Mapping[str, int]) -> int | None:
    return next((keys[name_key(name)] for name in names if name_key(name) in keys), None)


def _of_row(row: Mapping[str, str]) -> Template:
    keyed = {name_key(str(name)): str(value) for name, value in row.items()}
    cells = {
        role: next((keyed[name_key(name)] for name in (role, *names) if name_key(name) in keyed), "")
        for role, names in _NAMES.items()
    }
    return Template(
        body=cells["body"],
        subject=cells["subject"],
        step=step_number(cells["step"]),
        variant=cells["variant"].strip(),
        template=cells["template"].strip(),
        campaign=cells["campaign"].strip(),
    )


def _of_key(key: str, text: str) -> Template:
    key = " ".join(str(key).split())
    found = re.fullmatch(r"(?:step ?)?(\d++) ?[/\-.]? ?([A-Za-z]?|\d+)", key[: LONGEST_KEY + 1], re.I)
    if not found or len(key) > LONGEST_KEY:
        raise ConfigError(f"templates: '{key[:LONGEST_KEY]}' is no step; write 1, 2, 1A or 1/B")
    subject, body = subject_and_body(text)
    return Template(body, subject, int(found.group(1)), found.group(2))


def subject_and_body(text: str) -> tuple[str, str]:
    """(subject, body) of a text whose first line may be ``Subject: …``."""
    subject, body = split_subject(text)
    if subject is None:
        return "", text
    blank = len(body) - len(body.lstrip())
    return subject, body[body.rfind("\n", 0, blank) + 1 :]  # the first line's indentation stays


def _counted_from_zero(given: Iterable[Template]) -> Templates:
    """Steps and numbered variants counted from 0, whatever the table calls the first."""
    found = list(given)
    steps = [each.step for each in found if each.step is not None]
    first = 0 if 0 in steps else 1
    numbered = [int(each.variant) for each in found if each.variant.isdigit()]
    base = (0 if 0 in numbered else 1) if numbered and max(numbered) < 30 else None
    return Templates(
        tuple(
            replace(
                each,
                step=None if each.step is None else each.step - first,
                variant=variant_key(each.variant, base) if each.variant else "",
                written=each.variant,
            )
            for each in found
            if each.body.strip()
        )
    )
