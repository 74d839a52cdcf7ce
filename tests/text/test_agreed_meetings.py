"""Sixty replies, labelled before any pattern was written: thirty that agree to meet, thirty that only sound like it."""

from __future__ import annotations

import pytest

from outcome_rl.text.agreed_meetings import agrees_to_meet

AGREED = [
    "Thursday 3pm works, I sent you an invite.",
    "Thursday at 3 works for me.",
    "Tuesday 10am works. Talk then!",
    "Hi Sam, Wednesday at 14:00 works for us. Best, Ana",
    "I just sent you a calendar invite for Friday.",
    "I've sent an invite for Monday 9am.",
    "Invite sent, see you on Thursday.",
    "I booked a slot in your calendar for tomorrow.",
    "I have booked a time for next Tuesday through your link.",
    "Just booked a call for Friday 11am.",
    "Let's do Thursday at 2pm.",
    "Let's say Monday 10:30.",
    "Let's go with Wednesday 4pm, my number is below.",
    "Tuesday at 2 suits me well.",
    "Yes, Friday at noon is fine.",
    "3pm on Thursday works great.",
    "Tomorrow at 10 is perfect, speak then.",
    "Confirmed for Tuesday 3pm.",
    "I accepted your invite for Thursday.",
    "See you on Thursday at 3pm.",
    "Donnerstag 15 Uhr passt, ich habe Ihnen eine Einladung geschickt.",
    "Dienstag um 10 Uhr passt mir gut.",
    "Ich habe Ihnen eine Einladung für Freitag geschickt.",
    "Ich habe einen Termin über Ihren Link gebucht.",
    "Mittwoch 14:30 Uhr passt uns.",
    "Dann Montag um 9 Uhr, bis dann.",
    "Einladung ist raus, bis Donnerstag.",
    "Freitag um 11 Uhr ist perfekt.",
    "Termin bestätigt, Dienstag 16 Uhr.",
    "Nehmen wir Donnerstag um 10 Uhr.",
]
NOT_AGREED = [
    "Thursday 3pm does not work for me.",
    "Thursday doesn't work, sorry.",
    "Would Thursday at 3pm work for you?",
    "Can we do Tuesday 10am?",
    "If Thursday 3pm works for you, I will ask my boss first.",
    "Not sure whether Tuesday at 3 works, let me check.",
    "What times work for you?",
    "Your tool works well on Mondays, I hear.",
    "Our server went down on Tuesday at 3pm.",
    "I sent you an invoice on Thursday.",
    "I booked my holiday for next week.",
    "Please don't send me an invite.",
    "I did not book a slot, please stop.",
    "I declined your invite for Thursday.",
    "I got your invite for Thursday but I can't make it.",
    "No need for a call on Tuesday at 3pm.",
    "Thursday works better for our deliveries.",
    "We have a meeting with another supplier on Friday at 10.",
    "Thanks, I will look at it on Thursday.",
    "Maybe Thursday at 3pm works, I will come back to you.",
    "Unfortunately I have to cancel Thursday 3pm.",
    "See you at the fair on Thursday?",
    "Donnerstag 15 Uhr passt leider nicht.",
    "Passt Ihnen Dienstag um 10 Uhr?",
    "Ich habe keinen Termin gebucht.",
    "Ich habe Ihre Einladung für Freitag abgelehnt.",
    "Falls Montag um 9 Uhr passt, melde ich mich noch.",
    "Am Dienstag um 10 Uhr bin ich im Urlaub.",
    "Bitte schicken Sie mir keine Einladung.",
    "Vielleicht passt Mittwoch um 14 Uhr, ich muss erst fragen.",
]


@pytest.mark.parametrize(
    "answer",
    [
        "Thursday 3pm is booked solid.",
        "Thursday 3pm is booked for the dentist.",
        "Thursday 3pm is booked with a customer.",
        "Donnerstag 15 Uhr passt niemandem.",
        "Donnerstag 15 Uhr passt mir schlecht.",
    ],
)
def test_a_time_that_is_taken_or_suits_nobody_agrees_to_nothing(answer: str) -> None:
    assert not agrees_to_meet(answer)


def test_of_those_that_are_said_to_agree_nearly_all_do() -> None:
    found, wrong = sum(map(agrees_to_meet, AGREED)), sum(map(agrees_to_meet, NOT_AGREED))
    assert len(AGREED) == len(NOT_AGREED) == 30
    assert found / (found + wrong) >= 0.95
    assert found >= 24, "and most of those that agree are found"


@pytest.mark.parametrize("text", ["", "Yes", "Sounds good, call me.", "a " * 200 + "Thursday 3pm works."])
def test_what_names_no_meeting_or_is_long_agrees_to_none(text: str) -> None:
    assert not agrees_to_meet(text)
