"""Tune a language model against a reward of your own, here one that can be worked out by hand.

A learned reward model needs outcomes; a rule needs none. What the rule forgets, tuning finds: look at the emails, not
only at the reward.

python examples/own_reward_function.py             # eight minutes
python examples/own_reward_function.py 2           # two
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import outcome_rl as orl

WORDS = range(40, 90)


def brief_with_one_question(contexts: Sequence[str], emails: Sequence[str]) -> list[float]:
    """1 for a length that gets read, 1 for exactly one question, 1 for taking up three words or more of the context."""
    rewards = []
    for context, email in zip(contexts, emails, strict=True):
        known = {word.strip(".,:").lower() for word in context.split() if len(word) > 4}
        taken_up = known & {word.strip(".,:!?").lower() for word in email.split()}
        rewards.append(float(len(email.split()) in WORDS) + float(email.count("?") == 1) + float(len(taken_up) >= 3))
    return rewards


def main(
    minutes: float | str = 8,
    data: Path | str | None = None,
    model: Path | str = "gpt2",
    out: Path | str = "outputs/brief_writer",
    config: orl.FinetuneConfig | None = None,
) -> orl.FinetuneResult:
    """Tune for so many minutes, or as ``config`` says; show what the model wrote before and after."""
    settings = config or orl.FinetuneConfig(minutes=float(minutes))
    rows = data or orl.sample_file("emails.csv")
    reward = orl.RewardFunction(brief_with_one_question, reward_range=3)  # from 0 to 3
    result = orl.finetune(rows, reward, model=model, out=out, config=settings, on_event=print)

    print(result.verdict)
    emails = result.evaluation.emails if result.evaluation else ()  # without RL nothing is compared
    written = {role: [e for e in emails if e.model == role] for role in ("base", "tuned")}
    for before, after in list(zip(written["base"], written["tuned"], strict=True))[:3]:
        print(f"\n{before.context}\n--- before: {before.reward:.0f} of 3\n{before.email_text}")
        print(f"--- after: {after.reward:.0f} of 3\n{after.email_text}")
    return result


if __name__ == "__main__":
    main(*sys.argv[1:2])
