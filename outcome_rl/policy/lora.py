"""Low-rank adapters (LoRA, https://arxiv.org/abs/2106.09685) that are always merged into the weights.

A usual LoRA layer computes W x + s B (A x): two small products and several copies more for every layer and token,
which on a CPU cost more than they save. Here the model holds W + s B A itself, so that sampling and training run at
the speed of the plain model. The gradient of the merged weight, G = Yᵀ X for inputs X (N, in) and output gradients
Y (N, out), would give the adapter's: dA = s Bᵀ G and dB = s G Aᵀ. Multiplied in another order, dA = s (Y B)ᵀ X and
dB = s Yᵀ (X Aᵀ), all products are thin and G is never made: a third of the arithmetic of training falls away.

The price, where the model computes in bfloat16: W + s B A is rounded to it, and a change of less than half a step of
W's own is rounded away. A and B are float32 and keep it until it is large enough, so nothing is lost for good, but
tuning starts slowly. With B moved by the rate in each update, as Adam begins, SmolLM2-135M's weights go along with a
step size of 2e-4 by an eighth after the first update, half after five and .95 after twenty; with own words' 1.2e-3 by
.6 after the first and .99 after five (``benchmarks/merged_precision.py``). An RL step makes two updates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..config import LORA_ALPHA_PER_RANK
from ..engine.architectures import Product, one_by_one
from ..errors import ModelError
from ..utils.files import write_json
from ..utils.parallel import count_workers, parallel_map

MIN_ITEMS_PER_WORKER = 8
"""Fewest layers for a worker while adapters are merged."""


class _Merged(torch.autograd.Function):
    """x Wᵀ + bias for one or more merged W that read the same x (..., in); the gradients of x, each A and each B.

    Layers that share their input share the thin products with it, and their gradients are added up on the way. Every A
    and B is an argument so that autograd knows of them; what is read is their copies in ``layer.scaled``.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, layers: Sequence[_Layer], *adapters: Tensor) -> tuple[Tensor, ...]:
        ctx.save_for_backward(x, *(layer.merged for layer in layers))
        ctx.layers = layers
        return tuple(nn.functional.linear(x, layer.out_by_in(layer.merged), layer.bias) for layer in layers)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        x, *weights = ctx.saved_tensors
        layers: Sequence[_Layer] = ctx.layers
        rows, slopes = x.flatten(0, -2), [grad.flatten(0, -2) for grad in grads]
        ranks = [len(layer.a) for layer in layers]
        inner = (rows @ torch.cat([layer.scaled[0] for layer in layers]).T).split(ranks, 1)
        outer = torch.cat([y @ layer.scaled[1] for y, layer in zip(slopes, layers, strict=True)], 1)
        of_a = (outer.T @ rows).float().split(ranks)
        of_b = [(y.T @ part).float() for y, part in zip(slopes, inner, strict=True)]
        of_x = None
        if ctx.needs_input_grad[0]:
            out_by_in = [layer.out_by_in(weight) for layer, weight in zip(layers, weights, strict=True)]
            of_x = slopes[0] @ out_by_in[0]
            for y, weight in zip(slopes[1:], out_by_in[1:], strict=True):
                of_x.addmm_(y, weight)
            of_x = of_x.view(x.shape)
        return of_x, None, *chain(*zip(of_a, of_b, strict=True))


def products(*modules: nn.Module) -> Product:
    """The outputs of linear layers that read the same rows; with gradients, those of adapters where they have any."""
    layers: list[Any] = [getattr(module, "adapted", None) for module in modules]
    if None in layers:
        return one_by_one(*modules)
    adapters = [part for layer in layers for part in (layer.a, layer.b)]
    return lambda x: _Merged.apply(x, layers, *adapters)


State = dict[str, Tensor]
"""An adapter's tensors by name, ``<layer>.lora_A.weight`` (rank, in) and ``<layer>.lora_B.weight`` (out, rank)."""


@dataclass
class _Layer:
    name: str
    merged: nn.Parameter  # the model's own weight
    base: Tensor  # what it was
    a: nn.Parameter
    b: nn.Parameter
    bias: nn.Parameter | None
    transposed: bool  # GPT-2's Conv1D keeps (in, out)
    scale: float
    scaled: tuple[Tensor, ...] = ()  # a and b times the scale in the model's precision, for the backward pass

    def out_by_in(self, weight: Tensor) -> Tensor:
        return weight.T if self.transposed else weight

    def take(self) -> None:
        """Put base + the adapter as it is now into the model's weight."""
        self.merge(self.a, self.b)
        self.scaled = tuple((part.detach() * self.scale).to(self.base.dtype) for part in (self.a, self.b))

    def merge(self, a: Tensor, b: Tensor) -> None:
        """Put base + an adapter into the model's weight."""
        a, b = (part.to(self.base.device, self.base.dtype) for part in (a, b))
        left, right = (a.T, b.T) if self.transposed else (b, a)
        torch.addmm(self.base, left, right, alpha=self.scale, out=self.merged.data)


class Adapter:
    """A low-rank adapter on the linear layers of ``model`` from layer ``first`` on, but its head; all else is frozen.

    It starts as no change: A is random, B zero. ``scale`` is alpha / rank.
    """

    parts_at_once = True
    """Whether :meth:`backward` may work on several parts at the same time."""

    def __init__(self, model: nn.Module, rank: int, seed: int, first: int = 0) -> None:
        self.rank, self.scale = rank, float(LORA_ALPHA_PER_RANK)
        generator = torch.Generator().manual_seed(seed)
        model.requires_grad_(False)
        self.layers = [self._adapt(name, module, generator) for name, module in _linear_layers(model, first)]
        if not self.layers:
            raise ModelError("the model has no linear layers that an adapter could be put on")
        self.merge()

    def _adapt(self, name: str, module: Any, generator: torch.Generator) -> _Layer:
        weight = module.weight
        transposed = not isinstance(module, nn.Linear)
        wide, narrow = weight.shape if transposed else weight.shape[::-1]
        # uniform within ±1/sqrt(in), as nn.Linear starts
        a = (torch.rand(self.rank, wide, generator=generator) * 2 - 1) / wide**0.5
        layer = _Layer(
            name,
            weight,
            weight.detach().clone(),
            nn.Parameter(a.to(weight.device)),
            nn.Parameter(torch.zeros(narrow, self.rank, device=weight.device)),
            module.bias,
            transposed,
            self.scale,
        )
        module.adapted = layer
        module.forward = lambda x: _Merged.apply(x, [layer], layer.a, layer.b)[0]
        return layer

    def parameters(self) -> list[nn.Parameter]:
        """What is trained, in float32, in a fixed order; :meth:`add` fills their ``grad``."""
        return [parameter for layer in self.layers for parameter in (layer.a, layer.b)]

    def backward(self, loss: Tensor) -> Sequence[Tensor | None]:
        """The gradients of one part of a batch, for :meth:`add`; parts may be worked on beside each other."""
        return torch.autograd.grad(loss, self.parameters(), allow_unused=True)

    def add(self, gradients: Sequence[Tensor | None]) -> None:
        """Add a part's gradients to ``grad``: by one thread and in the parts' order, so that rounding is the same."""
        for parameter, gradient in zip(self.parameters(), gradients, strict=True):
            if gradient is not None:
                parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)

    @torch.no_grad()
    def merge(self, state: State | None = None) -> None:
        """Put base + adapter into the model's weights; ``state`` in place of the adapter's own tensors if given."""

        def merge(layers: Sequence[_Layer]) -> None:
            for layer in layers:
                if state is None:
                    layer.take()
                else:
                    layer.merge(state[f"{layer.name}.lora_A.weight"], state[f"{layer.name}.lora_B.weight"])

        count = count_workers(len(self.layers), MIN_ITEMS_PER_WORKER) if self.layers[0].base.device.type == "cpu" else 1
        list(parallel_map(merge, [self.layers[first::count] for first in range(count)], count))

    @contextmanager
    def merged_with(self, state: State) -> Iterator[None]:
        """The model with another adapter for a while."""
        self.merge(state)
        try:
            yield
        finally:
            self.merge()

    def state(self) -> State:
        """A copy of the adapter's tensors, on the CPU."""
        tensors = {}
        for layer in self.layers:
            tensors[f"{layer.name}.lora_A.weight"] = layer.a.detach().cpu().clone()
            tensors[f"{layer.name}.lora_B.weight"] = layer.b.detach().cpu().clone()
        return tensors

    def changes(self, state: State | None = None) -> bool:
        """Whether the adapter changes the model, which none does before its first update; ``state`` in place of the
        adapter's own tensors if given.
        """
        parts = (layer.b if state is None else state[f"{layer.name}.lora_B.weight"] for layer in self.layers)
        return any(bool(part.any()) for part in parts)

    def reference(self) -> State:
        """What :meth:`merged_with` takes to have the model as it is now."""
        return self.state()

    @torch.no_grad()
    def load(self, state: State) -> None:
        """Take over an adapter's tensors and merge them. Raises ModelError where they do not fit."""
        for layer in self.layers:
            for part, parameter in (("lora_A", layer.a), ("lora_B", layer.b)):
                tensor = state.get(f"{layer.name}.{part}.weight")
                if tensor is None or tensor.shape != parameter.shape:
                    raise ModelError(
                        f"the adapter does not fit the model: {layer.name}.{part} is missing or of another shape"
                    )
                parameter.copy_(tensor)
        self.merge()


def save_adapter(state: State, folder: Path, base_model: str, rank: int, transposed: bool) -> None:
    """Write an adapter in peft's format, so that peft and :func:`load_adapter` read it."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"base_model.model.{name}": tensor.contiguous() for name, tensor in state.items()}
    save_file(tensors, str(folder / "adapter_model.safetensors"))
    layers = sorted({name.removesuffix(".lora_A.weight") for name in state if name.endswith(".lora_A.weight")})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base_model,
        "r": rank,
        "lora_alpha": LORA_ALPHA_PER_RANK * rank,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": transposed,
        "target_modules": layers,
        "inference_mode": True,
    }
    write_json(folder / "adapter_config.json", config)


def load_adapter(model: Any, folder: Path) -> Any:
    """``model`` with the adapter in ``folder`` merged into it. Raises ModelError where it cannot be read."""
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(folder), torch_device=str(model.device)).merge_and_unload().eval()
    except Exception as error:  # the library raises many kinds for a broken file
        raise ModelError(f"adapter folder '{folder}' cannot be read: {error}") from error


def _linear_layers(model: Any, first: int = 0) -> list[tuple[str, Any]]:
    """(name, layer) of every linear layer but the output head, in the model's order."""
    from transformers.pytorch_utils import Conv1D

    head = model.get_output_embeddings()
    linear = [(n, m) for n, m in model.named_modules() if isinstance(m, (nn.Linear, Conv1D)) and m is not head]
    return [(name, module) for name, module in linear if _layer_number(name) >= first]


def _layer_number(name: str) -> int:
    """Which of the model's layers a module is in: ``model.layers.7.mlp.up_proj`` -> 7."""
    return next((int(part) for part in name.split(".") if part.isdigit()), 0)
