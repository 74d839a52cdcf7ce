"""Who is greeted how: by name or title where the context tells it, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outcome_rl.models.loading import load_tokenizer
from outcome_rl.policy.own_words import OwnWords
from outcome_rl.sentence_bank.bank import GREETING
from outcome_rl.sentence_bank.build import build_bank


@pytest.mark.parametrize(
    ("who", "greetings"),
    [
        ("Frau Nora Lang", {"Sehr geehrte Frau Lang,"}),
        ("Herr Nils Lang", {"Sehr geehrter Herr Lang,"}),
        ("Nora Lang", {"Guten Tag,"}),
        ("", {"Guten Tag,"}),
    ],
)
@pytest.mark.parametrize("neutral", [4, 2], ids=["most by name", "half by name"])
def test_a_greeting_by_title_is_for_who_has_it(causal_folder, who, greetings, neutral):
    tokenizer = load_tokenizer(causal_folder)
    names = ("Frau Ida Kern", "Herr Jan Moll", "Frau Eva Roth", "Herr Udo Stein", "Frau Mia Berg")
    contexts = [f"{names[i % 5]}; {('Hotel', 'Café', 'Kantine')[i % 3]}; {i} Plätze" for i in range(60)]
    emails = []
    for i in range(60):
        title, _, last = names[i % 5].split()
        greeting = f"Sehr geehrte{'r' * (title == 'Herr')} {title} {last}," if i % neutral else "Guten Tag,"
        emails.append(f"{greeting}\n\nwir liefern Müsli.\n\nDarf ich Ihnen Muster senden?\n\nViele Grüße\nJo")
    bank = build_bank(contexts, emails, [1] * 60)
    writing = OwnWords(bank, tokenizer)
    letter = writing.script(f"{who}; Hotel; 70 Plätze" if who else "Hotel; 70 Plätze")
    shown = {part.text.strip() for part in letter.plan.parts[GREETING]}
    assert shown == greetings
    by_title = replace(bank, sentences=tuple(s for s in bank.sentences if s.text != "Guten Tag,"))
    left = OwnWords(by_title, tokenizer).script("Nora Lang; Hotel; 70 Plätze").plan.parts[GREETING]
    assert left, "better a wrong title, which is seen, than no greeting"
