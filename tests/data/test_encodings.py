"""Encodings are told apart, and rows counted, whatever wrote the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from outcome_rl.data.encodings import detect_encoding, guess_legacy
from outcome_rl.data.headers import clean_name
from outcome_rl.data.sources import find_sources
from outcome_rl.data.tables import Notes, open_table
from outcome_rl.errors import DataError
from tests.helpers.written_files import rows_of

TEXTS = {
    "German": ("Grüße aus München – „Schön“, äußerst günstig für Ihre Büros", ["cp1252", "mac_roman"]),
    "French": ("Bonjour, à bientôt ! L’équipe, été, déjà reçu « voilà » garçon", ["cp1252", "mac_roman"]),
    "Spanish": ("¿Cuándo? mañana será más fácil para su compañía, señor Núñez", ["cp1252", "mac_roman", "cp850"]),
    "Danish": ("Kære Søren, på grund af ændringer får vi først brød i morgen", ["cp1252", "mac_roman"]),
    "Irish names": ("Hello Declan, I measure rooms. Niamh Ó Briain, Hushwell, Cork", ["cp1252", "mac_roman"]),
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
    assert clean_name("won\x9b31m\u2028lost\ue000") == "won 31m lost"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_texts_full_of_other_separators_do_not_mislead(separator: str, write: Callable[..., Path]) -> None:
    texts = ["one, two; three | four\tfive", "six, seven, eight; nine", "ten | eleven, twelve"]
    lines = [f'"{text}"{separator}{n}' for n, text in enumerate(texts)]
    assert rows_of(write("\r\n".join([f"text{separator}n", *lines]))) == [
        [text, str(n)] for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize("text", ["7;Müller – „ja“ · 5 €", "7;Müller"])
def test_a_mark_before_what_is_no_utf_8_is_not_believed(text: str, write: Callable[..., Path]) -> None:
    table = f"Größe;Anrede\r\n{text}\r\n3;x\r\n"
    for raw, remarks in ((b"\xef\xbb\xbf" + table.encode("cp1252"), 1), (f"\ufeff{table}".encode(), 0)):
        (source,) = find_sources([write(raw)])
        assert open_table(source).header == ("Größe", "Anrede") and len(open_table(source).remarks) == remarks
        assert rows_of(write(raw)) == [text.split(";"), ["3", "x"]]
