"""What is lost of a LoRA adapter's first updates where it is merged into bfloat16 weights: a reckoning on the bundled
model's own weights, without its log-probabilities.

Adam's first updates move each number of B, which starts at zero, by about the learning rate. Here they all go the same
way from update to update, and each number's way is drawn at random. "along": how far the merged weights have moved in
the direction of the exact ones, as a share of these; "error": the length of the difference, as a share of the exact
move's; "unchanged": weights that are what they were.

python benchmarks/merged_precision.py
"""

from __future__ import annotations

import torch
from safetensors import safe_open
from torch import Tensor

from outcome_rl.config import LORA_ALPHA_PER_RANK, FinetuneConfig
from outcome_rl.models.hub import find_model

MODEL, FIRST_LAYER, ROWS = "smollm2-135m-instruct", 19, 48
RANK = FinetuneConfig().lora_rank
RATES, UPDATES = (2e-4, 1.2e-3), (1, 2, 5, 10, 20)


def main() -> None:
    generator = torch.Generator().manual_seed(0)
    weights = tuned_weights()
    print("| rate | updates | along | error | unchanged |\n|---|---|---|---|---|")
    for rate in RATES:
        for updates in UPDATES:
            exact, merged = zip(*(moves(weight, rate * updates, generator) for weight in weights), strict=True)
            wanted, got = torch.cat(exact), torch.cat(merged)
            along, error = (got @ wanted) / (wanted @ wanted), (got - wanted).norm() / wanted.norm()
            print(f"| {rate:g} | {updates} | {along:.2f} | {error:.2f} | {(got == 0).float().mean():.0%} |")


def moves(weight: Tensor, size: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """How far some rows of a weight (out, in) move exactly and in bfloat16, with a B of ``size``; flat, float32."""
    out, wide = weight.shape
    a = ((torch.rand(RANK, wide, generator=generator) * 2 - 1) / wide**0.5).bfloat16()
    b = ((torch.randint(0, 2, (out, RANK), generator=generator) * 2.0 - 1) * size).bfloat16()
    merged = torch.addmm(weight, b, a, alpha=LORA_ALPHA_PER_RANK)  # as outcome_rl.policy.lora has it
    exact = LORA_ALPHA_PER_RANK * b.float() @ a.float()
    return exact.flatten(), (merged.float() - weight.float()).flatten()


def tuned_weights() -> list[Tensor]:
    """The first rows of each linear layer that is tuned by default, bfloat16."""
    with safe_open(find_model(MODEL).folder / "model.safetensors", "pt") as file:
        linear = filter(lambda name: name.endswith("proj.weight"), file.keys())
        return [file.get_slice(name)[:ROWS].bfloat16() for name in linear if layer_of(name) >= FIRST_LAYER]


def layer_of(name: str) -> int:
    """``model.layers.7.mlp.up_proj.weight`` -> 7."""
    return int(name.split(".")[2])


if __name__ == "__main__":
    main()
