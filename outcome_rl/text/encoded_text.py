"""Texts that an export left in the coding of a mail or of a word processor: quoted-printable, encoded words, RTF.

RTF is read by own code: of striprtf, the small library for it, one pattern takes the square of a long line of hostile
text, and what is needed of it is its words and line breaks.
"""

from __future__ import annotations

import re
from codecs import lookup
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from .quotes import Cut

# --- quoted-printable -------------------------------------------------------------------------------------------------

_SOFT = re.compile(r"=[ \t]*\r?\n")
_RUN = re.compile(r"(?:=[0-9A-F]{2})+")
_STRAY = re.compile(r"=(?![0-9A-F]{2}|[ \t]*\r?\n|[ \t]*$)")
_IN_A_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]*$", re.I)
_ATTRIBUTE = re.compile(r"<[a-z][^<>]{0,300}?\s[a-z-]{2,20}=3D[\"'\d]", re.I)
LONGEST_LINE = 76
"""Letters of a line of quoted-printable, as RFC 2045 has it."""
_PARAMETER = re.compile(r"[?&][\w.\-]{1,40}=(?!3D|[ \t]*(?:\r?\n|$))")
"""A link's own sign of equality, which the coding would have changed."""
_LETTERS = frozenset("äöüÄÖÜßéèêëáàâãåæçíìîïñóòôõøúùûýÉÀÇÑÅØ")
_LEAST_SOFT, _LEAST_BESIDE_CODES = 70, 40
"""Letters of a line that ends in a soft break: tools break at seventy and more, before a long word sooner."""


def quoted_printable(text: str) -> tuple[str, list[Cut]]:
    """The text as it was before a mail program coded it, where it surely was coded: ``=E2=80=99``, ``f=FCr``, lines
    that end in ``=`` and are no longer than the coding lets them be.
    """
    if "=" not in text or not _is_quoted(text):
        return text, []
    first = _RUN.search(text) or _SOFT.search(text)
    joined = _SOFT.sub("", text.rstrip().removesuffix("="))
    plain = _RUN.sub(lambda found: _decoded(found.group()), joined)
    return plain, [Cut("quoted-printable", first.group().strip() if first else "=")]


def _is_quoted(text: str) -> bool:
    """Whether every sign of equality belongs to the coding, and one of them to nothing else."""
    if _STRAY.search(text) or _PARAMETER.search(text):
        return False
    if any(_is_letters(found, text) for found in _RUN.finditer(text)) or _ATTRIBUTE.search(text):
        return True
    lines = text.split("\n")
    soft = [line.rstrip() for line in lines[:-1] if line.rstrip().endswith("=")]
    least = _LEAST_BESIDE_CODES if _RUN.search(text) else _LEAST_SOFT
    return any(len(line) >= least for line in soft) and all(
        len(line.rstrip("\r")) <= LONGEST_LINE + 1 for line in lines
    )


def _is_letters(found: re.Match[str], text: str) -> bool:
    """Whether a run of codes stands for letters that an email may hold, outside of a link."""
    run, start, end = found.group(), found.start(), found.end()
    high = [code for code in run.split("=")[1:] if code[0] in "89ABCDEF"]
    if not high or _IN_A_LINK.search(text, max(start - 300, 0), start):
        return False
    try:
        read = bytes.fromhex(run.replace("=", "")).decode("utf-8")
    except UnicodeDecodeError:
        letters = bytes.fromhex(run.replace("=", "")).decode("cp1252", "replace")
        inside = text[max(start - 1, 0) : start].isalpha() and text[end : end + 1].isalpha()
        return inside and all(each in _LETTERS for each in letters if not each.isascii())
    return any(not each.isascii() for each in read)


def _decoded(run: str) -> str:
    data = bytes.fromhex(run.replace("=", ""))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


# --- encoded words of headers -----------------------------------------------------------------------------------------

_WORDS = re.compile(r"=\?[\w-]{2,30}\?[bq]\?[^?\s]{0,600}\?=", re.I)
MAX_HEADER = 4000
"""Letters of a subject that are decoded; decoding takes the square of its words."""


def encoded_words(text: str) -> tuple[str, list[Cut]]:
    """A subject whose letters are coded as in a mail's header, ``=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=``, as it reads."""
    if "=?" not in text or len(text) > MAX_HEADER or not (found := _WORDS.search(text)):
        return text, []
    try:
        plain = str(make_header(decode_header(text)))
    except (ValueError, LookupError, UnicodeError, HeaderParseError):
        return text, []
    return (plain, [Cut("quoted-printable", found.group()[:80])]) if plain.strip() and plain != text else (text, [])


# --- RTF --------------------------------------------------------------------------------------------------------------

_RTF = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n])", re.S
)
_BREAKS = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n\n", "page": "\n\n", "tab": "\t", "cell": " ", "emdash": "—",
    "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ",
    "enspace": " ",
}  # fmt: skip
_SIGNS = {"~": "\u00a0", "_": "-", "-": "", "\n": "\n", "\r": "\n"}
_UNSEEN = frozenset((
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "objdata", "fldinst", "header", "headerl",
    "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "themedata", "datastore",
    "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "latentstyles", "pntext", "filetbl",
    "revtbl", "htmltag", "bkmkstart", "bkmkend", "shpinst", "template", "title", "author", "operator", "company",
    "annotation", "nextfile",
))  # fmt: skip
"""Groups that a reader does not see."""


def rtf(text: str) -> tuple[str, list[Cut]]:
    """The words of a cell in RTF, ``{\\rtf1…``, with its line breaks; empty where it shows none, as a picture."""
    if "{\\rtf" not in text[:100] or not text.lstrip().startswith("{\\rtf"):
        return text, []
    lines = [line.rstrip() for line in _Rtf().read(text.strip()).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), [Cut("rtf", text.strip()[:80])]


class _Rtf:
    """Reads RTF from left to right: what is hidden, and how many letters stand in for a character, hold for a group."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._groups: list[tuple[bool, int]] = []
        self._hidden, self._stand_ins, self._skip = False, 1, 0
        self._bytes, self._charset = bytearray(), "cp1252"

    def read(self, source: str) -> str:
        for found in _RTF.finditer(source):
            word, number, code, sign, brace, letter = found.groups()
            if code is None:
                self._flush()
            if brace:
                self._group(brace)
            elif word:
                self._word(word, number)
            elif code:
                self._add_byte(int(code, 16))
            elif sign == "*":
                self._hidden = True
            elif sign or letter:
                self._add(_SIGNS.get(sign, sign) if sign else letter)
        self._flush()
        text = "".join(self._out).replace("\u00a0", " ")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # two halves are one character

    def _group(self, brace: str) -> None:
        self._skip = 0
        if brace == "{":
            self._groups.append((self._hidden, self._stand_ins))
        elif self._groups:
            self._hidden, self._stand_ins = self._groups.pop()

    def _word(self, word: str, number: str | None) -> None:
        self._skip = 0
        if word in _UNSEEN:
            self._hidden = True
        elif word in _BREAKS:
            self._add(_BREAKS[word])
        elif word == "uc":
            self._stand_ins = min(int(number or 1), 10)
        elif word == "u" and number:
            self._add(chr(int(number) % 0x10000))
            self._skip = max(self._stand_ins, 0)
        elif word == "ansicpg" and number:
            self._charset = _known(f"cp{number}")
        elif word == "v":  # hidden letters
            self._hidden = number != "0"

    def _add(self, text: str) -> None:
        if self._skip > 0 and len(text) == 1:
            self._skip -= 1
        elif not self._hidden:
            self._out.append(text)

    def _add_byte(self, code: int) -> None:
        if self._skip > 0:
            self._skip -= 1
        elif not self._hidden:
            self._bytes.append(code)

    def _flush(self) -> None:
        """Codes that stand side by side are one text: a character may be two of them."""
        if self._bytes:
            self._out.append(self._bytes.decode(self._charset, "replace"))
            self._bytes.clear()


def _known(charset: str) -> str:
    try:
        return lookup(charset).name
    except LookupError:
        return "cp1252"
