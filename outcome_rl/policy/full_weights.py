"""All weights of a model in training: what an adapter is to low-rank tuning, with the same methods."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import ModelError
from .lora import State


class Weights:
    """Every weight of ``model``, trained in float32 whatever the model computes in.

    In bfloat16 a step of 1e-5 on a weight of 0.1 would be rounded away, so a model in a lower precision is a copy of
    the weights that are trained, and its gradients are handed over to them.
    """

    parts_at_once = False
    """Whether :meth:`backward` may work on several parts at the same time."""

    def __init__(self, model: nn.Module) -> None:
        model.requires_grad_(True)
        self.merged = dict(model.named_parameters())  # tied ones occur once
        self.own = {name: self._trained(parameter) for name, parameter in self.merged.items()}

    @staticmethod
    def _trained(parameter: nn.Parameter) -> nn.Parameter:
        if parameter.dtype == torch.float32:
            return parameter
        own = nn.Parameter(parameter.detach().float())
        parameter.register_post_accumulate_grad_hook(partial(_hand_over, own))
        return own

    def parameters(self) -> list[nn.Parameter]:
        """What is trained, in float32, in a fixed order; their ``grad`` is filled by a backward pass of the model."""
        return list(self.own.values())

    def backward(self, loss: Tensor) -> None:
        """Adds the gradients of one part of a batch to ``grad`` itself: a list of them would be a second model."""
        loss.backward()

    def add(self, gradients: None) -> None:
        """Nothing is left to add."""

    @torch.no_grad()
    def merge(self) -> None:
        """Round what is trained into the model, where that is of lower precision."""
        for name, parameter in self.merged.items():
            if parameter is not self.own[name]:
                parameter.copy_(self.own[name])

    @contextmanager
    def merged_with(self, state: State) -> Iterator[None]:
        """The model with other weights for a while; they change places, so that nothing has to be copied."""
        kept = {name: parameter.data for name, parameter in self.merged.items()}
        try:
            for name, parameter in self.merged.items():
                parameter.data = state[name].to(parameter.device, parameter.dtype)
            yield
        finally:
            for name, parameter in self.merged.items():
                parameter.data = kept[name]

    def state(self) -> State:
        """A copy of the trained weights, float32, on the CPU."""
        return {name: parameter.detach().cpu().clone() for name, parameter in self.own.items()}

    def changes(self, state: State | None = None) -> bool:
        """Whether weights differ from the base's; nobody looks, and they are taken to."""
        return True

    def reference(self) -> State:
        """A copy of the model as it computes now, for :meth:`merged_with`: in its precision, where it is."""
        return {name: parameter.detach().clone() for name, parameter in self.merged.items()}

    @torch.no_grad()
    def load(self, state: State) -> None:
        """Take over weights. Raises ModelError where they do not fit."""
        for name, parameter in self.own.items():
            tensor = state.get(name)
            if tensor is None or tensor.shape != parameter.shape:
                raise ModelError(f"the weights do not fit the model: {name} is missing or of another shape")
            parameter.copy_(tensor)
        self.merge()


def _hand_over(own: nn.Parameter, computed: Any) -> None:
    """Add a gradient, once it is whole, to that of the weight that is trained."""
    gradient: Tensor = computed.grad
    own.grad = gradient.float() if own.grad is None else own.grad.add_(gradient)
    computed.grad = None
