"""A first result in seconds: the finished example that comes with the program, with nothing to train.

Scores two emails with its reward model and reads the record of how a writer was tuned against it.

python examples/look_without_training.py
"""

from __future__ import annotations

import json

import outcome_rl as orl

CONTEXT = "Customer: owner of a bakery, asked for the price after a webinar."
DRAFTS = (
    "Hi, we sell software. Let me know if you are interested.",
    "Hi Dana, you asked for the price after our webinar: it is 40 a month. Would a call on Thursday suit you?",
)


def main() -> None:
    """Print what is expected of two drafts, then the rewards of the tuned writer's emails, evaluation by evaluation."""
    example = orl.sample_file("example")
    model = orl.RewardModel.load(example / "reward_model")
    print(model.report.verdict)

    scores = model.score([CONTEXT] * len(DRAFTS), DRAFTS)
    for draft, probs, reward in zip(DRAFTS, scores.probs, scores.rewards, strict=True):
        print(f"{reward:+.2f}  converts with {probs[2]:.0%}: {draft[:60]}...")

    for line in (example / "events.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["event"] == "rl_evaluation":
            kept = " (the best so far)" if event["best"] else ""
            judged, reward = event["judge_mean"], event["reward_mean"]
            print(f"after step {event['step']}: judge {judged:+.2f}, reward model {reward:+.2f}{kept}")


if __name__ == "__main__":
    main()
