"""Personal data in a text: find it, mask it."""

from __future__ import annotations

import re

from .checks import EXAMINED

_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]++@[\w-]++(?:\.[\w-]++)++")
_NUMBER = re.compile(r"(?<![\w+.,/-])(?:\+|\(\+?)?\d(?:[ \u00a0().\-–/]{0,3}\d){6,14}(?![\w/]|[.,]\d)")
_CALLED = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|call|fax|whatsapp|dial|ring|text)\W{0,4}(?:\w{1,6}\W{1,3}){0,2}$", re.I
)
_DATE = re.compile(
    r"(?:19|20)\d\d\D[01]?\d\D[0-3]?\d(?:\D.*)?|[0-3]?\d[./-][0-3]?\d[./-](?:19|20)?\d\d(?:\D.*)?"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d"
)
_AMOUNT = re.compile(r"\d{1,3}(?:[.\u00a0 ]\d{3})+|\d{1,3}(?:\.\d{1,3}){3}")

ADDRESS_MASK, NUMBER_MASK = "[email]", "[phone]"
MASKS = frozenset((ADDRESS_MASK, NUMBER_MASK))
"""What stands for personal data that was masked."""


def mask_personal(text: str) -> str:
    """The text with email addresses and telephone numbers as :data:`MASKS`."""
    if "@" in text:
        text = _ADDRESS.sub(ADDRESS_MASK, text)
    return _NUMBER.sub(lambda found: _masked(found.group()) if _is_phone(found) else found.group(), text)


def _masked(number: str) -> str:
    """The mask of a number; a bracket around the whole number stays."""
    return f"({NUMBER_MASK}" if number.startswith("(") and ")" not in number else NUMBER_MASK


def _is_phone(found: re.Match[str]) -> bool:
    """Whether a run of digits is dialled rather than counted: a date, a price, a year and an order number are not."""
    text = found.group()
    if text.startswith(("+", "00", "(+")):
        return True
    if _DATE.fullmatch(text):
        return False
    if _CALLED.search(found.string, max(0, found.start() - 30), found.start()):
        return True
    digits = sum(sign.isdigit() for sign in text)
    if _AMOUNT.fullmatch(text) or "/" in text:
        return False
    if text.isdigit():
        return digits in (10, 11)
    listed = not text.startswith(("0", "(")) and not re.search(r"\d{3}", text)  # 10 15 20 25 30
    return (digits >= 9 and not listed) or bool(re.fullmatch(r"\d{3}[-.–]\d{4}", text))


def has_personal(text: str) -> bool:
    """Whether a text holds an email address or a telephone number."""
    head = text[:EXAMINED]
    return mask_personal(head) != head
