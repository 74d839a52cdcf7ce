"""The arithmetic of the GPT-2 and Llama families, written out for rows of tokens that lie end to end, without padding.

transformers' own forward pass is made for every model at every shape; here it would cost as much as the products do:
it builds masks, copies each key once per query head and pads. These two classes read the same modules and weights.
Whoever calls them decides how tokens see each other (``attend``) and how products are made (``bind``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]
"""(layer, q (N, heads, D), k and v (N, kv heads, D)) -> (N, heads x D)."""
Product = Callable[[Tensor], Sequence[Tensor]]
"""The outputs of one or more linear layers that read the same rows, in order."""
Bind = Callable[..., Product]
"""Makes a product of linear layers."""


def one_by_one(*layers: nn.Module) -> Product:
    """The layers as they are, with gradients."""
    return lambda x: [layer(x) for layer in layers]


class Llama:
    """Llama and the families with the same blocks."""

    def __init__(self, model: Any, bind: Bind) -> None:
        body, config = model.model, model.config
        self.heads, self.kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.width = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.embedding, self.rotary, self.last_norm = body.embed_tokens.weight, body.rotary_emb, body.norm
        self.layers = [self._bound(layer, bind) for layer in body.layers]

    @staticmethod
    def fits(config: Any) -> bool:
        """Whether the class does all that a model of this configuration does."""
        everywhere = {"full_attention"} >= set(getattr(config, "layer_types", None) or [])
        return config.model_type in ("llama", "mistral", "qwen2") and everywhere and not _window(config)

    def hidden(self, ids: Tensor, places: Tensor, attend: Attend) -> Tensor:
        """What the head reads, (N, hidden), of the tokens ``ids`` (N,) at the positions ``places`` (N,)."""
        x = F.embedding(ids, self.embedding)
        cos, sin = (table[0, :, None] for table in self.rotary(x, places[None]))
        # turning (a, b) to (-b, a) is swapping the halves and giving the first one's factor the minus sign
        sin = torch.cat([-sin[..., : self.width // 2], sin[..., self.width // 2 :]], -1)
        for number, (norm_1, qkv, out, norm_2, gate_up, down, act) in enumerate(self.layers):
            q, k, v = (part.unflatten(-1, (-1, self.width)) for part in qkv(rms_norm(x, norm_1)))
            x = x + out(attend(number, _rotated(q, cos, sin), _rotated(k, cos, sin), v))[0]
            gate, up = gate_up(rms_norm(x, norm_2))
            x = x + down(act(gate) * up)[0]
        return rms_norm(x, self.last_norm)

    def _bound(self, layer: Any, bind: Bind) -> tuple[Any, ...]:
        attention, mlp = layer.self_attn, layer.mlp
        return (
            layer.input_layernorm,
            bind(attention.q_proj, attention.k_proj, attention.v_proj),
            bind(attention.o_proj),
            layer.post_attention_layernorm,
            bind(mlp.gate_proj, mlp.up_proj),
            bind(mlp.down_proj),
            mlp.act_fn,
        )


class GPT2:
    """GPT-2."""

    def __init__(self, model: Any, bind: Bind) -> None:
        body, config = model.transformer, model.config
        self.heads = self.kv_heads = config.num_attention_heads
        self.width = config.hidden_size // self.heads
        self.embedding, self.positions, self.last_norm = body.wte.weight, body.wpe.weight, body.ln_f
        self.layers = [self._bound(layer, bind) for layer in body.h]

    @staticmethod
    def fits(config: Any) -> bool:
        """Whether the class does all that a model of this configuration does."""
        odd = ("scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "add_cross_attention")
        return config.model_type == "gpt2" and config.scale_attn_weights and not any(getattr(config, o) for o in odd)

    def hidden(self, ids: Tensor, places: Tensor, attend: Attend) -> Tensor:
        """What the head reads, (N, hidden), of the tokens ``ids`` (N,) at the positions ``places`` (N,)."""
        x = F.embedding(ids, self.embedding) + F.embedding(places, self.positions)
        for number, (norm_1, qkv, out, norm_2, up, down, act) in enumerate(self.layers):
            q, k, v = (part.unflatten(-1, (-1, self.width)) for part in qkv(norm_1(x))[0].chunk(3, -1))
            x = x + out(attend(number, q, k, v))[0]
            x = x + down(act(up(norm_2(x))[0]))[0]
        return self.last_norm(x)

    def _bound(self, layer: Any, bind: Bind) -> tuple[Any, ...]:
        attention, mlp = layer.attn, layer.mlp
        products = bind(attention.c_attn), bind(attention.c_proj), bind(mlp.c_fc), bind(mlp.c_proj)
        return (layer.ln_1, *products[:2], layer.ln_2, *products[2:], mlp.act)


def blocks_of(model: Any, bind: Bind = one_by_one) -> Llama | GPT2 | None:
    """The model's blocks, or None for a family that is not written out here, and on accelerators (never tried)."""
    if model.device.type != "cpu" or model.training:
        return None
    family = next((family for family in (Llama, GPT2) if family.fits(model.config)), None)
    return family(model, bind) if family else None


def _window(config: Any) -> bool:
    windowed = getattr(config, "use_sliding_window", True)  # qwen2 has a switch beside the width, mistral has none
    return bool(windowed and getattr(config, "sliding_window", None))


def _rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    swapped = torch.cat([x[..., half:], x[..., :half]], -1)
    return torch.addcmul(x * cos, swapped, sin)


def rms_norm(x: Tensor, norm: Any) -> Tensor:
    """x over its root mean square, times the norm's weight."""
    return _RMSNorm.apply(x, norm.weight, norm.variance_epsilon)


class _RMSNorm(torch.autograd.Function):
    """In one piece, since autograd's own backward pass of the five small steps is several times slower."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        out = F.rms_norm(x, (x.shape[-1],), weight, epsilon)
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(x, weight)
            ctx.epsilon = epsilon
        return out

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor | None, None]:
        x, weight = ctx.saved_tensors
        wide = x.float()
        scale = torch.rsqrt(wide.square().mean(-1, keepdim=True) + ctx.epsilon)
        of_weight = None
        if ctx.needs_input_grad[1]:
            of_weight = (grad.float() * wide * scale).flatten(0, -2).sum(0).to(weight.dtype)
        straight = grad.float().mul_(weight)
        along = (straight * wide).mean(-1, keepdim=True).mul_(scale.square())
        return straight.sub_(wide.mul(along)).mul_(scale).to(x.dtype), of_weight, None


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """softmax(q kᵀ / √D + mask) v, (B, T, heads x D).

    q: (B, T, heads, D); k, v: (B, S, kv heads, D); mask: (B, T or 1, S), 0 where a token is seen and very
    negative where not. Query heads that share a key are stacked as rows of one product instead of copying the key.
    """
    return _Attention.apply(q, k, v, mask)


class _Attention(torch.autograd.Function):
    """Six products, one softmax; torch's own attention takes two to three times as long on a CPU at these lengths."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
        batch, length, _, width = q.shape
        ctx.kv_heads, ctx.scale = k.shape[2], width**-0.5
        queries = _stacked(q, ctx.kv_heads).mul_(ctx.scale)
        keys, values = (part.transpose(1, 2).reshape(-1, part.shape[1], width) for part in (k, v))
        scores = torch.bmm(queries, keys.mT)
        scores.view(batch, -1, length, k.shape[1]).add_(mask[:, None])
        shares = scores.softmax(-1)
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(queries, keys, values, shares)
        return _unstacked(torch.bmm(shares, values), batch, length).flatten(2)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        queries, keys, values, shares = ctx.saved_tensors
        batch, length = grad.shape[:2]
        slopes = _stacked(grad.unflatten(2, (-1, keys.shape[-1])), ctx.kv_heads)
        of_scores = torch.ops.aten._softmax_backward_data(torch.bmm(slopes, values.mT), shares, -1, shares.dtype)
        of_queries = _unstacked(torch.bmm(of_scores, keys).mul_(ctx.scale), batch, length)
        of_keys, of_values = torch.bmm(of_scores.mT, queries), torch.bmm(shares.mT, slopes)
        return of_queries, *(part.unflatten(0, (batch, -1)).transpose(1, 2) for part in (of_keys, of_values)), None


def _stacked(x: Tensor, kv_heads: int) -> Tensor:
    """A copy of (B, T, heads, D) as (B x kv heads, heads of one key x T, D)."""
    rows = x.unflatten(2, (kv_heads, -1)).permute(0, 2, 3, 1, 4)
    return rows.clone(memory_format=torch.contiguous_format).view(-1, rows.shape[2] * x.shape[1], x.shape[3])


def _unstacked(x: Tensor, batch: int, length: int) -> Tensor:
    """The other way round, (B, T, heads, D)."""
    return x.view(batch, -1, length, x.shape[2]).transpose(1, 2)
