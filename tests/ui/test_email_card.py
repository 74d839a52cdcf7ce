"""How one email is drawn: as text whatever is in it, with what the checks find, and beside the user's own emails."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from outcome_rl.generation.emails import ScoredEmail
from outcome_rl.text.checks import check_email
from outcome_rl.text.findings import find_all
from outcome_rl.ui.compare import email_card
from outcome_rl.ui.words import opinion as words

HOSTILE = "Hi <script>alert(1)</script> {Tom}, `${x}` & [Name]: could we <b>talk</b> today? It's free!\n<{}>"


def email(text: str, **others) -> ScoredEmail:
    known = {"predicted": "conversion", "reward": 0.75, "p_no_reply": 0.2, "p_reply": 0.3, "p_conversion": 0.5}
    return ScoredEmail("C", text, **{"model": "m", "candidate": 1, "check": check_email(text), **known, **others})


def plain(said: str) -> str:
    """The text of an email's body; fails where anything but our own marks is in it."""
    body = re.search(r'<div class="orl-body[^"]*">(.*?)</div>', said, re.S).group(1)
    body = re.sub(r'</mark>|<mark class="[a-z -]+">', "", body)
    assert not set("<>{}$`") & set(body)
    return html.unescape(body)


@pytest.mark.parametrize("draw", [email_card.highlighted_email, email_card.growing_email])
def test_a_strangers_text_stays_text(draw):
    assert plain(draw(HOSTILE)) == HOSTILE


def test_nothing_of_a_strangers_text_is_markup_anywhere():
    shown = email(HOSTILE, predicted="<u>")
    said = email_card.score_card(shown) + email_card.other_candidates([shown])
    for tag in ("script", "b>talk", "u>"):
        assert f"<{tag}" not in said
    assert "{" not in said


def test_what_the_checks_find_is_marked_overlapping_or_not():
    said = email_card.highlighted_email("Dear [Name]. Could we talk about our free trial? Bye.")
    marks = re.findall(r'<mark class="(.*?)">(.*?)</mark>', said.split("orl-key")[0])
    assert marks == [
        ("orl-placeholder", "[Name]"),
        ("orl-ask orl-question", "Could we talk about our "),
        ("orl-ask orl-pushy orl-question", "free"),
        ("orl-ask orl-question", " trial?"),
    ]
    key = re.findall(r">([a-z ]+)</mark>", said.split("orl-key")[1])
    assert key == ["call to action", "question", "placeholder", "pushy word"]
    assert "orl-key" not in email_card.highlighted_email("We are here.")


def test_an_email_is_held_against_the_users_own():
    assert "Compared with your emails (+0.25)</span><b>+0.50" in email_card.score_card(email("Hi.", above_own=0.5))
    assert "Against" not in email_card.score_card(email("Hi."))


def test_without_a_reward_model_the_checks_are_shown_alone():
    said = email_card.score_card(email("Could we talk?", reward=None))
    assert "Conversion" not in said
    assert "Could we talk?" in said


def test_the_fold_of_the_hints_names_what_to_look_at():
    said = email_card.score_card(email("Dear [Name], we are here!!!!!"))
    assert "Hints: look at words, questions, call to action, placeholders left, you : I and we, punctuation<" in said
    assert said.count("Boomerang") >= 3


def test_the_other_candidates_are_kept_at_hand():
    assert email_card.other_candidates([]) == ""
    rest = [replace(email("One."), candidate=2), replace(email("Two.", reward=None), candidate=3)]
    said = email_card.other_candidates(rest)
    assert "2 more drafts" in said
    assert "Draft 3</b>" in said


def test_a_folder_is_called_by_its_last_parts():
    assert email_card.model_name("/a/b/outputs/tuned") == "outputs/tuned"
    assert email_card.model_name("gpt2") == "gpt2"


def test_claims_that_nobody_gave_are_marked_and_explained():
    text = "Dear Jo,\n\nOur 400 customers save 30 % a year.\n\nBest, Eve"
    found = find_all(text, "Customer: Jo", "")
    said = email_card.highlighted_email(text, found)
    assert plain(said) == text
    assert "orl-claim" in said
    assert "check this" in said
    card = email_card.score_card(email(text, findings=found))
    assert "Check before sending" in card
    assert "a number nobody mentioned" in card
    assert "context" not in card
    assert "Check before sending" not in email_card.score_card(email(text, findings=find_all("Hello.", "", "")))


def test_no_number_of_a_model_that_is_not_trusted():
    said = email_card.prediction_html(email("Hi.", above_own=0.5), {"beats_guessing": False})
    assert not re.search(r"\d", said)
    assert "no better than guessing" in said


@pytest.mark.parametrize("ending", [".", "!", "?", "…", ":", ".)", "?!"])
@pytest.mark.parametrize(
    "second",
    ["What do you say to a call on Friday?", "Could you join a call on Friday?", "Shall we have a call on Friday?"],
)
def test_each_call_to_action_stands_in_quotes_of_its_own_and_none_is_joined_to_the_next(ending, second):
    first = f"Tell me what you think of the execution{ending}"
    said = html.unescape(email_card.checks_html(f"{first}\n\n{second}"))
    (asks,) = re.findall(rf"{re.escape(words.ASK)}</span><b>(.*?)</b>", said)
    assert asks == " ".join(f"“{ask}”" for ask in re.findall("“(.*?)”", asks)), "nothing stands between two of them"
    assert asks.endswith("call on Friday?”")
    assert not re.search(r"[.!?…:],", asks)
