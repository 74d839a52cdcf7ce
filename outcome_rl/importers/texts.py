"""An email's subject and text from its row or from a template: cleaned, its merge fields filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..text.cleaning import Cleaned, clean_email, clean_line
from ..text.merge_filling import field_values, fill, first_choices, has_spintax, known_fields
from ..text.quotes import Cut
from ..text.shared_signatures import cut_shared_signature
from ..text.subject_line import subject_line
from ..text.template_blocks import resolve
from ..text.template_tags import tags_in
from .templates import Templates

NO_TEXT = "no email text"
NO_TEMPLATE = "no template for its step and variant"

DEFAULT, CONDITION = "merge field filled by its default", "condition of a template resolved"
"""What is done to templates, beside what is cut."""


@dataclass(frozen=True)
class EmailText:
    """What was written: ``text`` with its subject as the first line, or a reason why there is none."""

    text: str
    reason: str = ""
    cuts: tuple[Cut, ...] = ()
    open_fields: tuple[str, ...] = ()
    spintax: bool = False
    filled: bool = False
    """Whether it is more than the cell of its text: fields filled, a subject put before it."""


class TextMaker:
    """Makes texts; the same body, as templates are, is cleaned once."""

    def __init__(self, templates: Templates | None) -> None:
        self.templates = templates
        self.clean = lru_cache(maxsize=256)(clean_email)

    def write(
        self,
        body: str,
        subject: str,
        columns: Callable[[], Mapping[str, str]],
        step: int | None = None,
        variant: str = "",
        template: str = "",
        campaign: str = "",
        signature: frozenset[str] = frozenset(),
    ) -> EmailText:
        """The text of one email.

        Args:
            body: as the row has it; where it is empty, the template of ``step`` (from 0) and ``variant`` is taken.
            columns: gives what merge fields may be filled with, by the columns' names; asked only where there are any.
            signature: lines that the signature of who wrote it is made of.
        """
        from_template = not body.strip()
        if from_template:
            if self.templates is None:
                return EmailText("", NO_TEXT)
            found = self.templates.find(step, variant, template, campaign, subject)
            if found is None:
                return EmailText("", NO_TEMPLATE)
            body, subject = found.body, found.subject or subject
            spun = has_spintax(body) or first_choices(body) != body
            body, subject = first_choices(body), first_choices(subject)
        else:
            spun = False
        cleaned: Cleaned = self.clean(body)
        if signature and not from_template:
            shorter, cut = cut_shared_signature(cleaned.text, signature)
            cleaned = Cleaned(shorter, (*cleaned.cuts, *cut))
        if not cleaned.text.strip():
            return EmailText("", NO_TEXT)
        title, more, also = _filled(clean_line(subject).strip(), columns)
        text, missing, done = _filled(cleaned.text, columns)
        filled = text != cleaned.text
        if not text.strip():
            return EmailText("", NO_TEXT)
        if title and not subject_line(text):
            text, filled = f"Subject: {title}\n\n{text}", True
        open_fields = tuple(dict.fromkeys((*more, *missing)))
        return EmailText(text, "", (*cleaned.cuts, *also, *done), open_fields, spun or has_spintax(text), filled)


def _filled(text: str, columns: Callable[[], Mapping[str, str]]) -> tuple[str, tuple[str, ...], tuple[Cut, ...]]:
    """(the text with its conditions resolved and its fields filled, what stays open, what was done)."""
    if not tags_in(text):
        text, missing, fallen = fill(text, lambda: field_values(columns()))
        return text, missing, tuple(Cut(DEFAULT, name) for name in fallen)
    own = columns()
    found = resolve(text, known_fields(own))
    text, missing, fallen = fill(found.text, field_values(own))
    done = [*(Cut(CONDITION, name) for name in found.decided), *(Cut(DEFAULT, name) for name in fallen)]
    return text, (*missing, *found.left), tuple(done)
