"""An email with merge fields in place of its names, so that it can serve as an example for somebody else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .merge_fields import without_fields
from .sentences import MAX_CHARACTERS, without_links
from .signatures import COMPANY, GREETING, SIGNATURE, TITLE, Name, greeting, name_words, signature

_FIELDS = {GREETING: "{{first_name}}", SIGNATURE: "{{sender_name}}", COMPANY: "{{sender_company}}"}


def neutralise_names(email: str, context: str, facts: str = "", names: Sequence[str] = ()) -> str:
    """The email with merge fields for the names that it greets and that sign it.

    The greeting's name, with its title, becomes ``{{first_name}}``, the signature's ``{{sender_name}}`` and
    ``{{sender_company}}``, wherever they stand in the email; each of ``names`` (of receivers, say) becomes
    ``{{first_name}}``. Names that the context or the facts hold stay. Other names in the text stay too:
    :func:`~.claims.find_claims` finds them.
    """
    known = set(name_words(context)) | set(name_words(facts))
    text = without_fields(without_links(email[:MAX_CHARACTERS]))
    greeted = greeting(text)
    found = [name for name in [*([greeted] if greeted else []), *signature(text)] if not set(name.words) <= known]
    fields = {name: _FIELDS[GREETING] for name in names if name.strip()}
    for name in found:
        for part in _parts(name):
            fields.setdefault(part, _FIELDS[name.role])
    for name in sorted(found, key=lambda name: -name.start):
        email = email[: name.start] + _FIELDS[name.role] + email[name.end :]
    return _replaced(email, fields)


def _parts(name: Name) -> list[str]:
    """The name without its title, and the words of a person's name."""
    plain = re.sub(rf"^{TITLE}", "", name.text)
    return [plain] if name.role == COMPANY else [plain, *(word for word in plain.split() if len(word) > 2)]


def _replaced(email: str, fields: dict[str, str]) -> str:
    """The email with every name that stands there as a whole word replaced, the longest first."""
    if not fields:
        return email
    longest_first = sorted(fields, key=len, reverse=True)
    pattern = rf"(?<![\w{{@])(?:{'|'.join(map(re.escape, longest_first))})(?![\w}}@])"
    return re.sub(pattern, lambda match: fields[match.group()], email)
