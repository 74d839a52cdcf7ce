"""Answers that turn the writer down, and those that only sound so."""

from __future__ import annotations

import pytest

from outcome_rl.text.refusals import LONGEST, is_refusal


@pytest.mark.parametrize(
    "answer",
    [
        "Not interested.",
        "Hi Sam,\n\nThanks for reaching us, but we are not interested.\n\nAna",
        "No thanks",
        "No thank you, our refrigeration contractor does all this.\n\nAndrew",
        "We're happy with paper to be honest. Please don't send any more.\n\nMarc",
        "Wir machen das mit unserer eigenen Fachkraft. Daher leider nein.\n\nViele Grüße\nKim Vogel",
        "Vielen Dank, kein Bedarf.\n\nViele Grüße\nZahnärzte Ellinghaus & Kollegen",
        "No, thank you.\nBo",
        "Please remove me from your list.",
        "please remove me",
        "Unsubscribe",
        "STOP",
        "Can you remove me from your mailing list?",
        "Please take me off this list, thanks",
        "kein Interesse",
        "Guten Tag,\n\nwir haben derzeit kein Interesse.\n\nMit freundlichen Grüßen\nAna Feld",
        "Nein danke",
        "Kein Bedarf, danke.",
        "Bitte streichen Sie mich aus Ihrem Verteiler.",
        "Bitte keine weiteren E-Mails!",
        "Bonjour,\nNous ne sommes pas intéressés.\nCordialement",
        "Non merci.",
        "Merci de me retirer de votre liste",
        "No me interesa, gracias",
        "No estamos interesados.",
        "Non siamo interessati, grazie",
        "Geen interesse.",
        "Niet geïnteresseerd",
        "Não temos interesse",
        "Nie jesteśmy zainteresowani",
        "Vi er ikke interesserede",
        "Inte intresserad",
        "I'm not interested in a call.",
        "We'll pass.",
        "I'll pass on this one, thanks",
        "Stop emailing me.",
        "Don't contact me again",
        "We aren't interested",
        "I wouldn't be interested",
        "Please unsubscribe me from this list.",
        "Thank you, but no thanks.\nNot interested at this time.",
    ],
)
def test_a_refusal(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Call me on Friday.",
        "No thank you, we would rather see the other product.",
        "No thanks, our agency does this but badly.",
        "Please don't send any more PDFs, the links are enough.",
        "Leider nein, aber am Freitag geht es.",
        "Am Montag leider nein. Mittwoch passt.",
        "Not interested right now, but call me in May.",
        "If you're not interested in X I understand. Tuesday works.",
        "We are interested, not interested in the cheap one though",
        "Not interested? Of course I am!",
        "I'll pass this on to my boss.",
        "I will pass it to Bob",
        "I'm not the one, my colleague Bob may be: not interested myself",
        "Not interested now, try again next quarter",
        "No thanks needed, happy to help",
        "Kein Interesse im Moment, melden Sie sich im Mai",
        "Sounds good, no interest rate question",
        "Pass the word",
        "Yes please, remove the attachment next time",
        "Please remove me from the thread and add Bob",
        "What does it cost?",
        "No problem, Tuesday is fine",
        "Stop by on Monday",
        "We have not yet interested the board in it, tell me more",
        "Interested, unsubscribe link is broken by the way",
        "Nein, danke der Nachfrage, uns geht es gut. Wann passt es?",
        "Ich habe Interesse, kein Problem",
        "Don't email me, call me",
        "You take me from strength to strength: Tuesday it is",
        "Please remove me as admin and then we can meet Tuesday",
        "Take me through the numbers on Tuesday",
        "Delete my address from the draft contract, then we sign.",
        "I could not be more interested",
        "no gracias a ti, nos vemos el martes",
        "Please do not contact us by phone, we prefer email: send the offer",
        "Not interested in the small plan, but the large one might do.",
        "",
    ],
)
def test_no_refusal(answer: str) -> None:
    assert not is_refusal(answer)


def test_a_long_answer_is_a_talk() -> None:
    words = ["so"] * (LONGEST - 2)
    assert is_refusal(" ".join([*words, "not interested."]))
    assert not is_refusal(" ".join([*words, "really not interested."]))


@pytest.mark.parametrize(
    "answer",
    [
        "Nehmen Sie bitte meine Bestellung entgegen: 20 Lizenzen.",
        "Ich habe keine weiteren Anfragen, wir nehmen das Angebot an.",
        "Bitte nehmen Sie uns in Ihren Newsletter auf.",
        "Please don't stop writing, I enjoy these.",
        "I wasn't interested until I saw the price. Deal.",
        "No need for that, I'll buy it.",
        "I have no interest in waiting: sign us up today.",
        "It isn't that we aren't interested. Tuesday works.",
    ],
)
def test_a_buyer_is_none(answer):
    assert not is_refusal(answer)


def test_a_list_to_be_taken_from_is_one():
    assert is_refusal("Bitte nehmen Sie mich aus dem Verteiler.")


@pytest.mark.parametrize(
    "answer",
    [
        "Wrong person.",
        "I am not the right person for this, sorry.",
        "Hi Sam,\n\nsorry, you have the wrong person.\n\nBest, Ana",
        "Guten Tag, ich bin dafür nicht zuständig.\nViele Grüße",
    ],
)
def test_the_wrong_person_turns_down_as_the_word_does_in_a_tool(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "I am not the right person, Ana Field is.",
        "Wrong person. Write to ana@x.example",
        "I'm not the right contact for this: our CFO decides such things.",
        "Ich bin nicht zuständig, das macht Frau Feld.",
        "Am I the right person for this?",
    ],
)
def test_who_hands_on_or_asks_does_not_turn_down(answer: str) -> None:
    assert not is_refusal(answer)
