"""An email's subject and text from its row or from a template: cleaned, its merge fields filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..text.cleaning import Cleaned, clean_email, clean_line
from ..text.merge_filling import field_values, fill, first_choices, has_spintax
from ..text.quotes import Cut
from ..text.subject_line import subject_line
from .templates import Templates

NO_TEXT = "no email text"
NO_TEMPLATE = "no template for its step and variant"

_BLOCK = re.compile(r"\{\{(#[^{}\n]{1,60})\}\}")
"""``{{#if company}}``: which of its texts was sent nobody says."""


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
        self._clean = lru_cache(maxsize=256)(clean_email)

    def write(
        self,
        body: str,
        subject: str,
        columns: Callable[[], Mapping[str, str]],
        step: int | None = None,
        variant: str = "",
        template: str = "",
        campaign: str = "",
    ) -> EmailText:
        """The text of one email.

        Args:
            body: as the row has it; where it is empty, the template of ``step`` (from 0) and ``variant`` is taken.
            columns: gives what merge fields may be filled with, by the columns' names; asked only where there are any.
        """
        from_template = not body.strip()
        if from_template:
            if self.templates is None:
                return EmailText("", NO_TEXT)
            found = self.templates.find(step, variant, template, campaign)
            if found is None:
                return EmailText("", NO_TEMPLATE)
            body, subject = found.body, found.subject or subject
            spun = has_spintax(body) or first_choices(body) != body
            body, subject = first_choices(body), first_choices(subject)
        else:
            spun = False
        cleaned: Cleaned = self._clean(body)
        if not cleaned.text.strip():
            return EmailText("", NO_TEXT)
        title = clean_line(subject).strip()
        text, missing, fallen = fill(cleaned.text, lambda: field_values(columns()))
        filled = text != cleaned.text
        title, more, also = fill(title, lambda: field_values(columns()))
        defaults = tuple(Cut("merge field filled by its default", name) for name in (*also, *fallen))
        if title and not subject_line(text):
            text, filled = f"Subject: {title}\n\n{text}", True
        blocks = (found.group(1) for found in _BLOCK.finditer(text)) if "{{#" in text else ()
        open_fields = tuple(dict.fromkeys((*more, *missing, *blocks)))
        return EmailText(text, "", (*cleaned.cuts, *defaults), open_fields, spun or has_spintax(text), filled)
