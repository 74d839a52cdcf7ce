"""Templates as text files, one for each: a folder of them, several given one by one, or dropped beside an export.

The name says which step and variant a text is of, as ``step1_A.txt``, ``2b.md``, ``1187 step 1A - energy.txt``; a name
that says neither is the template's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from ..data.encodings import detect_encoding, read_lines
from ..data.sources import Source, find_sources
from ..errors import DataError

PLAIN_TEXTS, PAGES = (".txt", ".md", ".text"), (".html", ".htm")
MOST_FILES = 500
LONGEST_TEXT = 200_000
"""Bytes of a file that is one email's text; what is longer is something else."""
_STEP = re.compile(
    r"(?<![a-z])(?:step|stage|touch|e-?mail|mail|message|schritt|étape|etape|paso|passo|stap|krok)[\s_.#-]*(\d{1,2})(?!\d)",
    re.I,
)
_FIRST = re.compile(r"(\d{1,2})(?![\d.])")
_VARIANT = re.compile(
    r"(?<![a-z])(?:variante|variant|variation|version|var)[\s_.-]*([a-z]|\d{1,2})(?![a-z\d])|(?<![a-z])v(\d{1,2})(?!\d)",
    re.I,
)
_LETTER = re.compile(r"\s*[-–_.(]?\s*([a-z])(?=$|\s*[-–_.,)(])", re.I)
"""A letter behind the step, with nothing or a mark behind it: ``1A``, ``1_a``, not the first word of a name."""
_NUMBER_OF_TOOL = re.compile(r"\s*(\d{3,20})(?!\d)[\s_-]+")
_SEPARATORS = {"\t": 2, ",": 3, ";": 3, "|": 3}
"""What parts a table's cells, and how many there are at least."""


def texts_of_folder(folder: Path) -> list[Path]:
    """The files of a folder by their names. Raises DataError: it holds none, or too many."""
    found = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    if not found or len(found) > MOST_FILES:
        held = f"{len(found):,} files, more than {MOST_FILES}" if found else "no file"
        raise DataError(f"{folder}: the folder of templates holds {held}; give one with a text for each step")
    return found


def may_be_text(name: str) -> bool:
    """Whether a file is called as texts are."""
    return PurePath(name).suffix.lower() in (*PLAIN_TEXTS, *PAGES)


def is_text(source: Source) -> bool:
    """Whether a file is the text of one email, by its name and its first lines: no table, no mailbox."""
    if not may_be_text(source.name) or len(head := source.head(LONGEST_TEXT + 1)) > LONGEST_TEXT:
        return False
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe") or head.startswith((b"From ", b"PK", b"{\\rtf", b"%PDF")):
        return False
    lines = [line for line in text_of(source).split("\n") if line.strip()][:3]
    if lines[0].lower().startswith("subject:"):
        return True
    return not any(_are_rows(lines, separator, cells) for separator, cells in _SEPARATORS.items())


def is_text_file(path: Path) -> bool:
    """Whether a file that was named is the text of one email."""
    return may_be_text(path.name) and path.is_file() and is_text(find_sources([path])[0])


def _are_rows(lines: Sequence[str], separator: str, fewest: int) -> bool:
    counts = {line.count(separator) + 1 for line in lines}
    return len(lines) > 1 and len(counts) == 1 and counts.pop() >= fewest


def text_of(source: Source) -> str:
    """What stands in a text file, however it is encoded. Raises DataError: it cannot be read."""
    with source.open() as stream:
        return "".join(read_lines(stream, detect_encoding(source))).replace("\r\n", "\n").removeprefix("\ufeff")


def row_of_text(source: Source) -> dict[str, str]:
    """A row of templates: which step and variant the name of the file says, and its text."""
    stem = PurePath(source.name).stem
    text = text_of(source)
    if not text.strip():
        raise DataError(f"{source.name}: the file is empty; put the email's text into it")
    return {**named_by(stem), "text": text}


def says_which(name: str) -> bool:
    """Whether a file's name says a step or a variant."""
    named = named_by(PurePath(name).stem)
    return bool(named["step"] or named["variant"])


def named_by(stem: str) -> dict[str, str]:
    """The step, the variant and the template's name that a file's name says, and what it says before the step, which
    may be a sequence; ``""`` each where it says none.
    """
    number = _NUMBER_OF_TOOL.match(stem)
    rest = stem[number.end() :] if number else stem
    step = _STEP.search(rest) or _FIRST.match(rest.lstrip())
    behind = step.string[step.end() :] if step else ""
    found = _VARIANT.search(rest) or (_LETTER.match(behind) if step else None)
    variant = next(filter(None, found.groups()), "") if found else ""
    template = number[1] if number else "" if step or variant else stem.strip()
    title = rest[: step.start()].strip(" -–_.") if step and not number else ""
    return {"step": step[1] if step else "", "variant": variant, "template": template, "title": title}
