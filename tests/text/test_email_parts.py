"""Emails taken apart: each part, and what stays together."""

import pytest

from outcome_rl.text.email_parts import email_parts
from outcome_rl.text.findings import find_all


def body(email):
    return [sentence.text for sentence in email_parts(email).body]


def test_all_parts():
    parts = email_parts(
        "Subject: Rotas\n\nHi Ana,\n\nYou plan by hand. We do not.\n\nMay I call?\n\n"
        "Kind regards,\nRuth Hargreaves\nBrindlow"
    )
    assert (parts.subject, parts.greeting) == ("Rotas", "Hi Ana,")
    assert [(s.text, s.starts_paragraph) for s in parts.body] == [
        ("You plan by hand.", True),
        ("We do not.", False),
        ("May I call?", True),
    ]
    assert (parts.sign_off, parts.signature) == ("Kind regards,", "Ruth Hargreaves\nBrindlow")


@pytest.mark.parametrize(
    ("email", "greeting"),
    [
        ("Dear Ms Okafor,\nIt rains.", "Dear Ms Okafor,"),
        ("Good morning Derek,\n\nIt rains.", "Good morning Derek,"),
        ("Hello {{first_name}},\n\nIt rains.", "Hello {{first_name}},"),
        ("Ana,\n\nIt rains.", "Ana,"),
        ("Hi Ana, it rains.", "Hi Ana,"),
        ("Sehr geehrte Frau Schulz,\n\nes regnet.", "Sehr geehrte Frau Schulz,"),
        ("Guten Tag,\n\nes regnet.", "Guten Tag,"),
        ("Bonjour,\n\nIl pleut.", "Bonjour,"),
        ("Estimado señor García:\n\nLlueve.", "Estimado señor García:"),
        ("Madame, Monsieur,\n\nIl pleut.", "Madame, Monsieur,"),
        ("Beste Jan,\nHet regent.", "Beste Jan,"),
        ("Beste is what they sell.\n", ""),
        ("Dear Ana: it rains.", "Dear Ana:"),
        ("Preheader: It rains.", ""),
        ("Note:\nIt rains.", ""),
        ("So, it rains.", ""),
        ("It rains.", ""),
    ],
)
def test_greetings(email, greeting):
    assert email_parts(email).greeting == greeting
    assert len(email_parts(email).body) == 1


@pytest.mark.parametrize(
    ("end", "sign_off", "signature"),
    [
        ("Best,\nRuth", "Best,", "Ruth"),
        ("Mit freundlichen Grüßen\nRuth", "Mit freundlichen Grüßen", "Ruth"),
        ("Viele Grüße aus Ulm\nRuth", "Viele Grüße aus Ulm", "Ruth"),
        ("Ruth Hargreaves\nBrindlow", "", "Ruth Hargreaves\nBrindlow"),
        ("Cheers", "Cheers", ""),
        ("-D.", "", "-D."),
        ("– Ruth", "", "– Ruth"),
        ("R.", "", "R."),
        ("Regards, Ruth Hale, Brindlow Rota, 01933 555 142", "Regards,", "Ruth Hale, Brindlow Rota, 01933 555 142"),
        (
            "Regards,\nRuth Hale, Brindlow Rota Planning, 01933 555 142",
            "Regards,",
            "Ruth Hale, Brindlow Rota Planning, 01933 555 142",
        ),
        ("Best wishes – Ruth", "Best wishes –", "Ruth"),
        ("Thanks, Ruth", "Thanks,", "Ruth"),
        (
            "Thank you,\nRuth Hargreaves | Account Executive, Brindlow Rota | 614-555-0142",
            "Thank you,",
            "Ruth Hargreaves | Account Executive, Brindlow Rota | 614-555-0142",
        ),
    ],
)
def test_ends(end, sign_off, signature):
    parts = email_parts(f"Hi Ana,\n\nIt rains.\n\n{end}")
    assert (parts.sign_off, parts.signature) == (sign_off, signature)
    assert [sentence.text for sentence in parts.body] == ["It rains."]


@pytest.mark.parametrize("label", ["Preheader", "Preview text", "Vorschau"])
def test_a_preheader_hides_no_greeting(label):
    parts = email_parts(f"Subject: Your rota\n{label}: Nine hours back\n\nHi Ana,\n\nShall we talk?")
    assert parts.subject == f"Your rota\n{label}: Nine hours back"
    assert parts.greeting == "Hi Ana," and [own.text for own in parts.body] == ["Shall we talk?"]
    assert email_parts(f"{label}: Nine hours back\nShall we talk?").subject == "", "no greeting, so it is the email"


@pytest.mark.parametrize("last", ["Thanks, Monday is fine.", "Best, and I mean it, is oak", "Best of all is Oak"])
def test_a_line_that_goes_on_is_not_signed(last):
    parts = email_parts(f"Hi Ana,\n\nIt rains.\n{last}\n\nDo you agree?")
    assert (parts.sign_off, parts.signature) == ("", "")


@pytest.mark.parametrize(
    "last",
    ["Thanks, Monday is fine.", "Best, and I mean it, is oak", "Tuesday, Wednesday or Friday, whichever is best"],
)
def test_nor_is_a_sentence_at_the_end(last):
    parts = email_parts(f"Hi Ana,\n\nIt rains.\n\n{last}")
    assert (parts.sign_off, parts.signature) == ("", "")


def test_thanks_inside_an_email_are_no_end():
    email = "Hi Ana,\n\nThanks\n\nYou plan each week by hand, as most do. We draft it. You check it. It suits.\n\nYes."
    assert email_parts(email).sign_off == ""
    assert len(body(email)) >= 4


def test_a_sentence_that_needs_the_one_before_stays_with_it():
    assert body("The clock was broken. That is why I write. You may know.") == [
        "The clock was broken. That is why I write.",
        "You may know.",
    ]
    assert body("Wir planen. Deshalb schreibe ich. Morgen rufe ich an.") == [
        "Wir planen. Deshalb schreibe ich.",
        "Morgen rufe ich an.",
    ]
    assert body("We plan shifts.\n\nThey are never late.") == ["We plan shifts. They are never late."]
    assert body("We plan shifts.\n\nBut you do not.") == ["We plan shifts.", "But you do not."]


@pytest.mark.parametrize("email", ["", "   ", "\n\n---\n", "Subject:"])
def test_an_email_may_have_no_body(email):
    assert body(email) == []


def test_findings_are_claims_and_problems_in_plain_words():
    context = "Customer: CTO at a Healthcare firm; about our telehealth app."
    fine = find_all("Hi {{first_name}},\n\nMay I show you our telehealth app?\n\nBest,\n{{sender_name}}", context, "")
    assert (fine.claims, fine.sense.certain) == ((), ())
    email = "Hi {{first_name}},\n\nOur telehealth app saves 37 percent. May I"
    found = find_all(email, context, "").to_dict()
    assert [claim["kind"] for claim in found["claims"]] == ["result"]
    assert found["problems"][0].startswith("It stops in the middle")
    assert find_all(email, context, "It saves 37 percent.").claims == ()


def test_a_price_stands_by_itself_and_whatever_else_refers_to_a_sentence_stays_with_it():
    price = "It costs £39 a month and there is no contract."
    assert body(f"Hi Ana,\n\nOur app plans shifts. {price}\n\nKind regards,\nRo") == ["Our app plans shifts.", price]
    assert len(body("Hi Ana,\n\nOur app plans shifts. It saves an hour a day.\n\nKind regards,\nRo")) == 1


@pytest.mark.parametrize("mark", ["P.S.", "PS:", "P. S.", "p.s.", "P.S.:", "P.P.S.", "PS,"])
def test_what_stands_below_the_signature_is_no_part(mark):
    email = f"Hi Ana,\n\nWe met at the fair. PS is short for more.\n\nBest,\nSam\n\n{mark} A name is plenty.\nOr two."
    parts = email_parts(email)
    assert (parts.sign_off, parts.signature) == ("Best,", "Sam")
    assert [sentence.text for sentence in parts.body] == ["We met at the fair.", "PS is short for more."]


@pytest.mark.parametrize("line", ["PSUs fail at night.", "PS 5 consoles sell well.", "PS Audio makes speakers."])
def test_a_word_that_begins_with_those_letters_is_none(line):
    assert email_parts(f"Hi Ana,\n\n{line}\n\nBest,\nSam").body[0].text == line


def test_what_stands_below_a_postscript_stays():
    parts = email_parts("Hi Ana,\n\nWe met.\n\nPS: it is free.\n\nBest,\nBo")
    assert ([sentence.text for sentence in parts.body], parts.sign_off, parts.signature) == (["We met."], "Best,", "Bo")


@pytest.mark.parametrize(("second", "stays"), [("Die sind von uns.", True), ("Die Kornmühle liefert sie.", False)])
def test_what_points_back_stays_with_what_it_points_at(second, stays):
    parts = email_parts(f"Guten Tag,\n\neine Bekannte aß bei Ihnen Linsen. {second}\n\nBeste Grüße\nJo")
    assert (len(parts.body) == 1) is stays


def test_a_full_stop_within_a_name_ends_no_sentence():
    said = "It saves Pike Health Dept. time. We know Kerr Bros. Dairies too. We met at Pike Health Dept. It is late."
    email = f"Hi Ana,\n\n{said}"
    assert body(email)[0] == "It saves Pike Health Dept. time."
    assert "We met at Pike Health Dept." in " ".join(body(email))
    assert not any(text.startswith("time") for text in body(email))


def test_a_merge_field_alone_is_no_sentence():
    email = email_parts(
        "Hi Bo,\n\nWe do it.\n\nAll the best for Oak Barn Ltd,\n\n{{sender.first_name}}\n\nNo. 5, Oak Lane"
    )
    assert "{{sender.first_name}}" not in [sentence.text for sentence in email.body]


@pytest.mark.parametrize("wish", ["All the best for Saarinen Forest Machines Oy,", "All the best for the season,"])
def test_a_wish_for_somebody_is_a_sign_off(wish):
    email = email_parts(f"Hi Bo,\n\nWe do it. Shall I call?\n\n{wish}\nTom Lind")
    assert (email.sign_off, email.signature) == (wish, "Tom Lind")
    assert [sentence.text for sentence in email.body] == ["We do it.", "Shall I call?"]
