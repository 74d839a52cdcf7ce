"""What this machine could do at best: a step of RL's linear layers alone, without all that stands between them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any


def step_limits(model: Any, prompts: list, options: argparse.Namespace) -> dict[str, float]:
    """Seconds of a step's linear layers alone, by phase; weights in the processor's order where that is quicker.

    All layers are read forwards, and backwards those with an adapter and what stands behind them.
    """
    import torch

    from outcome_rl.engine.packing import packed
    from outcome_rl.rl.step import WATCHED

    layers = [layer for layer in model.model.modules() if isinstance(layer, torch.nn.Linear)]
    head = model.get_output_embeddings()
    plain = [lambda x, w=layer.weight: torch.nn.functional.linear(x, w) for layer in (*layers, head)]
    joined = [packed(layer) for layer in (*layers, head)]
    ready = [lambda x, product=product: product(x)[0] for product in joined]
    widths = [layer.in_features for layer in (*layers, head)]
    outs = [layer.out_features for layer in (*layers, head)]
    first = [hasattr(layer, "adapted") for layer in layers].index(True)
    back = [lambda y, w=layer.weight: y @ w for layer in (*layers[first:], head)]
    emails = options.contexts * options.samples
    parts = -(-emails // options.micro_batch)
    body = (emails * (options.tokens - 1) + sum(map(len, prompts))) // parts  # rows in a micro-batch
    rows = [body] * len(layers) + [emails * options.tokens // parts]

    def seconds(products, sizes, counts):
        inputs = {(n, size): torch.randn(n, size, dtype=model.dtype) for size, n in zip(sizes, counts, strict=True)}
        each = list(zip(products, sizes, counts, strict=True))
        return fastest(lambda: [product(inputs[n, size]) for product, size, n in each])

    def gradients_of_adapter():
        for layer in layers[first:]:
            x, y = given[layer.in_features], given[layer.out_features]
            a, b = layer.adapted.scaled
            (y @ b).T @ x
            y.T @ (x @ a.T)

    given = {size: torch.randn(body, size, dtype=model.dtype) for layer in layers for size in layer.weight.shape}
    with torch.no_grad():
        token = min(seconds(way, widths, [emails] * len(widths)) for way in (plain, ready))
        forward = parts * min(seconds(way, widths, rows) for way in (plain, ready))
        backward = parts * seconds(back, outs[first:], rows[first:])
        adapter = parts * fastest(gradients_of_adapter)
    watched = forward / WATCHED  # without a penalty the KL is watched on a part of the emails
    return {
        "sample": token * options.tokens,
        "update_kl": 2 * forward + backward,
        "update_no_kl": forward + backward + watched,
        "adapter": adapter,
    }


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the quickest of three times."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)
