"""Signatures without a mark: told by what most of a sender's emails have in common near their end."""

from __future__ import annotations

import pytest

from outcome_rl.text.shared_signatures import cut_shared_signature, shared_lines

BLOCK = "Niamh Ó Briain\nHushwell Acoustics\nUnit 9, Marina Park, Cork\n+353 21 555 0139"
NAMES = ("Ana", "Ben", "Clo", "Dov", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon")
BODIES = [f"Hello {name},\n\nthe hall of {name}'s school is loud.\n\nShall I measure it?\n\n" for name in NAMES]
PS = "\n\nPS: if you would rather not hear from me, just say so."


def cut(emails: list[str]) -> list[str]:
    shared = shared_lines(emails)
    return [cut_shared_signature(each, shared)[0] for each in emails]


def test_what_stands_below_the_name_goes() -> None:
    assert cut([body + BLOCK for body in BODIES]) == [f"{body}Niamh Ó Briain" for body in BODIES]


def test_a_postscript_below_it_stays() -> None:
    emails = [body + BLOCK + (PS if place % 2 else "") for place, body in enumerate(BODIES)]
    found = cut(emails)
    assert found[1] == f"{BODIES[1]}Niamh Ó Briain{PS}"
    assert cut_shared_signature(emails[1], shared_lines(emails))[1][0].text.startswith("Hushwell Acoustics\nUnit 9")


def test_a_closing_that_all_have_stays_with_the_name() -> None:
    assert cut([f"{body}Best regards\n{BLOCK}" for body in BODIES])[0] == f"{BODIES[0]}Best regards\nNiamh Ó Briain"


@pytest.mark.parametrize(
    "end",
    [
        "Call me on\n+353 21 555 0139\nwww.hush.example",  # an ask, no name
        "Niamh\nWe measured nine halls this year.\nThe report is at www.hush.example.",  # sentences
        "Niamh\n- a balloon\n- a laptop\n- www.hush.example",
        "Niamh Ó Briain\nHushwell Acoustics",  # nothing to reach them by
        "Niamh",
    ],
)
def test_what_is_no_signature_stays(end: str) -> None:
    emails = [body + end for body in BODIES]
    assert cut(emails) == emails


def test_one_text_and_few_emails_tell_nothing() -> None:
    assert not shared_lines([BODIES[0] + BLOCK] * 30) and not shared_lines([body + BLOCK for body in BODIES[:5]])


def test_who_signs_otherwise_keeps_it() -> None:
    emails = [body + BLOCK for body in BODIES]
    other = f"{BODIES[0]}Sam Poe\nSeller Ltd\n+353 21 555 9999"
    assert cut([*emails, other])[-1] == other
