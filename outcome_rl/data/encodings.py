"""Which encoding a text file has: its byte-order mark, else UTF-8 where it fits, else the likeliest of the old ones."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .sources import HEAD, Source

SAMPLE = 200_000
"""Bytes of lines with other than ASCII characters that an old encoding is told by."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1252", "mac_roman", "cp1250", "cp850")
_OTHERS = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030", "big5", "euc_kr")
_WEST = frozenset("äöüßéèêëàâçñáíóúïîôûœæøåãõÄÖÜÉÈÀÇÑÁÍÓÚØÅÆ")
_CENTRE = frozenset("ěščřžýůťďňąćęłńśźżőű")
_PUNCTUATION = frozenset("–—…€•°§£©®™·½²³´×\u00a0")
_ESCAPED = re.compile("[\udc80-\udcff]+")


@dataclass(frozen=True)
class Encoding:
    """A codec's name; ``mixed``: UTF-8 with some bytes in cp1252 among it, as joined files have."""

    name: str
    mixed: bool = False


def detect_encoding(source: Source) -> Encoding:
    """The encoding of a text file, read to its end once."""
    head = source.head(4)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if marked and marked != "utf-8-sig":
        return Encoding(marked)
    with source.open() as stream:
        valid, broken, zeros, size, sample = _survey(stream)
    if marked:  # a program may put the mark before what it then writes as it always did
        return Encoding(marked, mixed=broken > 0)
    if 5 * max(zeros) > size:
        return Encoding("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    if not broken:
        return Encoding("utf-8")
    if valid > 3 * broken:
        return Encoding("utf-8", mixed=True)
    return Encoding(guess_legacy(sample))


def _survey(stream: BinaryIO) -> tuple[int, int, tuple[int, int], int, bytes]:
    """(UTF-8 sequences, bytes that are none, zeros at even and odd places, size, lines that are not ASCII)."""
    valid = broken = even = odd = size = 0
    sample, carried = bytearray(), b""
    while chunk := stream.read(HEAD * 16):
        size += len(chunk)
        if 0 in chunk:
            even, odd = even + chunk[0::2].count(0), odd + chunk[1::2].count(0)
        chunk = carried + chunk
        carried = b""
        if chunk.isascii():
            continue
        cut = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1 or len(chunk)
        chunk, carried = chunk[:cut], chunk[cut:]
        one, two = _utf8_counts(chunk)
        valid, broken = valid + one, broken + two
        if len(sample) < SAMPLE and two:
            sample += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[: SAMPLE - len(sample)]
    if carried and not carried.isascii():
        one, two = _utf8_counts(carried)
        valid, broken = valid + one, broken + two
        sample += carried[:SAMPLE]
    return valid, broken, (even, odd), size, bytes(sample)


def _utf8_counts(chunk: bytes) -> tuple[int, int]:
    text = chunk.decode("utf-8", "surrogateescape")
    broken = 0 if text.isascii() else sum(len(found.group()) for found in _ESCAPED.finditer(text))
    return len(re.findall(r"[^\x00-\x7f\udc80-\udcff]", text)), broken


def guess_legacy(sample: bytes) -> str:
    """The likeliest encoding of text that is no UTF-8.

    Texts that are mostly beyond ASCII (Cyrillic, Greek, Hebrew, Arabic, Chinese, Japanese, Korean) are told apart by
    charset-normalizer; the western ones, where few letters differ, by which reading looks like words.
    """
    letters = sum(byte >= 0x80 for byte in sample)
    ascii_letters = sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    if letters > (0.5 if letters + ascii_letters >= 40 else 1.5) * ascii_letters:
        from charset_normalizer import from_bytes

        best = from_bytes(sample[:20_000], cp_isolation=list(_OTHERS)).best()
        if best is not None:
            return best.encoding
    scores = {name: score for name in _WESTERN if (score := _likeliness(sample, name)) is not None}
    return max(scores, key=lambda name: scores[name]) if scores else "latin-1"


def _likeliness(sample: bytes, encoding: str) -> float | None:
    """How much a reading looks like words; None where the bytes do not fit."""
    try:
        text = f" {sample.decode(encoding)} "
    except UnicodeDecodeError:
        return None
    return sum(
        _fits(sign, text[place - 1], text[place + 1]) for place, sign in enumerate(text[1:-1], 1) if sign >= "\x80"
    )


def _fits(sign: str, before: str, after: str) -> float:
    """From -1 to 1: whether such a character stands between such neighbours in ordinary text."""
    if sign.isalpha():
        alone = not before.isalpha() and not after.isalpha() and sign not in "àáèéóòěåøÀÁÈÉÓÒÅØ"
        if alone or (sign.isupper() and before.islower()) or sign > "\u017f":
            return -1
        if sign == "õ" and after != "e":  # Portuguese has it there; elsewhere it is the Hungarian ő
            return 0.8
        return 1 if sign in _WEST else 0.95 if sign in _CENTRE else 0.8
    if sign in "“„«‘¿¡":
        return 1 if not before.isalnum() and not after.isspace() else -0.5
    if sign in "”»":
        return 1 if not before.isspace() and not after.isalnum() else -0.5
    if sign == "’":
        return 1 if before.isalnum() else -0.5
    if sign in _PUNCTUATION:
        return -0.5 if before.isalpha() and after.isalpha() else 1
    return -1


def read_lines(stream: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The lines of a text with their ends, which may be a bare carriage return; NUL characters are dropped."""
    errors = "surrogateescape" if encoding.mixed else "replace"
    text = io.TextIOWrapper(stream, encoding=encoding.name, errors=errors, newline="")
    for line in text:
        line = _ESCAPED.sub(_in_cp1252, line) if encoding.mixed and not line.isascii() else line
        yield line.replace("\0", "") if "\0" in line else line


def _in_cp1252(found: re.Match[str]) -> str:
    return found.group().encode("ascii", "surrogateescape").decode("cp1252", "replace")
