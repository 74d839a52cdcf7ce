"""The sentence that most emails have in common."""

from __future__ import annotations

from outcome_rl.text.shared_sentences import SharedSentence, most_shared

OFFER = "The first month is free for you."


def email(name: str, *sentences: str) -> str:
    return f"Hi {name},\n\n{' '.join(sentences)}\n\nBest,\nKim"


def test_it_is_counted_once_an_email_and_greeting_and_sign_off_are_none():
    emails = [email("Ana", OFFER, OFFER), email("Ben", "We make presses.", OFFER), email("Cem", OFFER), email("Dee")]
    assert most_shared(emails) == SharedSentence(OFFER, 3, 4)


def test_half_of_the_emails_are_enough_and_fewer_are_not():
    others = [email(name, f"I saw number {name} of your mills.") for name in ("Ana", "Ben", "Cem")]
    assert most_shared([*others, *[email("Dee", OFFER)] * 3]) == SharedSentence(OFFER, 3, 6)
    assert most_shared([*others, *[email("Dee", OFFER)] * 2]) is None


def test_few_emails_and_short_sentences_tell_nothing():
    assert most_shared([email("Ana", OFFER)] * 3) is None
    assert most_shared([email(name, f"Mill {name} is well known here.", "Sound good?") for name in "ABCDE"]) is None
    assert most_shared([]) is None
