"""The arithmetic of the GPT-2 and Llama families, written out for rows of tokens that lie end to end, without padding.

transformers' own forward pass is made for every model at every shape; here it would cost as much as the products do:
it builds masks, copies each key once per query head and pads. These two classes read the same modules and weights.
Whoever calls them decides how tokens see each other (``attend``) and how products are made (``bind``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]
"""(layer, q (M, heads, D), k and v (N, kv heads, D)) -> (M, heads x D); M is N, or fewer where no more are wanted."""
Product = Callable[[Tensor], Sequence[Tensor]]
"""The outputs of one or more linear layers that read the same rows, in order."""
Bind = Callable[..., Product]
"""Makes a product of linear layers."""


def one_by_one(*layers: nn.Module) -> Product:
    """The layers as they are, with gradients."""
    return lambda x: [layer(x) for layer in layers]


class Llama:
    """Llama and the families with the same blocks; all ``layers`` where None, else the others are left out."""

    families: ClassVar[tuple[str, ...]] = ("llama", "mistral", "qwen2")

    def __init__(self, model: Any, bind: Bind, layers: range | None = None) -> None:
        body, config = model.model, model.config
        self.heads, self.kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.width = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.embedding, self.padding = body.embed_tokens.weight, body.embed_tokens.padding_idx
        self.rotary, self.last_norm = body.rotary_emb, RMSNorm(body.norm)
        own = range(len(body.layers)) if layers is None else layers
        self.layers = [self._bound(layer, bind) if n in own else () for n, layer in enumerate(body.layers)]
        self.turns = [True] * len(self.layers)  # whether a layer knows positions

    @classmethod
    def fits(cls, config: Any) -> bool:
        """Whether the class does all that a model of this configuration does."""
        everywhere = {"full_attention"} >= set(getattr(config, "layer_types", None) or [])
        return config.model_type in cls.families and everywhere and not window_of(config)

    def embedded(self, ids: Tensor, places: Tensor) -> Tensor:
        """What the first layer reads, (N, hidden), of the tokens ``ids`` (N,) at the positions ``places`` (N,)."""
        return F.embedding(ids, self.embedding, self.padding)

    def through(self, x: Tensor, places: Tensor, attend: Attend, layers: range, wanted: Tensor | None = None) -> Tensor:
        """``x`` (N, hidden), what the first of some layers reads, as the last of them leaves it.

        ``wanted``: the rows (M,), in order, that are wanted of the last one, which of the others makes no more than
        keys and values; all where None.
        """
        cos, sin = tables(*self.rotary(x, places[None]))
        for number in layers:
            norm_1, qkv, out, norm_2, gate_up, down, act = self.layers[number]
            q, k, v = (part.view(len(x), -1, self.width) for part in qkv(norm_1(x)))
            if self.turns[number]:
                q, k = rotated(q, cos, sin), rotated(k, cos, sin)
            if wanted is not None and number == layers[-1]:
                x, q = x.index_select(0, wanted), q.index_select(0, wanted)
            x = x + out(attend(number, q, k, v))[0]
            gate, up = gate_up(norm_2(x))
            x = x + down(act(gate) * up)[0]
        return x

    def hidden(self, ids: Tensor, places: Tensor, attend: Attend, wanted: Tensor | None = None) -> Tensor:
        """What the head reads, (M, hidden), of the tokens ``ids`` (N,) at the positions ``places`` (N,); of those that
        are ``wanted``, see :meth:`through`.
        """
        everything = range(len(self.layers))
        return self.last_norm(self.through(self.embedded(ids, places), places, attend, everything, wanted))

    def _bound(self, layer: Any, bind: Bind) -> tuple[Any, ...]:
        attention, mlp = layer.self_attn, layer.mlp
        return (
            RMSNorm(layer.input_layernorm),
            self._vectors(attention, bind),
            bind(attention.o_proj),
            RMSNorm(layer.post_attention_layernorm),
            bind(mlp.gate_proj, mlp.up_proj),
            bind(mlp.down_proj),
            mlp.act_fn,
        )

    def _vectors(self, attention: Any, bind: Bind) -> Product:
        """What makes queries, keys and values."""
        return bind(attention.q_proj, attention.k_proj, attention.v_proj)


class Qwen3(Llama):
    """Llama whose queries and keys are normalised, each head for itself (https://arxiv.org/abs/2010.04245)."""

    families = ("qwen3",)

    def _vectors(self, attention: Any, bind: Bind) -> Product:
        vectors, norms = super()._vectors(attention, bind), (RMSNorm(attention.q_norm), RMSNorm(attention.k_norm))

        def normalised(x: Tensor) -> Sequence[Tensor]:
            q, k, v = vectors(x)
            q, k = (norm(part.reshape(len(x), -1, self.width)) for norm, part in zip(norms, (q, k), strict=True))
            return q, k, v

        return normalised


class SmolLM3(Llama):
    """Llama of which some layers know no positions (NoPE, https://arxiv.org/abs/2501.18795)."""

    families = ("smollm3",)

    def __init__(self, model: Any, bind: Bind, layers: range | None = None) -> None:
        super().__init__(model, bind, layers)
        self.turns = [bool(turned) for turned in model.config.no_rope_layers]  # in spite of the name, 1 is rotary


class GPT2:
    """GPT-2; all ``layers`` where None, else the others are left out."""

    def __init__(self, model: Any, bind: Bind, layers: range | None = None) -> None:
        body, config = model.transformer, model.config
        self.heads = self.kv_heads = config.num_attention_heads
        self.width = config.hidden_size // self.heads
        self.embedding, self.positions, self.last_norm = body.wte.weight, body.wpe.weight, body.ln_f
        own = range(len(body.h)) if layers is None else layers
        self.layers = [self._bound(layer, bind) if n in own else () for n, layer in enumerate(body.h)]

    @staticmethod
    def fits(config: Any) -> bool:
        """Whether the class does all that a model of this configuration does."""
        odd = ("scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "add_cross_attention")
        return config.model_type == "gpt2" and config.scale_attn_weights and not any(getattr(config, o) for o in odd)

    def embedded(self, ids: Tensor, places: Tensor) -> Tensor:
        """What the first layer reads, (N, hidden), of the tokens ``ids`` (N,) at the positions ``places`` (N,)."""
        return F.embedding(ids, self.embedding) + F.embedding(places, self.positions)

    def through(self, x: Tensor, places: Tensor, attend: Attend, layers: range, wanted: Tensor | None = None) -> Tensor:
        """``x`` (N, hidden), what the first of some layers reads, as the last of them leaves it.

        ``wanted``: the rows (M,), in order, that are wanted of the last one, which of the others makes no more than
        keys and values; all where None.
        """
        for number in layers:
            norm_1, qkv, out, norm_2, up, down, act = self.layers[number]
            q, k, v = (part.view(len(x), -1, self.width) for part in qkv(norm_1(x))[0].chunk(3, -1))
            if wanted is not None and number == layers[-1]:
                x, q = x.index_select(0, wanted), q.index_select(0, wanted)
            x = x + out(attend(number, q, k, v))[0]
            x = x + down(act(up(norm_2(x))[0]))[0]
        return x

    def hidden(self, ids: Tensor, places: Tensor, attend: Attend, wanted: Tensor | None = None) -> Tensor:
        """What the head reads, (M, hidden), of the tokens ``ids`` (N,) at the positions ``places`` (N,); of those that
        are ``wanted``, see :meth:`through`.
        """
        everything = range(len(self.layers))
        return self.last_norm(self.through(self.embedded(ids, places), places, attend, everything, wanted))

    def _bound(self, layer: Any, bind: Bind) -> tuple[Any, ...]:
        attention, mlp = layer.attn, layer.mlp
        products = bind(attention.c_attn), bind(attention.c_proj), bind(mlp.c_fc), bind(mlp.c_proj)
        return (layer.ln_1, *products[:2], layer.ln_2, *products[2:], mlp.act)


Blocks = Llama | GPT2
FAMILIES: tuple[type[Blocks], ...] = (Llama, Qwen3, SmolLM3, GPT2)


DEVICES = ("cpu", "cuda")
"""Where whole texts are read by these classes. New ones are written so on a CPU alone; see :mod:`.static_decoding`."""


def written_out(model: Any) -> type[Blocks] | None:
    """The class of the model's family; None for one that is not written out here."""
    if model.device.type not in DEVICES or model.training:
        return None
    return next((family for family in FAMILIES if family.fits(model.config)), None)


def has_fast_path(model: Any) -> type[Blocks] | None:
    """:func:`written_out` where the model also writes by that class: on a CPU."""
    return written_out(model) if model.device.type == "cpu" else None


def blocks_of(model: Any, bind: Bind = one_by_one) -> Blocks | None:
    """The model's blocks; None where its family is not :func:`written_out`."""
    family = written_out(model)
    return family(model, bind) if family else None


def window_of(config: Any) -> int | None:
    """Tokens that a layer with a sliding window sees at most; None for a model without such layers."""
    windowed = getattr(config, "use_sliding_window", True)  # qwen2 has a switch beside the width, mistral has none
    return getattr(config, "sliding_window", None) or None if windowed else None


def tables(cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """What :func:`rotated` takes, (N, 1, D) each, from the model's own, (1, N, D), whose halves are the same."""
    first, second = sin[0, :, None].chunk(2, -1)
    return cos[0, :, None], torch.cat([-first, second], -1)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Each pair (a, b) of x (N, heads, D), a from its first half and b from its second, turned by its angle.

    cos, sin: (N, 1, D), the sine's sign turned in the first half. Rotary positions (https://arxiv.org/abs/2104.09864).
    """
    return _Rotated.apply(x, cos, sin) if torch.is_grad_enabled() else _turned(x, cos, sin)


class _Rotated(torch.autograd.Function):
    """In one piece, without the copies that autograd makes of halves; backward turns the other way."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(cos, sin)
        return _turned(x, cos, sin)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        cos, sin = ctx.saved_tensors
        return _turned(grad, cos, -sin), None, None


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)


class RMSNorm:
    """x (..., D) over its root mean square, times a norm's weight, which is read as √D x / √(|x|² + D ε) · w.

    The length |x| takes one pass over x, where the mean of its squares takes three.
    """

    def __init__(self, norm: Any) -> None:
        self.weight, width = norm.weight, len(norm.weight)
        floor = torch.tensor((width * norm.variance_epsilon) ** 0.5, device=norm.weight.device)
        self.root, self.floor = width**0.5, floor

    def __call__(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D), in the type of ``x``."""
        if torch.is_grad_enabled():
            return _RMSNorm.apply(x, self.weight, self.floor)
        return (x / _length(x, self.floor)).mul_(self.gain).to(x.dtype)

    @cached_property
    def gain(self) -> Tensor:
        """√D times the weight, (D,) float32."""
        return self.weight.float() * self.root


def _length(x: Tensor, floor: Tensor) -> Tensor:
    """√(|x|² + floor²) of each row, in float32; (..., D) -> (..., 1)."""
    return torch.hypot(torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=floor.dtype), floor)


class _RMSNorm(torch.autograd.Function):
    """In one piece, since autograd's own backward pass of the five small steps is several times slower."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, floor: Tensor) -> Tensor:
        mean = _length(x, floor).mul_(x.shape[-1] ** -0.5)
        scaled = (x / mean).to(x.dtype)
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(scaled, mean.to(x.dtype), weight)
        return scaled * weight

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor | None, None]:
        scaled, mean, weight = ctx.saved_tensors
        of_weight = (grad * scaled).flatten(0, -2).sum(0) if ctx.needs_input_grad[1] else None
        straight = grad * weight
        along = (straight * scaled).mean(-1, keepdim=True)
        return straight.addcmul_(scaled, along, value=-1).div_(mean), of_weight, None
