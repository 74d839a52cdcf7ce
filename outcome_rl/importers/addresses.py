"""Addresses in texts: the first of a cell, and those that a notice of a bounce is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ADDRESS = re.compile(r"(?<![\w.+%'-])[\w.+%'-]++@[\w-]++(?:\.[\w-]++)++")
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|bounces?)(?:[+@]|$)", re.I)
MOST_OF_A_NOTICE = 3000
"""Letters of a notice that are looked through: below stand the letter that came back, and logs."""


def first_address(text: str) -> str:
    """The first email address of a text, in lower case; ``""`` where there is none."""
    found = _ADDRESS.search(text) if "@" in text else None
    return found.group().lower() if found else ""


def is_daemon(address: str) -> bool:
    """Whether an address is that of a mail server, which only writes notices."""
    return _DAEMON.match(address) is not None


def bounced_addresses(notice: str) -> Iterator[str]:
    """Whom the text of a notice names, those that an email could not be delivered to first."""
    found = (each.group().lower() for each in _ADDRESS.finditer(notice[:MOST_OF_A_NOTICE]))
    return (address for address in found if not is_daemon(address))
