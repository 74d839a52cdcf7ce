"""Cells in the coding of a mail or a word processor are read; what only looks so is left."""

from __future__ import annotations

import pytest

from outcome_rl.text.cleaning import clean_email, clean_line
from outcome_rl.text.encoded_text import encoded_words, quoted_printable, rtf

LINE = "We plan the rota of a hundred depots, and your drivers would see their shifts on a Monday."


@pytest.mark.parametrize(
    ("coded", "plain"),
    [
        ("It=E2=80=99s a demo", "It’s a demo"),
        ("Gr=C3=BC=C3=9Fe aus K=C3=B6ln", "Grüße aus Köln"),
        ("Sch=F6ne Gr=FC=DFe", "Schöne Grüße"),
        (f"Hi Ana,\n\n{LINE[:75]}=\n{LINE[75:]}", f"Hi Ana,\n\n{LINE}"),
        (f"{LINE[:50]}=\r\n{LINE[50:]}=20\r\nSam", f"{LINE} \r\nSam"),
        ('<p style=3D"x">Hi Ana</p>', '<p style="x">Hi Ana</p>'),
        ("Caf=C3=A9 costs 5 =3D 5", "Café costs 5 = 5"),
        ("It=E2=80=99s=", "It’s"),
        ("=F0=9F=98=80 hello", "😀 hello"),
        ("It=E2=80=99s https://a.example/?id=3DAB12&b=\n=3D2", "It’s https://a.example/?id=AB12&b=2"),
    ],
)
def test_quoted_printable(coded: str, plain: str) -> None:
    text, cuts = quoted_printable(coded)
    assert text == plain and [cut.kind for cut in cuts] == ["quoted-printable"]


@pytest.mark.parametrize(
    "text",
    [
        "price=20 per seat",
        "2+2=4",
        "x=3D model",
        "https://a.example/?id=AB&b=C3=A9x",
        "a =E9 b",
        "code=E4 and key=FC",
        "width=80px",
        "Title\n=====\ntext",
        "a=\nb",
        "It=E2=80=99s 5 = 5",
        "key=C3",
        "see www.a.example/?q=caf=E9s now",
        "weight=92t",
        "E=MC2",
        "aGVsbG8gd29ybGQ=\nYWJj",
        "Your plan=\nOur plan",
        "acme.example/?ref=E9abc",
        f"{LINE[:75]}=\n{LINE[75:]}\n{LINE}",
        "It=E2=80=99s https://a.example/?id=AB12 now",
    ],
)
def test_what_is_no_quoted_printable(text: str) -> None:
    assert quoted_printable(text) == (text, [])


@pytest.mark.parametrize(
    ("coded", "plain"),
    [
        ("=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("Re: =?utf-8?B?R3LDvMOfZQ==?= an Ana", "Re: Grüße an Ana"),
        ("=?iso-8859-1?q?Sch=F6ne_Gr=FC=DFe?=", "Schöne Grüße"),
        ("Gr=C3=BC=C3=9Fe", "Grüße"),
    ],
)
def test_subjects(coded: str, plain: str) -> None:
    assert clean_line(coded) == plain


def test_a_coded_subject_before_a_text() -> None:
    cleaned = clean_email("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\nHi Ana")
    assert cleaned.text == "Subject: Grüße\n\nHi Ana" and cleaned.kinds == ("quoted-printable",)


@pytest.mark.parametrize(
    "text", ["=?x?", "=?nosuch?Q?abc?=", "what =? that", "=?UTF-8?B?!!!?=", "=?UTF-8?Q??=", "=?UTF-8?Q?abc?= " * 300]
)
def test_what_is_no_encoded_word_is_left(text: str) -> None:
    assert encoded_words(text) == (text, [])


RTF = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Calibri;}}{\colortbl ;\red0\green0\blue0;}{\*\generator Riched;}"
    r"\viewkind4\uc1\pard\f0\fs22 Hi Ana,\par\par We plan the \b rota\b0  of Gr\'fc\'dfe GmbH.\line "
    r"It\u8217?s \{quick\}.\par "
    "\n"
    r'{\field{\*\fldinst{HYPERLINK "https://a.example"}}{\fldrslt{our page}}}\par Sam\u-10179?\u-8704?}'
)


def test_rtf() -> None:
    text, cuts = rtf(RTF)
    assert text == "Hi Ana,\n\nWe plan the rota of Grüße GmbH.\nIt’s {quick}.\nour page\nSam😀"
    assert [cut.kind for cut in cuts] == ["rtf"] and cuts[0].text.startswith("{\\rtf1")
    assert clean_email("  " + RTF).text == text


def test_rtf_without_words_is_empty() -> None:
    assert clean_email(r"{\rtf1\ansi{\pict\wmetafile8 0100090000}}").text == ""
    assert clean_email(r"{\rtf1\ansi{\pict\wmetafile8 0100090000}}").kinds == ("rtf",)


@pytest.mark.parametrize("text", ["We read {\\rtf1} files.", "{rtf1}", "{\\rt"])
def test_what_is_no_rtf(text: str) -> None:
    assert rtf(text) == (text, [])


def test_east_asian_and_broken_rtf() -> None:
    assert rtf(r"{\rtf1\ansi\ansicpg932 \'93\'fa\'96\'7b}")[0] == "日本"
    assert rtf(r"{\rtf1\ansi\ansicpg99999 caf\'e9 \u {{{ a} \u55 b")[0].startswith("café")


def test_hostile_cells_are_read() -> None:
    """Hundreds of thousands of letters: what took their square would not come back within the hour."""
    for piece in ("{", "}", "\\", "\\'", "\\u1", "{\\field{\\*\\fldinst{HYPERLINK ", "\\par", "\\bin99999 "):
        assert len(rtf("{\\rtf1 " + piece * 80_000)[1]) == 1
    for piece in ("=", "=C3", "=\n", "=E2=80=99", "http://a", "a=", "<a b=3", "=3D", "=?utf-8?q?", " =\n"):
        assert len(quoted_printable(piece * 80_000)[0]) <= len(piece) * 80_000
        assert encoded_words(piece * 80_000)[1] == []
