"""Cells that are made to keep a reader busy: each is read in time that grows with its length, not with its square."""

from __future__ import annotations

import subprocess
import sys

import pytest

from outcome_rl.data.headers import _ADDRESS as HEADER_ADDRESS
from outcome_rl.data.headers import _NUMBER_OR_DATE
from outcome_rl.importers.addresses import first_address
from outcome_rl.importers.context import compose
from outcome_rl.importers.mail_threads import subject_key
from outcome_rl.importers.mailbox import _ADDRESS_IN, _SEPARATOR, MAX_HEADER, parse_mail
from outcome_rl.importers.profiles import _ADDRESS as CELL_ADDRESS
from outcome_rl.importers.templates import step_number, subject_and_body
from outcome_rl.text.cleaning import clean_email
from outcome_rl.text.email_parts import email_parts
from outcome_rl.text.merge_fields import merge_fields_in
from outcome_rl.text.names import _GERMAN_NAMES
from tests.helpers.command_line import ROOT, environment

LONG = 1_000_000
"""Characters of a run. Where reading takes the square of it, a test does not end in hours."""
SPACES, WORD, DIGITS = " " * LONG, "a" * LONG, "1" * LONG


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        pytest.param(merge_fields_in, "{{a" + SPACES, id="a double field that is never closed"),
        pytest.param(merge_fields_in, "{" + SPACES, id="a single field that is never closed"),
        pytest.param(clean_email, "[cid:" + SPACES + "x", id="spaces beside an embedded image"),
        pytest.param(clean_email, f"Hi\nRegards,\n{WORD}\nana@b.co", id="a name of one long word above an address"),
        pytest.param(email_parts, "Hi" + SPACES + "\x0b\u00a0x", id="a greeting and nothing behind it"),
        pytest.param(email_parts, "Hi\nbien à vous" + SPACES + "x", id="a sign-off with something far away"),
        pytest.param(_GERMAN_NAMES.search, WORD.upper(), id="a word of capitals"),
        pytest.param(first_address, WORD + " @", id="a word in a column of addresses"),
        pytest.param(_ADDRESS_IN.findall, WORD + " @", id="a word in a bounce"),
        pytest.param(_SEPARATOR.match, b"From a" + b" 11:11" * (LONG // 6), id="a From line full of times"),
        pytest.param(subject_key, "re" + SPACES + "x", id="a subject that is no answer"),
        pytest.param(CELL_ADDRESS.fullmatch, "a@" + "." * LONG + " x", id="dots behind an at"),
        pytest.param(HEADER_ADDRESS.fullmatch, "a@" * (LONG // 2) + " ", id="a header of ats"),
        pytest.param(_NUMBER_OR_DATE.fullmatch, DIGITS + "x", id="a header of digits"),
        pytest.param(step_number, DIGITS + ".", id="a step of digits"),
        pytest.param(subject_and_body, "Subject: a" + SPACES + "b", id="spaces in a subject"),
        pytest.param(lambda cell: compose("{a}", {"a": cell}), "," * LONG + "x", id="commas in a context"),
    ],
)
def test_a_long_run_is_read_once(read, cell):
    read(cell)


def test_of_a_header_no_more_is_read_than_any_has():
    raw = b"Subject: " + b"=?utf-8?q?a?= " * (LONG // 14) + b"\n" + b"To: a@b.co\n" * (LONG // 11) + b"\nhello"
    mail = parse_mail(raw)
    assert len(mail.subject) <= MAX_HEADER // 14 + 14 and len(mail.recipients) <= MAX_HEADER // 6 + 1


@pytest.mark.parametrize("kind", ['multipart/mixed; boundary="b{n}"\n\n--b{n}', "message/rfc822\n"])
def test_of_parts_within_parts_without_end_the_headers_are_read(kind):
    nested = "".join(f"Content-Type: {kind.format(n=n)}\n" for n in range(3000))
    mail = parse_mail(f"From: ana@b.co\nSubject: Hi\n{nested}Content-Type: text/plain\n\nhello\n".encode())
    assert (mail.sender, mail.subject) == ("ana@b.co", "Hi")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_hostile_cells_take_each_reader_less_than_ten_seconds(seed):
    command = [sys.executable, "-m", "tests.torture", "--only", "cells", "--cells", "200", "--seconds", "10"]
    done = subprocess.run([*command, "--seed", str(seed)], cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
