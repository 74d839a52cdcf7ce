"""Which language texts are in."""

import csv
from pathlib import Path

import pytest

from outcome_rl.text.common_words import english_or_german
from outcome_rl.text.language import UNKNOWN, language_of

HERE = Path(__file__).parent
ROWS = list(csv.DictReader((HERE / "languages_labelled.csv").open(encoding="utf-8")))
PRODUCTS = {  # one email of each language, as they stand in exports
    "ar": "مرحباً، لقد بنينا أداة صغيرة لتخطيط المسارات تعمل بجانب نظامكم ولا تستبدل شيئاً. 0",
    "zh": "您好，我们做了一个小的路线规划工具，它与您的系统并行运行，不替换任何东西。星期二十点方便简短通话吗？ 0",
    "cs": "Dobrý den, vytvořili jsme malý nástroj pro plánování tras, který běží vedle vašeho systému. 0",
    "fi": "Hei, rakensimme pienen työkalun reittien suunnitteluun, joka toimii järjestelmänne rinnalla. 0",
    "de": "Guten Tag Frau Doe, wir haben ein kleines Werkzeug für die Tourenplanung gebaut. 0",
    "he": "שלום, בנינו כלי קטן לתכנון מסלולים שפועל לצד המערכת שלכם ואינו מחליף דבר. 0",
    "ja": "こんにちは。配送ルート計画のための小さなツールを作りました。今のシステムと並行して動きます。 0",
    "pl": "Dzień dobry, zbudowaliśmy małe narzędzie do planowania tras, które działa obok Państwa systemu. 0",
    "ru": "Здравствуйте, мы сделали небольшой инструмент для планирования маршрутов. 0",
    "en": "Hi Ana 👋🏽 quick one 🚀 about route planning 🗺️ beside what you have ✅ 👨‍👩‍👧‍👦🇩🇪 (a bakery chain 0)",
}


def test_on_labelled_texts():
    wrong = [row for row in ROWS if language_of([row["text"]]).code != row["language"].replace("nb", "no")]
    assert len(ROWS) == 70
    assert wrong == []


@pytest.mark.parametrize("code", PRODUCTS)
def test_a_file_in_one_language(code):
    guess = language_of([f"{PRODUCTS[code]}{i}" for i in range(30)])
    assert (guess.code, guess.share, guess.sure) == (code, 1.0, True)
    assert guess.is_english == (code == "en")


def test_the_language_has_a_name():
    assert language_of([PRODUCTS["de"]]).name == "German"


def test_a_file_in_two_languages_is_not_sure():
    guess = language_of([PRODUCTS["de"]] * 6 + [PRODUCTS["ru"]] * 4)
    assert (guess.code, guess.share, guess.sure) == ("de", 0.6, False)


@pytest.mark.parametrize("texts", [[], [""], ["👋🚀 123", "{{first_name}} https://example.com"]])
def test_nothing_to_go_by(texts):
    guess = language_of(texts)
    assert (guess.code, guess.name, guess.share, guess.sure) == (UNKNOWN, "unknown", 0.0, False)


def test_a_few_words_are_not_sure_but_many_short_texts_are():
    assert language_of(["Preise im Anhang."]).sure is False
    assert language_of(["Preise im Anhang.", "Hier ist der Link zum Termin.", "Passt Ihnen Dienstag?"] * 3).sure


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Would Thursday suit you for a call?", "en"),
        ("Passt Ihnen Dienstag für ein Gespräch?", "de"),
        ("Puis-je vous envoyer les tarifs par mail ?", ""),
        ("您好", ""),
        ("Interested?", "en"),
    ],
)
def test_english_german_or_neither_without_a_model(text, code):
    assert english_or_german(text) == code
