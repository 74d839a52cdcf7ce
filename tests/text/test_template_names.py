"""What templates are called."""

from outcome_rl.text.template_names import template_names

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
