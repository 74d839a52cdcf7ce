"""Answers that nobody wrote, told apart from what people write when they were away."""

import pytest

from outcome_rl.text.automatic_replies import is_automatic_subject, is_automatic_text


@pytest.mark.parametrize(
    "subject",
    [
        *("Automatic reply: A note", "Out of Office Re: A note", "OOO Re: A note", "Annual Leave: A note"),
        *(
            "Abwesenheitsnotiz: A note",
            "Ferienabwesenheit",
            "Nicht im Büro: A note",
            "Urlaub",
            "Automatische Antwort: x",
        ),
        *("Réponse automatique : A note", "Absence : A note", "En congés : A note", "Fuori ufficio: x", "Frånvaro: x"),
        *("Respuesta automática: x", "Poissa: x", "Nieobecność: x", "Автоответ: x", "自動返信: x", "自动回复: x"),
    ],
)
def test_subjects_of_programs(subject: str) -> None:
    assert is_automatic_subject(subject)


@pytest.mark.parametrize(
    "subject", ["Re: A note", "AW: Urlaubsplanung", "Absenteeism at your plant", "Auto parts", "Re: Office space", ""]
)
def test_subjects_of_people(subject: str) -> None:
    assert not is_automatic_subject(subject)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until March 5 with limited access to my email. For urgent matters call Bo.",
        "Vielen Dank für Ihre Nachricht. Ich bin bis zum 5. März nicht im Büro und habe keinen Zugriff auf E-Mails.",
        "Bonjour, je suis absent du bureau jusqu’au 5 mars. Pour toute urgence, contactez Bo.",
        "Estoy fuera de la oficina hasta el 5 de marzo.",
        "I am out of the office until March 5. For urgent matters send me a text; Bo is happy to help as well.",
        "This mailbox is no longer monitored.",
        "We have received your message and will get back to you shortly.",
    ],
)
def test_texts_of_programs(text: str) -> None:
    assert is_automatic_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, I was out of the office last week. Yes, let us talk on Tuesday.",
        "I am on vacation until Monday - happy to talk then!",
        "Ich war im Urlaub, jetzt gern.",
        "Our office manager is out, but I am in. Call me.",
        "Je suis absent lundi, mais volontiers mardi ?",
        "We have received your message, and it sounds good. Let's talk on Tuesday.",
        "Not interested, please remove me.",
        "",
    ],
)
def test_texts_of_people(text: str) -> None:
    assert not is_automatic_text(text)
