"""How fast emails are written and learned from on a GPU: ours, as it was and in blocks, beside ``generate`` and vLLM.

    python benchmarks/gpu_sampling.py [--sizes 0.1B 0.4B 1.7B] [--json]

Models have the shapes of SmolLM2's and random weights with a head of their own, since speed does not depend on what
weights are; nothing is downloaded. The ways take turns, and the median of some rounds counts:

- ``blocks``: with shapes that stay (``outcome_rl/engine/static_decoding.py``), on a GPU a captured graph;
- ``leaving``: rows that end leave the batch, caches grow; on a GPU through transformers' own forward pass;
- ``generate``: transformers' own;
- ``vllm``: where it is installed and there is a GPU; started once, and not timed while it starts.

``--mean-length N``: about one token in N ends an email, so that emails end at different times; all are of the longest
length where it is 0. Tokens a second are those of emails, whatever else was computed. An update is all emails' log-
probabilities and their gradients in an adapter, ``packed`` (without padding) and ``plain`` (transformers' own pass).

``same_emails``: the share of ``blocks``' that are ``leaving``'s token for token. Ways that add up in another order
differ in some tokens by one place in the vocabulary: 49,152 of them lie so close that a rounding decides.

Without a GPU the same runs on the processor with a tiny model: that says whether the script works, nothing of a GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch
from torch import Tensor

VOCABULARY = 49152
SIZES = {  # hidden, between, layers, heads, heads of keys
    "tiny": (64, 128, 2, 4, 2),
    "0.1B": (576, 1536, 30, 9, 3),
    "0.4B": (960, 2560, 32, 15, 5),
    "1.7B": (2048, 8192, 24, 32, 32),
}
NOTHING_TOLD = "No GPU here: these figures are of a processor and tell nothing about a GPU."


def main() -> int:
    options = parsed()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sizes = options.sizes or (["0.1B", "0.4B", "1.7B"] if device.type == "cuda" else ["tiny"])
    dtype = getattr(torch, options.dtype or ("bfloat16" if device.type == "cuda" else "float32"))
    note = None if device.type == "cuda" else NOTHING_TOLD
    if note:
        print(note, file=sys.stderr)
    report: dict[str, Any] = {"device": named(device), "note": note, "sizes": {}}
    for size in sizes:
        report["sizes"][size] = found = measured(options, size, device, dtype)
        print(f"{size}: {json.dumps(found)}", file=sys.stderr)
    report["load"] = os.getloadavg()[0]
    if options.json:
        print(json.dumps(report))
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="*", choices=SIZES, help="of models; on a processor the tiny one")
    parser.add_argument("--contexts", type=int, default=8)
    parser.add_argument("--samples", type=int, default=4, help="emails for each context")
    parser.add_argument("--tokens", type=int, default=64, help="longest email")
    parser.add_argument("--prompt", type=int, default=70, help="tokens of the longest prompt; others are shorter")
    parser.add_argument("--mean-length", type=int, default=0, help="about one token in so many ends an email")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dtype", choices=["bfloat16", "float32"])
    parser.add_argument("--json", action="store_true", help="the last line of the output is one JSON object")
    return parser.parse_args()


def named(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} threads"


def measured(options: argparse.Namespace, size: str, device: torch.device, dtype: torch.dtype) -> dict[str, Any]:
    """Tokens a second of each way of writing, seconds of each way of updating, and whether emails are the same."""
    model = made(size, device, dtype)
    generator = torch.Generator().manual_seed(1)
    lengths = [max(1, options.prompt - 3 * number) for number in range(options.contexts)]
    prompts = [torch.randint(1, VOCABULARY, (n,), generator=generator).tolist() for n in lengths]
    stops = list(range(VOCABULARY // options.mean_length)) if options.mean_length else []
    ways = writers(options, model, prompts, stops)
    emails = {name: way() for name, way in ways.items()}  # not timed: kernels are chosen, graphs captured
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            count, seconds = timed(way, device)
            rates[name].append(count / seconds)
    blocks, leaving = emails["blocks"], emails["leaving"]
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "tokens_per_second": {name: statistics.median(found) for name, found in rates.items()},
        "lowest_and_highest": {name: [min(found), max(found)] for name, found in rates.items()},
        "same_emails": float((blocks.tokens == leaving.tokens).all(1).float().mean()),
        "update_seconds": updates(options, model, prompts, leaving, device),
    }


def made(size: str, device: torch.device, dtype: torch.dtype) -> Any:
    """A model of random weights, large enough for it to prefer some tokens to others."""
    from transformers import AutoConfig, AutoModelForCausalLM

    hidden, between, layers, heads, of_keys = SIZES[size]
    config = AutoConfig.for_model(
        "llama", vocab_size=VOCABULARY, hidden_size=hidden, intermediate_size=between, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=of_keys, max_position_embeddings=2048, initializer_range=0.2,
        tie_word_embeddings=False, bos_token_id=None, eos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(config).to(device, dtype).eval()


def writers(
    options: argparse.Namespace, model: Any, prompts: list[list[int]], stops: list[int]
) -> dict[str, Callable[[], Any]]:
    """Each way of writing the emails."""
    from outcome_rl.engine.sampling import sample

    def ours(in_blocks: bool) -> Any:
        seeded = torch.Generator().manual_seed(0)
        return sample(model, prompts, options.samples, options.tokens, stops, seeded, in_blocks=in_blocks)

    ways = {"blocks": lambda: ours(True), "leaving": lambda: ours(False)}
    ways["generate"] = lambda: generated(options, model, prompts, stops)
    if model.device.type == "cuda" and find_spec("vllm"):
        ways["vllm"] = of_vllm(options, model, prompts, stops)
    return ways


@torch.no_grad()
def generated(options: argparse.Namespace, model: Any, prompts: list[list[int]], stops: list[int]) -> Tensor:
    """How many tokens each email has, by transformers' ``generate``, (B,)."""
    from outcome_rl.engine.padding import pad_left

    ids, mask = pad_left([prompt for prompt in prompts for _ in range(options.samples)], model.device)
    whole = model.generate(
        ids, attention_mask=mask, do_sample=True, top_k=0, max_new_tokens=options.tokens,
        eos_token_id=stops or None, pad_token_id=0,
    )[:, ids.shape[1] :]  # fmt: skip
    ends = torch.isin(whole, torch.tensor(stops, device=whole.device)).int()
    return torch.where(ends.any(1), ends.argmax(1) + 1, whole.shape[1])


def of_vllm(
    options: argparse.Namespace, model: Any, prompts: list[list[int]], stops: list[int]
) -> Callable[[], list[int]]:
    """What writes the emails through vLLM, which reads the model from a folder; how many tokens each has."""
    from tempfile import TemporaryDirectory

    import vllm

    folder = TemporaryDirectory()
    model.save_pretrained(folder.name)
    engine = vllm.LLM(folder.name, skip_tokenizer_init=True, gpu_memory_utilization=0.4, max_model_len=1024)
    params = vllm.SamplingParams(
        n=options.samples, max_tokens=options.tokens, stop_token_ids=stops, ignore_eos=True, detokenize=False
    )

    def written(kept: Any = folder) -> list[int]:
        answers = engine.generate([{"prompt_token_ids": prompt} for prompt in prompts], params, use_tqdm=False)
        return [len(email.token_ids) for answer in answers for email in answer.outputs]

    return written


def updates(
    options: argparse.Namespace, model: Any, prompts: list[list[int]], batch: Any, device: torch.device
) -> dict[str, float]:
    """Seconds of an update from the emails, and its peak memory in MB where that is known."""
    from types import SimpleNamespace

    from outcome_rl.policy.logprobs import log_probs, plain_log_probs
    from outcome_rl.policy.model import WritingModel, make_policy

    policy = make_policy(WritingModel("random", SimpleNamespace(), model), 16, 0)
    repeated = [prompt for prompt in prompts for _ in range(options.samples)]
    found = {}
    for name, way in (("packed", log_probs), ("plain", plain_log_probs)):

        def update(way: Any = way) -> list[int]:
            for rows in torch.arange(len(repeated)).split(8):
                part = batch.take(rows.to(device))
                logp = way(model, [repeated[row] for row in rows.tolist()], part.tokens, part.lengths, 1.0)
                (logp * part.chosen()).sum().backward()
            for parameter in policy.adapter.parameters():
                parameter.grad = None
            return [1]

        update()
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        found[name] = statistics.median(timed(update, device)[1] for _ in range(options.rounds))
        if device.type == "cuda":
            found[f"{name}_peak_mb"] = torch.cuda.max_memory_allocated(device) / 2**20
    return found


def timed(way: Callable[[], Any], device: torch.device) -> tuple[int, float]:
    """Tokens written and the seconds it took."""
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    began = time.perf_counter()
    made = way()
    wait()
    seconds = time.perf_counter() - began
    lengths = getattr(made, "lengths", made)
    return int(sum(lengths)), seconds


if __name__ == "__main__":
    sys.exit(main())
