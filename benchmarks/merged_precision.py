"""What is lost of a LoRA adapter's first updates where it is merged into bfloat16 weights.

A few policy-gradient steps in float32 on the sample's shortest emails, each with a fixed advantage of its own. At every
step, how far each email's log-probability has moved since the start, and how far with the same adapter merged into
weights that are rounded to bfloat16, all else in float32 ("rounded"), and in a model that computes in bfloat16 as well
("computed"): as a share of float32's move, and its correlation with it.

nice -n 15 python benchmarks/merged_precision.py --emails 4 --rate 2e-4 --steps 1 2 3 5
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor

import outcome_rl as orl
from outcome_rl.config import FinetuneConfig
from outcome_rl.engine.logits import length_mask
from outcome_rl.models.hub import find_model
from outcome_rl.policy.lora import Adapter
from outcome_rl.policy.model import Policy, load_policy
from outcome_rl.policy.writing import Written
from outcome_rl.rl.loss import weighted_nll

CONFIG = FinetuneConfig()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--emails", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 2, 3, 5])
    asked = parser.parse_args()
    print("| rate | step | moved, nats an email | rounded | computed | weights as they were |")
    print("|---|---|---|---|---|---|", flush=True)
    exact, coarse = (load(asked.model, kind) for kind in (torch.float32, torch.bfloat16))
    parts = shortest_emails(exact, asked.emails)
    advantages = torch.randn(len(parts), generator=torch.Generator().manual_seed(0)).tolist()
    optimizer = torch.optim.AdamW(exact.adapter.parameters(), asked.rate, betas=(0.9, 0.95), weight_decay=0.0)
    began = log_probs(exact, parts), log_probs(coarse, parts)
    for step in range(1, max(asked.steps) + 1):
        learn(exact, optimizer, parts, advantages)
        if step in asked.steps:
            found, same = compare(exact, coarse, parts, began)
            print(f"| {asked.rate:g} | {step} | {found} | {same:.0%} |", flush=True)


def compare(exact: Policy, coarse: Policy, parts: list[Written], began: tuple[Tensor, Tensor]) -> tuple[str, float]:
    """The cells of one step; share of the tuned weights that are what they were before it."""
    moved = log_probs(exact, parts) - began[0]
    adapter, own = exact.adapter, coarse.adapter
    assert isinstance(adapter, Adapter) and isinstance(own, Adapter)
    for layer in adapter.layers:
        layer.merged.data.copy_(layer.merged.data.bfloat16().float())
    rounded = log_probs(exact, parts) - began[0]
    adapter.merge()
    own.load(adapter.state())
    computed = log_probs(coarse, parts) - began[1]
    same = sum(int((layer.merged == layer.base).sum()) for layer in own.layers)
    share = same / sum(layer.base.numel() for layer in own.layers)
    return f"{float(moved.abs().mean()):.3f} | {agreement(moved, rounded)} | {agreement(moved, computed)}", share


def agreement(moved: Tensor, other: Tensor) -> str:
    """How far ``other`` went along with ``moved``, as a share of it, and their correlation."""
    share = float((moved @ other) / (moved @ moved))
    return f"{share:.2f} (r {float(torch.corrcoef(torch.stack([moved, other]))[0, 1]):.2f})"


def learn(policy: Policy, optimizer: torch.optim.Optimizer, parts: list[Written], advantages: list[float]) -> None:
    """One policy-gradient step."""
    for part, advantage in zip(parts, advantages, strict=True):
        now = policy.log_probs(part.prompts, part.batch, 1.0)
        mask = length_mask(part.batch.lengths, now.shape[1])
        loss = weighted_nll(now, torch.tensor([[advantage]]), mask) / (len(parts) * CONFIG.max_new_tokens)
        policy.adapter.add(policy.adapter.backward(loss))
    torch.nn.utils.clip_grad_norm_(policy.adapter.parameters(), CONFIG.max_grad_norm)
    optimizer.step()
    optimizer.zero_grad()
    policy.adapter.merge()


@torch.no_grad()
def log_probs(policy: Policy, parts: list[Written]) -> Tensor:
    """log π of each email, nats, (B,)."""
    found = []
    for part in parts:
        each = policy.log_probs(part.prompts, part.batch, 1.0)
        found.append((each * length_mask(part.batch.lengths, each.shape[1])).double().sum())
    return torch.stack(found)


def load(model: str, dtype: torch.dtype) -> Policy:
    return load_policy(find_model(model), CONFIG.lora_rank, CONFIG.seed, dtype, tuned_layers=CONFIG.tuned_layers)


def shortest_emails(of: Policy, count: int) -> list[Written]:
    """The sample's shortest emails, as the policy would have written them."""
    rows = orl.read_emails(orl.sample_file("emails.csv"))
    rows = rows.take(sorted(range(len(rows)), key=lambda row: len(rows.emails[row]))[:count])
    found = of.writing.targets(of.tokenizer, rows.contexts, rows.emails, CONFIG.max_new_tokens)
    return [own for own in found if own is not None]


if __name__ == "__main__":
    main()
