"""Files as people have them: plain, gzipped or in a zip; each is opened as a stream of bytes with a limit."""

from __future__ import annotations

import errno
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO

from ..errors import DataError
from ..security.caps import current_caps
from ..text.quoted import one_line

MAX_UNPACKED = 4 * 2**30
"""Bytes that a packed file may hold; more is refused while it is being unpacked."""
MAX_WORKBOOK = 512 * 2**20
"""Bytes of a workbook's parts, which are held in memory."""
MAX_MEMBERS = 1000
HEAD = 65536
SHOWN = 260
"""Letters of a file's name that messages repeat; file systems allow 255."""
MOST_ZEROS = 20
"""Where more than one byte in so many is zero, a file is no text."""
_SPREADSHEET_PARTS = ("[Content_Types].xml", "mimetype", "content.xml")
_BESIDE = frozenset(
    (".html", ".htm", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".css", ".js", ".md", ".ics", ".vcf")
)
_NO_TABLE = (
    (b"!BDN", "is a data file of Outlook (pst)"),
    (b"%PDF", "is a PDF"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"{\\rtf", "is a text document (RTF)"),
)


class Kind(StrEnum):
    """What a file's first bytes say that it is."""

    DELIMITED = "delimited"
    JSON = "json"
    WORKBOOK = "workbook"
    PARQUET = "parquet"
    MBOX = "mbox"
    MESSAGE = "message"


@dataclass
class _Reading:
    """The file that is open now or was last, and where in it what is read begins."""

    raw: BinaryIO | None = None
    begin: int = 0


@dataclass(frozen=True)
class Source:
    """One file, or one file within a zip; ``name`` is how messages call it."""

    name: str
    path: Path
    member: str = ""
    gzipped: bool = False
    max_unpacked: int = MAX_UNPACKED
    size: int = 0
    """Bytes as they lie on disk, packed or not; 0 where that is not known."""
    _reading: _Reading = field(init=False, default_factory=_Reading, compare=False, repr=False)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked. Raises DataError: it cannot be read, is damaged, or unpacks to more than the limit."""
        try:
            with self.path.open("rb") as raw:
                self._reading.raw, self._reading.begin = raw, 0
                yield from self._unpacked(raw)
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile):
            raise _damaged(self.name) from None
        except OSError as error:
            if self.member and error.errno == errno.EINVAL:  # sent to a place before the file's beginning
                raise _damaged(self.name) from None
            reason = error.strerror or str(error)
            raise DataError(f"{self.name}: cannot be read ({reason}); give the path of an export") from None
        except (RuntimeError, NotImplementedError) as error:
            if "password" in str(error) or "encrypted" in str(error):
                raise DataError(f"{self.name}: is protected by a password; unpack it first") from None
            raise

    def _unpacked(self, raw: BinaryIO) -> Iterator[BinaryIO]:
        if self.member:
            with zipfile.ZipFile(raw) as archive:
                member = archive.getinfo(self.member)
                self._reading.begin = member.header_offset
                with unpacked_in_parts(archive, member, self.name) as inner:
                    yield self._limited(gzip.GzipFile(fileobj=inner) if self.gzipped else inner)
        elif self.gzipped:
            yield self._limited(gzip.GzipFile(fileobj=raw))
        else:
            yield raw

    def _limited(self, stream: object) -> BinaryIO:
        return io.BufferedReader(_Limited(stream, self.name, self.max_unpacked), HEAD)

    def share_read(self) -> float | None:
        """How far the stream that was opened last is read, 0 to 1; None: it is closed, or its size is not known."""
        raw = self._reading.raw
        if raw is None or raw.closed or not self.size:
            return None
        return min(1.0, max(0, raw.tell() - self._reading.begin) / self.size)

    def head(self, size: int = HEAD) -> bytes:
        """Its first bytes."""
        with self.open() as stream:
            return stream.read(size)


def unpacked_in_parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> IO[bytes]:
    """A file in a zip, of which reading some takes the memory of so much; ``name`` is how messages call it.

    Raises:
        DataError: it is packed in another way than usual; of bzip2 and LZMA a few bytes unpack to gigabytes at once.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{name}: is packed in a way that is not read here; unpack it first, or pack it as a usual zip")
    try:
        return archive.open(member)
    except ValueError:  # it is said to begin before the archive does
        raise _damaged(name) from None


def _damaged(name: str) -> DataError:
    return DataError(f"{name}: is damaged or cut off while packed; fetch or export it again")


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than ``limit`` bytes."""

    def __init__(self, stream: object, name: str, limit: int) -> None:
        self._stream, self._name, self._left, self._limit = stream, name, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._stream.read(len(view))  # type: ignore[attr-defined]
        self._left -= len(data)
        if self._left < 0:
            raise DataError(f"{self._name}: unpacks to more than {self._limit / 2**20:.0f} MB; split it into parts")
        view[: len(data)] = data
        return len(data)


def find_sources(paths: Iterable[Path | str], max_unpacked: int | None = None) -> list[Source]:
    """The files to read, those in zips one by one.

    Raises:
        DataError: there is none, one cannot be read, or a zip holds too many files or none that is a table.
    """
    found: list[Source] = []
    limit = current_caps().unpacked if max_unpacked is None else max_unpacked
    for path in map(Path, paths):
        found += _sources_of(path, limit)
    if not found:
        raise DataError("no file was given; give the path of an export (CSV, JSON lines, xlsx, ods, mbox, zip or gz)")
    return found


def _sources_of(path: Path, limit: int) -> list[Source]:
    if path.is_dir():
        raise DataError(f"{path}: is a folder; give the files in it")
    called = one_line(path.name, SHOWN)
    plain = Source(called, path, max_unpacked=limit, size=_size_of(path))
    head = plain.head(4)
    if head.startswith(b"\x1f\x8b"):
        return [replace(plain, gzipped=True)]
    if not head.startswith(b"PK\x03\x04") or _is_workbook(path):
        return [plain]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if _is_table(each)]
    except zipfile.BadZipFile:
        raise _damaged(called) from None
    members = [each for each in members if not _is_beside(each)] or members
    if not members:
        raise DataError(f"{called}: the zip holds no file to import")
    if len(members) > MAX_MEMBERS:
        raise DataError(f"{called}: the zip holds {len(members)} files, more than {MAX_MEMBERS}; unpack it first")
    return [_member_of(called, path, each, limit) for each in sorted(members, key=lambda each: each.filename)]


def _size_of(path: Path) -> int:
    """The bytes of a file; 0 where there is none, which opening it says better."""
    return path.stat().st_size if path.is_file() else 0


def _member_of(called: str, path: Path, member: zipfile.ZipInfo, limit: int) -> Source:
    name = member.filename
    shown = f"{called}/{one_line(name, SHOWN)}"
    return Source(shown, path, name, name.lower().endswith(".gz"), limit, member.compress_size)


def _is_table(member: zipfile.ZipInfo) -> bool:
    parts = Path(member.filename).parts
    return not member.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in parts)


def _is_beside(member: zipfile.ZipInfo) -> bool:
    """Whether a file only accompanies an export: Gmail's Takeout, for one, adds a page that lists its files."""
    return Path(member.filename).suffix.lower() in _BESIDE


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(part in archive.namelist() for part in _SPREADSHEET_PARTS)
    except zipfile.BadZipFile:
        raise _damaged(one_line(path.name, SHOWN)) from None


def detect_kind(source: Source) -> Kind:
    """What a file is, by its first bytes; its name decides nothing but single messages.

    Raises:
        DataError: it is empty, or nothing that holds rows or messages.
    """
    head = source.head()
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DataError(f"{source.name}: the file is empty; export it again")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        if source.name.lower().endswith((".msg", ".doc", ".docx", ".ppt", ".pptx")):
            raise DataError(
                f"{source.name}: is no spreadsheet; save messages as .eml or mbox, and tables as CSV or xlsx"
            )
        return Kind.WORKBOOK
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    for start, what in _NO_TABLE:
        if head.startswith(start):
            raise DataError(f"{source.name}: {what}; export the rows as CSV, JSON lines, xlsx, ods or mbox")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:200].lower().startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<?xml")):
        what = "XML" if text.startswith(b"<?xml") else "a web page (HTML)"
        raise DataError(
            f"{source.name}: is {what}, whatever it is called; open it in a spreadsheet program and save it as xlsx or "
            "'CSV UTF-8'"
        )
    if text.startswith((b"{", b"[")) and _looks_like_json(text):
        return Kind.JSON
    if text.startswith((b"From ", b">From ")) and b"\n" in text and b":" in text.split(b"\n", 2)[1]:
        return Kind.MBOX
    if source.name.lower().endswith((".eml", ".mbox")):
        return Kind.MESSAGE
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(head)
    if head.count(0) > len(head) / MOST_ZEROS and not wide:
        raise DataError(f"{source.name}: holds no text; export the rows as CSV, JSON lines, xlsx, ods or mbox")
    return Kind.DELIMITED


def _looks_like_json(text: bytes) -> bool:
    """``{"a": …`` or ``[{…``, not a title in brackets nor a merge field."""
    rest = text[1:].lstrip()
    return rest.startswith((b'"', b"}")) if text.startswith(b"{") else rest.startswith((b"{", b"]"))


def _looks_like_utf16(head: bytes) -> bool:
    """Every second byte of Latin text in UTF-16 is zero."""
    sample = head[: len(head) // 2 * 2]
    most = 0.3 * (len(sample) / 2)
    return max(sample[0::2].count(0), sample[1::2].count(0)) > most and min(
        sample[0::2].count(0), sample[1::2].count(0)
    ) < 0.05 * len(sample)
