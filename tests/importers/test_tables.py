"""Reading: encodings, row numbers, spreadsheets, JSON, packed files and their limits."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outcome_rl.data.encodings import detect_encoding, guess_legacy
from outcome_rl.data.headers import clean_name
from outcome_rl.data.sources import Kind, detect_kind, find_sources
from outcome_rl.data.tables import Notes, open_table
from outcome_rl.errors import DataError
from outcome_rl.importers.dates import day_comes_first, parse_date
from outcome_rl.importers.mailbox import MailKind, parse_mail, read_mailbox

TEXTS = {
    "German": ("Grüße aus München – „Schön“, äußerst günstig für Ihre Büros", ["cp1252", "mac_roman"]),
    "French": ("Bonjour, à bientôt ! L’équipe, été, déjà reçu « voilà » garçon", ["cp1252", "mac_roman"]),
    "Spanish": ("¿Cuándo? mañana será más fácil para su compañía, señor Núñez", ["cp1252", "mac_roman", "cp850"]),
    "Danish": ("Kære Søren, på grund af ændringer får vi først brød i morgen", ["cp1252", "mac_roman"]),
    "Portuguese": ("Olá, você não está à procura de soluções? Atenção às ações", ["cp1252", "mac_roman"]),
    "Polish": ("Dzień dobry, czy możemy się umówić? Łódź, źdźbło, wdzięczność", ["cp1250"]),
    "Czech": ("Dobrý den, příliš žluťoučký kůň úpěl ďábelské ódy, děkuji", ["cp1250"]),
    "more Czech": ("Dobrý den, příští týden bych vám rád ukázal náš plánovač, děkuji", ["cp1250"]),
    "Hungarian": ("Kedves Gergő, nagyon örülnék egy rövid hívásnak, Győző", ["cp1250"]),
    "Russian": ("Добрый день, Анна! Хотели бы предложить вам короткий звонок.", ["cp1251", "koi8_r"]),
    "Greek": ("Καλημέρα, θα θέλαμε να σας δείξουμε το προϊόν μας", ["cp1253"]),
    "Japanese": ("お世話になっております。来週お時間をいただけますでしょうか。", ["cp932", "euc_jp"]),
    "Chinese": ("您好，请问您下周有空吗？我们想给您介绍一下我们的产品。", ["gb18030"]),
    "quotes": ("We’d love to “show” it – it’s €40", ["cp1252", "mac_roman"]),
}


@pytest.mark.parametrize(("name", "encoding"), [(name, each) for name, (_, all_) in TEXTS.items() for each in all_])
def test_old_encodings_are_told_apart(name: str, encoding: str) -> None:
    text, _ = TEXTS[name]
    raw = text.encode(encoding)
    assert raw.decode(guess_legacy(raw)) == text


def rows_of(path: Path) -> list[list[str]]:
    (source,) = find_sources([path])
    return [record.cells for record in open_table(source).rows()]


def test_utf8_with_a_few_bytes_of_cp1252_keeps_both(write: Callable[..., Path]) -> None:
    good = "".join(f"{n},Grüße und mehr\r\n" for n in range(20)).encode()
    path = write(b"a,b\r\n" + good + "20,Größe\r\n".encode("cp1252"))
    (source,) = find_sources([path])
    assert detect_encoding(source).mixed
    assert rows_of(path)[0] == ["0", "Grüße und mehr"] and rows_of(path)[-1] == ["20", "Größe"]


def test_the_first_other_character_may_come_late(write: Callable[..., Path]) -> None:
    path = write(b"a,b\r\n" + b"1,plain text\r\n" * 200_000 + "2,Grüße\r\n".encode("cp1252"))
    assert rows_of(path)[-1] == ["2", "Grüße"]


def test_rows_are_counted_as_a_spreadsheet_counts_them(write: Callable[..., Path]) -> None:
    path = write('Report\r\n\r\na,b\r\n1,"x\r\ny\r\nz"\r\n\r\n2,w\r\n')
    (source,) = find_sources([path])
    assert [record.place for record in open_table(source).rows()] == ["row 4", "row 6 (line 8)"]


def test_a_row_with_too_many_cells_is_named(write: Callable[..., Path]) -> None:
    path = write('a,b\r\n"x\r\ny",1\r\n2,w,more\r\n')
    with pytest.raises(DataError, match=r"export.csv, row 3 \(line 4\): has 3 fields where the header has 2"):
        rows_of(path)


def test_cells_that_are_missing_at_the_end_are_empty_and_counted(write: Callable[..., Path]) -> None:
    path = write("a,b,c\r\n1,2,3\r\n4,5\r\n")
    (source,) = find_sources([path])
    notes = Notes()
    assert [record.cells for record in open_table(source).rows(notes)] == [["1", "2", "3"], ["4", "5", ""]]
    assert notes.short_rows == 1


def test_names_of_columns_lose_what_cannot_be_seen() -> None:
    assert clean_name("\ufeff Email\u00a0 Body\u200b\n") == "Email Body"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_texts_full_of_other_separators_do_not_mislead(separator: str, write: Callable[..., Path]) -> None:
    texts = ["one, two; three | four\tfive", "six, seven, eight; nine", "ten | eleven, twelve"]
    lines = [f'"{text}"{separator}{n}' for n, text in enumerate(texts)]
    assert rows_of(write("\r\n".join([f"text{separator}n", *lines]))) == [
        [text, str(n)] for n, text in enumerate(texts)
    ]


# --- spreadsheets -----------------------------------------------------------------------------------------------------


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def sheet_xml(rows: list[list[str]]) -> str:
    """A sheet with its texts in place."""

    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    data = "".join(f'<row r="{n}">{"".join(map(cell, row))}</row>' for n, row in enumerate(rows, 1))
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'


def xlsx(path: Path, sheets: dict[str, list[list[str]]], padding: int = 0) -> Path:
    """The smallest workbook that calamine reads."""
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{root}</Relationships>')
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        )
        for number, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", sheet_xml(rows))
        if padding:
            archive.writestr("xl/media/picture.bin", b"\0" * padding)
    return path


def test_the_first_sheet_that_holds_a_table_is_read(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "book.xlsx", {"Cover": [["Report"]], "Data": [["a", "b"], ["1", "x"]], "More": [["c", "d"]]})
    (source,) = find_sources([path])
    table = open_table(source)
    assert table.header == ("a", "b") and [record.cells for record in table.rows()] == [["1", "x"]]
    assert table.remarks == ("sheet 'Data' was read; left aside: Cover, More",)


def test_a_workbook_without_a_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no sheet holds a table"):
        rows_of(xlsx(tmp_path / "book.xlsx", {"Cover": [["Report"]]}))


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outcome_rl.data.workbooks.MAX_WORKBOOK", 100_000)
    with pytest.raises(DataError, match="unpacks to more than"):
        rows_of(xlsx(tmp_path / "book.xlsx", {"Data": [["a", "b"], ["1", "x"]]}, padding=200_000))


def test_a_sheet_of_open_document(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        start, end = '<table:table-cell office:value-type="string"><text:p>', "</text:p></table:table-cell>"
        return f"<table:table-row>{''.join(start + cell + end for cell in cells)}</table:table-row>"

    ns = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" '
        f'xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Data">'
        + row("a", "b") + row("1", "Grüße")
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )  # fmt: skip
    path = tmp_path / "book.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    assert rows_of(path) == [["1", "Grüße"]]


# --- JSON -------------------------------------------------------------------------------------------------------------

OBJECTS = [{"a": 1, "b": "x", "more": {"k": "v"}}, {"a": None, "c": True}]
WANTED = [["1", "x", '{"k": "v"}', ""], ["", "", "", "true"]]


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
    assert open_table(source).header == ("a", "b", "more", "c")
    assert rows_of(path) == WANTED


def test_a_broken_line_of_json_is_named(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="line 2: is not valid JSON"):
        rows_of(write('{"a": 1}\n{"a": \n'))


# --- packed files -----------------------------------------------------------------------------------------------------

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
        (b"PK\x03\x04" + b"\0" * 50, "damaged or cut off"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, said: str, write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=said):
        rows_of(write(content))


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


# --- times ------------------------------------------------------------------------------------------------------------

NINE = datetime(2024, 3, 4, 9, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024-03-04T09:12:00.000Z", NINE), ("2024-03-04T11:12:00+0200", NINE), ("2024-03-04 09:12:00", NINE),
        ("20240304T091200", NINE), ("04.03.2024 09:12", NINE), ("3/4/2024 9:12 AM", NINE), ("3/4/24, 9:12 AM", NINE),
        ("Mon, 4 Mar 2024 10:12:00 +0100", NINE), ("Mar 4, 2024 at 9:12 AM", NINE), ("1709543520", NINE),
        ("1709543520000", NINE), ("4. März 2024", MIDNIGHT), ("2024-03-04", MIDNIGHT), ("20240304", MIDNIGHT),
        ("", None), ("-", None), ("12", None), ("yes", None), ("2024", None), ("12345678", None),
        ("+1 555 010 9999", None),
        ("31/31/2024", None), ("maybe 2024-03-04", None),
    ],
)  # fmt: skip
def test_points_in_time(text: str, at: datetime | None) -> None:
    assert parse_date(text) == at


def test_a_column_tells_whether_the_day_comes_first() -> None:
    assert day_comes_first(["3/4/2024", "13/4/2024"]) is True
    assert day_comes_first(["3/4/2024", "3/14/2024"]) is False
    assert day_comes_first(["3/4/2024"]) is None
    assert parse_date("3/4/2024", day_first=True) == datetime(2024, 4, 3, tzinfo=UTC)


# --- messages ---------------------------------------------------------------------------------------------------------


def mail(head: str = "", body: str = "Hi", subject: str = "Re: A question", sender: str = "ana@firm.example") -> bytes:
    return f"From: Ana <{sender}>\r\nTo: mo@seller.example\r\nSubject: {subject}\r\n{head}\r\n{body}\r\n".encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (mail(), MailKind.MAIL),
        (mail("Auto-Submitted: no\r\n"), MailKind.MAIL),
        (mail("Auto-Submitted: auto-replied (vacation)\r\n"), MailKind.AUTOMATIC),
        (mail("X-Autoreply: yes\r\n"), MailKind.AUTOMATIC),
        (mail("Precedence: auto_reply\r\n"), MailKind.AUTOMATIC),
        (mail("Precedence: list\r\nIn-Reply-To: <1@x>\r\n"), MailKind.MAIL),
        (mail("List-Unsubscribe: <https://x.example>\r\n"), MailKind.AUTOMATIC),
        (mail(subject="Out of Office: A question"), MailKind.AUTOMATIC),
        (mail(subject="Abwesenheitsnotiz: Frage"), MailKind.AUTOMATIC),
        (mail(subject="=?utf-8?q?R=C3=A9ponse_automatique=3A_X?="), MailKind.AUTOMATIC),
        (mail(subject="Respuesta automática: X"), MailKind.AUTOMATIC),
        (mail(subject="Out of curiosity, what does it cost?"), MailKind.MAIL),
        (mail(subject="Automatic doors: a question"), MailKind.MAIL),
        (mail(sender="mailer-daemon@mx.example", subject="Undelivered Mail"), MailKind.BOUNCE),
        (mail(sender="no-reply@firm.example"), MailKind.AUTOMATIC),
    ],
)
def test_what_a_message_is(raw: bytes, kind: MailKind) -> None:
    assert parse_mail(raw).kind is kind


def test_a_message_in_any_encoding() -> None:
    head = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    assert parse_mail(mail(head, "Gr=FC=DFe")).text.strip() == "Grüße"
    wrong = mail("Content-Type: text/plain; charset=us-ascii\r\n", "x").replace(b"\r\nx", "\r\nGrüße".encode())
    assert parse_mail(wrong).text.strip() == "Grüße"
    assert parse_mail(b"\xff\xfe broken \0 bytes").text is not None


def test_from_at_the_beginning_of_a_line_is_no_new_message(write: Callable[..., Path]) -> None:
    text = (
        "From mo@x.example Mon Mar  4 09:00:00 2024\nFrom: mo@x.example\nTo: a@y.example\n\n"
        "Hi,\n\n>From Graz to you.\n\nFrom now on it prints.\n\n"
        "From mo@x.example Mon Mar  4 10:00:00 2024\nFrom: mo@x.example\nTo: b@y.example\n\nHi\n"
    )
    (source,) = find_sources([write(text, "box.mbox")])
    mails = list(read_mailbox(source))
    assert [each.recipients[0][0] for each in mails] == ["a@y.example", "b@y.example"]
    assert mails[0].text == "Hi,\n\nFrom Graz to you.\n\nFrom now on it prints.\n\n"


def test_the_same_bytes_are_read_again_and_again(write: Callable[..., Path]) -> None:
    (source,) = find_sources([write(CSV)])
    table = open_table(source)
    assert list(table.rows()) == list(table.rows())
