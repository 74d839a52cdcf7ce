"""Greetings of people whose name is not known, and postscripts without a full stop."""

import pytest

from outcome_rl.sentence_bank.people import names_somebody, with_fields
from outcome_rl.text.email_parts import email_parts


@pytest.mark.parametrize(
    "greeting",
    [
        "Dear Sir or Madam,",
        "Dear Sir/Madam,",
        "Dear Sir / Madam",
        "Dear Madam or Sir,",
        "Dear Sirs,",
        "Dear Madam,",
        "To whom it may concern,",
        "To Whom It May Concern:",
        "Ladies and Gentlemen,",
        "Dear ladies and gentlemen,",
        "Hi both,",
        "Hello again,",
        "Hi folks!",
    ],
)
def test_who_is_greeted_without_a_name_has_none(greeting):
    parts = email_parts(f"{greeting}\n\nWe clean offices.")
    assert (parts.greeting, [own.text for own in parts.body]) == (greeting, ["We clean offices."])
    assert not names_somebody(parts.greeting)
    assert "{{" not in with_fields(parts.greeting)


@pytest.mark.parametrize("greeting", ["Hi Andrea,", "Dear Madamba,", "Hi Orla,", "Dear Sirisha,"])
def test_a_name_that_begins_so_is_one(greeting):
    parts = email_parts(f"{greeting}\n\nWe clean offices.")
    assert parts.greeting == greeting and names_somebody(greeting)


@pytest.mark.parametrize("postscript", ["PS We wash mops.", "PPS We wash mops.", "PS. We wash mops.", "P.S. We wash."])
def test_a_postscript_hides_no_signature(postscript):
    parts = email_parts(f"Hi Ana,\n\nWe clean. Shall we talk?\n\nRegards,\nMartin\n\n{postscript}")
    assert (parts.sign_off, parts.signature) == ("Regards,", "Martin")
    assert [own.text for own in parts.body] == ["We clean.", "Shall we talk?"]


def test_a_firm_called_ps_is_no_postscript():
    parts = email_parts("Hi Ana,\n\nPS Rentals had this too.\n\nShall we talk?\n\nRegards,\nMartin")
    assert [own.text for own in parts.body] == ["PS Rentals had this too.", "Shall we talk?"]
