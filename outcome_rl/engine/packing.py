"""A model's linear layers in the order of weights that the processor reads quickest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..utils.cpu import threads
from .architectures import Bind, Product, has_fast_path


class Packing:
    """:func:`packed` for the linear layers of a model's ``layers``, all where None, each made once.

    ``copied``: the products keep the weights as they are now, whatever becomes of the model's. ``known``: those that
    are made already.
    """

    def __init__(
        self, model: Any, layers: range | None = None, copied: bool = False, known: Packing | None = None
    ) -> None:
        self._made: dict[tuple[nn.Module, ...], Product] = dict(known._made) if known else {}
        self._copied = copied
        family = has_fast_path(model)
        assert family is not None, "made for models with a fast path"
        family(model, self, layers)

    def __call__(self, *layers: nn.Module) -> Product:
        """The product of these layers, joined."""
        if layers not in self._made:
            self._made[layers] = packed(*layers, copied=self._copied)
        return self._made[layers]

    def for_all_threads(self) -> Bind:
        """The same products, by all threads of the caller also where the steps around them are made by one."""
        count = torch.get_num_threads()
        if count == 1:
            return self

        def bind(*layers: nn.Module) -> Product:
            product = self(*layers)

            def made(x: Tensor) -> Sequence[Tensor]:
                with threads(count):
                    return product(x)

            return made

        return bind


def packed(*layers: Any, copied: bool = False) -> Product:
    """The layers as one product, their weights copied into the order in which the processor reads them.

    torch.nn.functional.linear brings the weights into that order at every call, which costs a third of a step when 32
    rows are written. Without gradients. Where oneDNN cannot take them, the layers are joined only.
    """
    from transformers.pytorch_utils import Conv1D

    weights = [layer.weight.T if isinstance(layer, Conv1D) else layer.weight for layer in layers]
    sizes = [len(weight) for weight in weights]
    weight = torch.cat(weights) if len(weights) > 1 else weights[0].contiguous()
    biases = [layer.bias for layer in layers]
    bias = None if biases[0] is None else torch.cat(biases)
    if copied and len(weights) == 1:
        weight = weight.clone()
    if not _reorders(weight.dtype):
        return lambda x: torch.split_with_sizes(F.linear(x, weight, bias), sizes, -1)
    ready, product = torch.ops.mkldnn._reorder_linear_weight(weight, None), torch.ops.mkldnn._linear_pointwise.default
    if len(layers) == 1:
        return lambda x: (product(x, ready, bias, "none", [], ""),)
    return lambda x: torch.split_with_sizes(product(x, ready, bias, "none", [], ""), sizes, -1)


def _reorders(dtype: torch.dtype) -> bool:
    if not torch.backends.mkldnn.is_available():
        return False
    return dtype == torch.float32 or (dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported())
