"""The line that says what an email is about, in any language and only at its beginning."""

import pytest

from outcome_rl.importers.templates import subject_and_body
from outcome_rl.text.calls_to_action import find_asks
from outcome_rl.text.email_parts import email_parts
from outcome_rl.text.hints import hints
from outcome_rl.text.signatures import body_start
from outcome_rl.text.subject_line import split_subject, subject_line

LABELS = ["Subject:", "Betreff:", "OBJET :", "asunto:", "Oggetto:", "Assunto:", "Onderwerp:"]


def test_the_subject_is_the_first_lines():
    assert subject_line(" SUBJECT: Hello there\nSubject: no") == "Hello there"
    assert subject_line("Hi\nSubject: no") is None
    assert split_subject("Subject:\nText") == ("", "Text")
    assert split_subject("Text") == (None, "Text")


@pytest.mark.parametrize("label", LABELS)
def test_whoever_reads_an_email_knows_it(label):
    email = f"{label} Shall we talk?\n\nHi Ana,\n\nIt rains."
    assert split_subject(email) == ("Shall we talk?", "\nHi Ana,\n\nIt rains.")
    assert email_parts(email).subject == "Shall we talk?"
    assert subject_and_body(email) == ("Shall we talk?", "Hi Ana,\n\nIt rains.")
    assert not find_asks(f"{label} Could we talk on Tuesday?")
    assert email[body_start(email) :].startswith("Hi Ana")
    assert next(hint for hint in hints(email) if hint.name == "Subject line").fine is not None
