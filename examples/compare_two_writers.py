"""Does one language model write better emails than another? The same contexts for both, and an interval.

python examples/compare_two_writers.py gpt2 outputs/ppo_gpt2_outcome outputs/reward_model
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import outcome_rl as orl


def main(
    base: Path | str = "gpt2",
    tuned: Path | str = "outputs/ppo_gpt2_outcome",
    reward_model: Path | str = "outputs/reward_model",
    contexts: Sequence[str] | None = None,
    sampling: orl.SamplingConfig | None = None,
) -> orl.Comparison:
    """Let both write for ``contexts``, by default the sample's, and say which one the reward model prefers."""
    known = contexts or orl.read_contexts(orl.sample_file("contexts.csv"))
    writers = {"base": orl.Writer.load(base), "tuned": orl.Writer.load(tuned)}
    result = orl.compare(writers, known, reward_model, sampling=sampling, on_event=print)

    low, high = result.gain_ci95
    print(f"{result.base.reward_mean:+.2f} against {result.tuned.reward_mean:+.2f} on {result.n} contexts")
    print(f"gain {result.gain:+.2f} (95 % interval {low:+.2f} to {high:+.2f}), {result.win_rate:.0%} of contexts won")
    print(result.verdict)
    return result


if __name__ == "__main__":
    main(*sys.argv[1:4])
