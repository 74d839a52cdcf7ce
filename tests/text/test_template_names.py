"""What templates are called."""

import pytest

from outcome_rl.text.template_names import is_code, template_names

FIRMS = ("Tolland Legal", "The Larder", "Fig & Vine", "Orchard Housing", "Castle Hill Primary")


def test_a_template_is_called_by_its_subject_with_gaps_for_what_each_email_has_of_its_own():
    loud = [f"Subject: How loud is the hall at {firm}?\n\nHi {firm[:3]},\n\na question." for firm in FIRMS]
    assert template_names([loud, ["Subject: Following up\n\nHi Ann,\n\nany news?"] * 3]) == [
        "How loud is the hall at …?",
        "Following up",
    ]


def test_without_a_subject_it_is_called_by_what_stands_below_the_greeting():
    assert template_names(
        [[f"Hi {name},\n\nwe ate at {name}'s on Friday. Our hall was loud too." for name in ("Ann", "Bob")]]
    ) == ["we ate at … on Friday."]


def test_templates_with_one_subject_are_told_apart_by_how_they_begin():
    one, other = (["Subject: Following up\n\nHi Ann,\n\n" + body] for body in ("any news?", "I call tomorrow."))
    assert template_names([one, other]) == ["Following up: any news?", "Following up: I call tomorrow."]
    assert template_names([one, one]) == ["Following up: any news? (1)", "Following up: any news? (2)"]


def test_strange_texts_have_names_too():
    assert template_names([["", ""], ["您好"], ["Subject:"], ["Hello"]]) == [
        "without words in common", "您好", "Subject:", "Hello"
    ]  # fmt: skip
    assert template_names([]) == []


def test_words_that_tell_nothing_between_gaps_are_no_name():
    starts = ("I saw your hall.", "I ran the press once.", "I wrote about the kiln.", "I met the owner at Lille.")
    gas = "Our kilns fire twice as fast with half the gas."
    emails = [f"Hi {start[2:5]},\n\n{start} {start[2:9]}. {gas}" for start in starts]
    assert template_names([emails]) == ["Our kilns fire twice as fast with half the …"]
    assert template_names([["Subject: Following up\n\nHi Ann,\n\nany news?"] * 3]) == ["Following up"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("88121", True), ("tpl_88121", True), ("00X5g000001AbCd", True), ("3f2a9c1e-aaaa-4bcd-9e0f-beadfeedcafe", True),
        ("v2", True), ("Follow-up 2", False), ("A", False), ("step1_A", True), ("Spring offer", False), ("", False),
    ],
)  # fmt: skip
def test_a_number_or_an_id_names_nothing(name, code):
    assert is_code(name) is code
