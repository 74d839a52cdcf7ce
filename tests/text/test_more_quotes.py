"""Forms of quotes and of footers that stand in exports, beyond those of the collected cases."""

import pytest

from outcome_rl.text.cleaning import clean_email

OWN = "Hi Gus,\n\nYour team still keeps its records by hand. Shall we talk on Tuesday?\n\nKind regards\nMo"


@pytest.mark.parametrize(
    "below",
    [
        "Ana wrote:\n> Thanks\n> no",
        "Ana Field schrieb:\n\n> Danke,\n> nein",
        'Gesendet: Dienstag, 05. März 2024 um 10:12 Uhr\nVon: "Ana" <ana@firm.example>\nAn: Mo\nBetreff: Note\n\nDanke',
        "---\nUrsprüngliche Nachricht\nVon: Ana <a@firm.example>\nGesendet: 05.03.2024\nBetreff: Note\n\nDanke",
        "Original message\nFrom: Ana <a@firm.example>\nDate: 5 March 2024\nSubject: Note\n\nThanks",
    ],
)
def test_what_was_quoted_is_cut(below: str) -> None:
    cleaned = clean_email(f"{OWN}\n\n{below}")
    assert cleaned.text == OWN and cleaned.kinds == ("quoted thread",)


@pytest.mark.parametrize(
    "own",
    [
        "Hi Gus,\n\nAs Ana wrote:\n> nine hours saved\n\nShall we talk?\n\nMo",
        "Hi Gus,\n\nThe original message\nwas too long.\n\nMo",
        "Hi Gus,\n\nThe date: Monday\nThe place: your office\n\nMo",
        "Hi Gus,\n\nwe keep your figures confidential and never pass them on by mistake. Shall we talk about that?",
        "Hi Gus,\n\nYour figures stay confidential.",
        "Hi Gus,\n\nEvery figure that you send stays confidential, and nobody outside of our team of four reads it.",
        "Hi Gus,\n\nA word?\n\nRegards,\nMo\nP.S. All of it is at www.firm.example",
    ],
)
def test_what_belongs_to_the_email_stays(own: str) -> None:
    assert clean_email(own).text == own


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        ("Don't want these emails? Unsubscribe", "unsubscribe footer"),
        ("Sent with Proton Mail secure email.", "signature"),
        (
            "This email and any attachments are confidential and intended solely for the use of the individual to whom "
            "it is addressed. If you have received this email in error please delete it.",
            "disclaimer",
        ),
        (
            "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie "
            "diese E-Mail.",
            "disclaimer",
        ),
    ],
)
def test_footers_are_cut(below: str, kind: str) -> None:
    cleaned = clean_email(f"{OWN}\n\n{below}")
    assert cleaned.text == OWN and cleaned.kinds == (kind,)


def test_markup_that_was_escaped_twice_and_carriage_returns_of_a_spreadsheet() -> None:
    assert clean_email("&amp;lt;p&amp;gt;Hi Gus,&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;a word&amp;lt;/p&amp;gt;").text == (
        "Hi Gus,\n\na word"
    )
    assert clean_email("Hi Gus,_x000D_\n_x000D_\na word").text == "Hi Gus,\n\na word"
