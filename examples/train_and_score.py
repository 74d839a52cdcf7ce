"""Learn what came of emails, then ask about new ones.

python examples/train_and_score.py                 # the sample data
python examples/train_and_score.py mails.csv       # yours, with the columns context, email_text, outcome
"""

from __future__ import annotations

import sys
from pathlib import Path

import outcome_rl as orl

CONTEXT = "Customer: CTO at a Healthcare firm was referred by a partner for a telehealth app."
DRAFTS = (
    "Hi, we sell software. Let me know if you are interested.",
    "Hi Dana, your partner told us that your clinics are moving to telehealth. Our app has been through that with "
    "three hospital groups. Would a 20-minute demo on Thursday suit you?",
)


def main(
    data: Path | str | None = None,
    out: Path | str = "outputs/reward_model",
    config: orl.RewardConfig | None = None,
) -> orl.RewardModel:
    """Train on the rows of ``data``, by default the sample's; say how good the model is; score two drafts."""
    rows = orl.read_emails(data or orl.sample_file("emails.csv"))
    for finding in orl.audit_emails(rows):
        print(f"{finding.severity}: {finding.message}")

    model = orl.RewardModel.train(rows, out=out, config=config, on_event=print)
    print(model.report.verdict)

    scores = model.score([CONTEXT] * len(DRAFTS), DRAFTS)
    for draft, probs, reward in zip(DRAFTS, scores.probs, scores.rewards, strict=True):
        print(f"{reward:+.2f}  converts with {probs[2]:.0%}: {draft[:60]}...")
    return model


if __name__ == "__main__":
    main(*sys.argv[1:])
