"""Files that people and programs might give by mistake or on purpose, the same for a seed."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.torture.cells import ALPHABETS, ENDS, UNITS

HEADERS = (
    ["context", "email_text", "outcome"],
    ["context", "email_text", "outcome", "email_text"],
    ["Context", "EMAIL TEXT", "Outcome"],
    ["Brief", "Body", "Status"],
    ["a", "b", "c"],
    ["email", "subject", "body", "opened", "replied", "bounced"],
    [""],
    ["outcome"],
    ["context", "email_text"],
    ["kontext", "nachricht", "ergebnis"],
    ["", "", ""],
    ["context;email_text;outcome"],
    ["To", "Body", "Reply date"],
    ["First Name", "Company", "Email body", "Reply text", "Meeting booked"],
)
OUTCOMES = (
    "0",
    "1",
    "2",
    "",
    "no_reply",
    "reply",
    "conversion",
    "yes",
    "no",
    "true",
    "-1",
    "1,0",
    "2024-01-02",
    "NaN",
    "mayb",
    "3",
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "shift_jis", "cp1251", "utf-7")
ENDINGS = (
    ".csv",
    ".csv",
    ".csv",
    ".tsv",
    ".txt",
    ".json",
    ".jsonl",
    ".xlsx",
    ".gz",
    ".csv.gz",
    ".zip",
    ".mbox",
    ".eml",
    ".pdf",
    "",
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<<>>\n%%EOF\n"
HTML = "<!doctype html><html><head><title>Sign in</title></head><body><p>Session expired</p>{}</body></html>"


def made_file(number: int, seed: int, folder: Path) -> Path:
    """The file of that number, written into a folder."""
    dice = Random(f"{seed}-{number}")
    content = dice.choice(KINDS)(dice)
    if dice.random() < 0.15:
        content = _bent(content, dice)
    path = folder / f"f{number}{dice.choice(ENDINGS)}"
    path.write_bytes(content)
    return path


def _cell(dice: Random) -> str:
    unit = dice.choice((*UNITS, *ALPHABETS))
    return dice.choice(
        (
            "Hi Ana, shall we talk on Monday? Regards, Bo",
            "Customer: head of sales in Ulm.",
            unit * dice.randint(0, 40),
            "".join(dice.choices(dice.choice(ALPHABETS), k=30)) + dice.choice(ENDS),
            "",
            " ",
        )
    )


def _rows(dice: Random, outcomes: tuple[str, ...] = OUTCOMES) -> list[list[str]]:
    header = list(dice.choice(HEADERS))
    wide = len(header)
    rows = [[_cell(dice) for _ in range(wide)] for _ in range(dice.choice((0, 1, 3, 20)))]
    for row in rows:
        row[-1] = dice.choice(outcomes)
        if dice.random() < 0.05:
            row.append("one too many")
        if dice.random() < 0.05:
            row.pop()
    return [header, *rows]


def _written(rows: list[list[str]], dice: Random, quoted: bool = True) -> str:
    between, end = dice.choice((",", ",", ";", "\t", "|", ", ")), dice.choice(("\n", "\r\n", "\r", "\n\n"))
    shown = [['"' + cell.replace('"', '""') + '"' if quoted else cell for cell in row] for row in rows]
    return end.join(between.join(row) for row in shown) + dice.choice(("", end))


def _table(dice: Random) -> bytes:
    return _written(_rows(dice), dice, quoted=dice.random() < 0.7).encode(dice.choice(ENCODINGS), "replace")


def _one_outcome(dice: Random) -> bytes:
    rows = [
        ["context", "email_text", "outcome"],
        *([f"Customer {n}.", f"Hi {n}, shall we talk?", "1"] for n in range(30)),
    ]
    return _written(rows, dice).encode()


def _usable(dice: Random) -> bytes:
    rows = [["context", "email_text", "outcome"]]
    rows += [[f"Customer {n}: a bakery.", _cell(dice) or f"Hi {n}, shall we talk?", str(n % 3)] for n in range(24)]
    return _written(rows, dice).encode(dice.choice(ENCODINGS), "replace")


def _wide(dice: Random) -> bytes:
    wide = dice.choice((300, 3_000, 40_000))
    return _written([[f"c{n}" for n in range(wide)], ["x"] * wide], dice).encode()


def _unbalanced(dice: Random) -> bytes:
    text = _written(_rows(dice), dice)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(text) + 1)
        text = text[:place] + '"' + text[place:]
    return text.encode()


def _mixed(dice: Random) -> bytes:
    lines = _written(_rows(dice), dice).split("\n")
    return b"\n".join((line + " é ü ß ł").encode(dice.choice(ENCODINGS[:6]), "replace") for line in lines)


def _packed(dice: Random) -> bytes:
    inside = dice.choice((_table, _usable, _binary))(dice)
    if dice.random() < 0.5:
        return gzip.compress(inside)[: dice.choice((10_000, 10_000, 30))]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in dice.choice((["emails.csv"], ["a.csv", "b.csv"], ["../x.csv"], ["xl/workbook.xml"], [])):
            archive.writestr(name, inside)
    return held.getvalue()


def _json(dice: Random) -> bytes:
    rows = _rows(dice)
    records = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    odd = dice.choice(
        ([], {}, 3, None, [1, 2], [[]], {"data": records}, {"a": {"b": records}}, records, [{}], [None, {}])
    )
    if dice.random() < 0.2:
        return b"[" * dice.choice((10, 100_000))
    return dice.choice((json.dumps(odd), "\n".join(map(json.dumps, records)))).encode()


def _mail(dice: Random) -> bytes:
    start = dice.choice(("From ana@b.co Mon Jan 01 00:00:00 2024\n", "From: a@b.co\n", "Subject: x\n"))
    body = f"From: {_cell(dice)}\nTo: {_cell(dice)}\nSubject: {_cell(dice)}\nDate: {_cell(dice)}\n\n{_cell(dice)}\n"
    return (start + body * dice.randint(0, 3)).encode("utf-8", "replace")


def _binary(dice: Random) -> bytes:
    return dice.choice(
        (
            b"",
            b"\n",
            b"\r\r\r",
            b"\0" * 1000,
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            PDF,
            PDF * 50,
            dice.randbytes(2000),
            b"PK\x03\x04",
            b"PK\x03\x04" + dice.randbytes(500),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + dice.randbytes(600),
            b"\x1f\x8b",
            b",,,\n,,,\n",
            HTML.format("x" * dice.choice((0, 10_000))).encode(),
            b"sep=;\n",
            b'"',
            b'"\n' * 100,
            b"a" * 200_000,
            b"SQLite format 3\0",
        )
    )


def _swelling(dice: Random) -> bytes:
    """Small, and large once it is read."""
    kind = dice.randrange(8)
    if kind == 0:
        return gzip.compress(b"context,email_text,outcome\n" + dice.choice((b"\n", b",,\n", b"a,b,1\n")) * 100_000)
    if kind == 1:
        return _far_cell(dice)
    if kind < 5:
        nested = dice.choice(("message/rfc822\n", 'multipart/mixed; boundary="b{n}"\n\n--b{n}'))
        parts = "".join(f"Content-Type: {nested.format(n=n)}\n" for n in range(dice.choice((3, 3_000))))
        return f"From: a@b.co\nSubject: {'=?utf-8?q?a?= ' * dice.choice((1, 2_000))}\n{parts}\nHi\n".encode()
    held = io.BytesIO()
    with zipfile.ZipFile(
        held, "w", dice.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED))
    ) as archive:
        archive.writestr("a.csv", b"0" * 1_000_000)
    return held.getvalue()


def _far_cell(dice: Random) -> bytes:
    """A workbook with one cell that lies as far out as one can."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    one = '<Relationship Id="r1" Type="' + office + '/{}" Target="{}"/>'
    far = f"{dice.choice(('A', 'C', 'XFD'))}{dice.choice((5, 1048576))}"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": link.format(one.format("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": link.format(one.format("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row r="{far.lstrip("ACDFX")}"><c r="{far}"><v>1</v></c></row></sheetData></worksheet>',
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def _bent(content: bytes, dice: Random) -> bytes:
    """With bytes lost, changed or put in."""
    for _ in range(dice.randint(1, 5)):
        place = dice.randrange(len(content) + 1)
        content = content[:place] + dice.choice((b"", b"\0", b"\xff", b'"', b"\r", b"\xc3")) + content[place + 1 :]
    return content


KINDS: tuple[Callable[[Random], bytes], ...] = (
    *(_table, _table, _table, _one_outcome, _usable, _usable, _wide, _unbalanced, _unbalanced, _mixed, _packed, _json),
    *(_mail, _binary, _swelling),
)


def complaint(path: Path) -> str:
    """What is wrong with how ``check`` takes a file; empty where it uses it, or says in a sentence why not."""
    from outcome_rl.audit.audit import audit
    from outcome_rl.data.dataset import require_trainable
    from outcome_rl.errors import OutcomeRLError
    from outcome_rl.importers.resolve import resolve_data

    try:
        rows = resolve_data(path).read()
        require_trainable(rows)
        audit(rows)
    except OutcomeRLError as told:
        said = f"{told} {getattr(told, 'remedy', '')}".strip()
        if "\n" in said or "Traceback" in said or len(said) > 3000 or not said.isprintable():
            return f"not one sentence: {said[:200]!r}"
        return "" if len(said) > 25 else f"says too little: {said!r}"
    except Exception as fault:
        return f"unexpected {type(fault).__name__}: {str(fault)[:200]}"
    return ""
