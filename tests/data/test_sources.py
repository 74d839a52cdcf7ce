"""JSON of every shape, packed files and their limits, and kinds of files told by their first bytes."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from outcome_rl.data.sources import Kind, detect_kind, find_sources
from outcome_rl.data.tables import open_table
from outcome_rl.errors import DataError
from tests.helpers.written_files import rows_of

OBJECTS = [{"a": 1, "b": "x", "more": {"k": "v"}}, {"a": None, "c": True}]
WANTED = [["1", "x", '{"k": "v"}', "v", ""], ["", "", "", "", "true"]]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, OBJECTS)),
        "\n\n".join(map(json.dumps, OBJECTS)) + "\n",
        json.dumps(OBJECTS),
        json.dumps(OBJECTS, indent=2),
        json.dumps({"total": 2, "data": OBJECTS}),
        "\ufeff" + json.dumps(OBJECTS),
    ],
)
def test_json_of_every_shape(text: str, write: Callable[..., Path]) -> None:
    path = write(text)
    (source,) = find_sources([path])
    assert open_table(source).header == ("a", "b", "more", "more.k", "c")
    assert rows_of(path) == WANTED


def test_a_broken_line_of_json_is_named(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="line 2: is not valid JSON"):
        rows_of(write('{"a": 1}\n{"a": \n'))


CSV = b"a,b\r\n1,x\r\n2,y\r\n"


def test_a_zip_gives_each_file_in_it(tmp_path: Path) -> None:
    path = tmp_path / "exports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("two.csv.gz", gzip.compress(CSV))
        archive.writestr("one.csv", CSV)
        archive.writestr("__MACOSX/._one.csv", b"\0\1")
        archive.writestr("folder/.hidden", b"x")
    sources = find_sources([path])
    assert [source.name for source in sources] == ["exports.zip/one.csv", "exports.zip/two.csv.gz"]
    assert [len(list(open_table(source).rows())) for source in sources] == [2, 2]


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_a_file_that_unpacks_to_too_much_is_refused(packed: str, tmp_path: Path) -> None:
    bomb = b"a,b\r\n" + b"1,x\r\n" * 400_000
    path = tmp_path / f"bomb.{packed}"
    if packed == "gz":
        path.write_bytes(gzip.compress(bomb))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.csv", bomb)
    (source,) = find_sources([path], max_unpacked=1_000_000)
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        list(open_table(source).rows())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "holds no text"),
        (gzip.compress(CSV, mtime=0)[:-9], "damaged or cut off"),
        (gzip.compress(CSV, mtime=0)[:-8] + b"\0" * 8, "damaged or cut off"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged or cut off"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, said: str, write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=said):
        rows_of(write(content))


def packed(path: Path, name: str) -> bytearray:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, CSV)
    return bytearray(path.read_bytes())


def test_a_zip_whose_list_leads_before_its_beginning_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "exports.zip"
    content = packed(path, "one.csv")
    end = content.rindex(b"PK\x05\x06")
    content[end + 16] += 1  # where the list begins: one further than it does, so that all files begin one earlier
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"exports\.zip/one\.csv: is damaged or cut off"):
        rows_of(path)


def test_names_of_files_are_told_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "ex\x1bports.zip"
    packed(path, "one\r\x9btwo.csv")
    (source,) = find_sources([path])
    assert source.name == "ex ports.zip/one two.csv"
    assert len(list(open_table(source).rows())) == 2
    for name, content in (("a\rb.csv", CSV), ("a\rb.gz", gzip.compress(CSV))):
        (tmp_path / name).write_bytes(content)
        (source,) = find_sources([tmp_path / name])
        assert source.name == name.replace("\r", " ")
    (tmp_path / "a\rb.zip").write_bytes(b"PK\x03\x04" + b"\0" * 50)
    with pytest.raises(DataError, match=r"^a b\.zip: is damaged"):
        find_sources([tmp_path / "a\rb.zip"])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        find_sources([tmp_path / "none.csv"])
    with pytest.raises(DataError, match="is a folder"):
        find_sources([tmp_path])


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"From mo@x.example Mon Mar  4 09:00:00 2024\nFrom: a\n", Kind.MBOX),
        (b"From,To\r\na,b\r\n", Kind.DELIMITED),
        (b'{"a": 1}', Kind.JSON),
        (b"{{first_name}},b\r\n", Kind.DELIMITED),
        (b"[Report],\r\na,b\r\n", Kind.DELIMITED),
    ],
)
def test_kinds_are_told_by_the_first_bytes(start: bytes, kind: Kind, write: Callable[..., Path]) -> None:
    (source,) = find_sources([write(start)])
    assert detect_kind(source) is kind


def test_the_same_bytes_are_read_again_and_again(write: Callable[..., Path]) -> None:
    (source,) = find_sources([write(CSV)])
    table = open_table(source)
    assert list(table.rows()) == list(table.rows())
