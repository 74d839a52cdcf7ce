"""The encoder of the reward model: a pretrained transformer that reads context and email as a pair."""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..config import RewardConfig
from ..errors import ModelError
from ..models.compatibility import readable_tokens, require_padding, require_rows
from ..models.device import pick_device, pick_dtype
from ..models.loading import load_classifier, load_tokenizer
from ..outcomes import NUM_OUTCOMES
from .linear import fit_multinomial

EMBEDDING_DEPTH = 2 / 3
"""The layer whose mean is the embedding, as a part of the depth: upper layers have turned to the pretraining's task."""

LENGTHS = 16
"""Tokens. Where many texts of all lengths come one by one, their length is rounded up to a multiple of this."""

NEVER = -1000.0
"""Score of an outcome that cannot be: so low that its probability is 0, and its gradient with it."""


@dataclass
class Encoder:
    """An encoder with a head for the outcomes, and how it is run. ``text``: "pair" or "email".

    ``reader`` is its lower part, which gives the embedding; it shares the model's weights. ``notice``: what a person
    should know of the encoder, in a sentence. ``multiple``: what the padded length of texts is a multiple of.
    """

    model: Any
    reader: Any
    tokenizer: Any
    text: str
    max_tokens: int
    device: torch.device
    dtype: torch.dtype
    notice: str | None = None
    multiple: int | None = None

    def read_few_lengths(self) -> None:
        """Pad texts to few lengths from now on, so that the same products of matrices come again, for each of which
        torch keeps what it has compiled. It moves what comes of a text no more than those that are read beside it do.
        """
        self.multiple = LENGTHS if self.max_tokens % LENGTHS == 0 else None

    def tokenize(self, contexts: Sequence[str], emails: Sequence[str]) -> Any:
        """Padded inputs; a pair keeps the whole context and cuts the email's end (a huge context is cut first)."""
        options: dict[str, Any] = {"padding": True, "max_length": self.max_tokens}
        options |= {"return_tensors": "pt", "truncation": True, "pad_to_multiple_of": self.multiple}
        cut = 16 * self.max_tokens  # characters; no tokenizer should have to read a megabyte of which it drops all
        emails = [email[:cut] for email in emails]
        if self.text == "email":
            return self.tokenizer(emails, **options)
        kept = [context[: 2 * self.max_tokens] for context in contexts]
        return self.tokenizer(kept, emails, **options | {"truncation": "longest_first"})

    @torch.no_grad()
    def embed(self, contexts: Sequence[str], emails: Sequence[str], batch_size: int = 16) -> np.ndarray:
        """Mean over the tokens of a middle layer, (N, D) float32; what the reward model's members read."""
        out = np.zeros((len(emails), self.reader.config.hidden_size), dtype=np.float32)
        for chosen in like_lengths(contexts, emails, batch_size):
            inputs = self.tokenize([contexts[i] for i in chosen], [emails[i] for i in chosen]).to(self.device)
            with self._precision():
                states = self.reader(**inputs).last_hidden_state
            out[chosen] = _mean(states, inputs)
        return out

    def logits(self, contexts: Sequence[str], emails: Sequence[str]) -> torch.Tensor:
        """Unnormalised scores of the encoder's own head, (B, 3) in float32."""
        inputs = self.tokenize(contexts, emails).to(self.device)
        with self._precision():
            return self.model(**inputs).logits.float()

    def vocabulary(self) -> frozenset[str]:
        """Words that the tokenizer has a token for, in lower case: what the encoder met often in its pretraining."""
        tokens = (token.lstrip("Ġ▁") for token in self.tokenizer.get_vocab())
        return frozenset(token.lower() for token in tokens if token.isalpha())

    def _precision(self) -> Any:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.dtype == torch.bfloat16)


def like_lengths(contexts: Sequence[str], emails: Sequence[str], batch_size: int) -> Iterator[np.ndarray]:
    """Positions of the rows in batches of texts of like length."""
    lengths = [len(context) + len(email) for context, email in zip(contexts, emails, strict=True)]
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def load_encoder(folder: Path, config: RewardConfig, dtype: torch.dtype | None = None) -> Encoder:
    """The encoder in a model folder, its head new where the folder has none. Raises ModelError.

    ``dtype``: what it computes in; None lets a measurement of this machine decide.
    """
    torch.manual_seed(config.seed)  # a new head draws from the global generator
    device = pick_device()
    model = load_classifier(folder).to(device)
    tokenizer, chosen = load_tokenizer(folder), dtype or pick_dtype(device)
    require_rows(folder, tokenizer, model, set(tokenizer.all_special_ids))
    require_padding(folder, tokenizer)
    most, notice = readable_tokens(folder, model, tokenizer, config.max_tokens)
    return Encoder(model, _lower_part(model), tokenizer, config.text, most, device, chosen, notice)


def _lower_part(model: Any) -> Any:
    """The encoder up to its middle layer, with the same tensors: scoring need not pass through the rest."""
    reader = copy.deepcopy(model.base_model, memo={id(tensor): tensor for tensor in model.parameters()})
    layers = layers_of(reader)
    del layers[max(1, round(EMBEDDING_DEPTH * len(layers))) :]
    return reader


def layers_of(model: Any) -> torch.nn.ModuleList:
    """The encoder's stack of layers. Raises ModelError where it has none."""
    stacks = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList)]
    if not stacks:
        raise ModelError("the encoder has no list of layers; choose another, such as distilbert-base-uncased")
    return max(stacks, key=len)


@dataclass
class EncoderOutputs:
    """N rows as the encoder sees them, float32.

    embedding: (N, D), a middle layer's mean. sentences: (N, D), the last layer's, the usual sentence embedding.
    head_inputs: (N, H), what the classification head gets.
    """

    embedding: np.ndarray
    sentences: np.ndarray
    head_inputs: np.ndarray


def encode(encoder: Encoder, contexts: Sequence[str], emails: Sequence[str]) -> Generator[int, None, EncoderOutputs]:
    """Read all rows once; yields the number of rows done."""
    model, last = encoder.model, head(encoder.model)
    width = encoder.reader.config.hidden_size
    found = EncoderOutputs(*(np.zeros((len(emails), w), np.float32) for w in (width, width, last.in_features)))
    states: list[torch.Tensor] = []
    hooks = [
        model.base_model.register_forward_hook(lambda _, inputs, out: states.append(out.last_hidden_state)),
        last.register_forward_pre_hook(lambda _, inputs: states.append(inputs[0])),
    ]
    done = 0
    try:
        for chosen in like_lengths(contexts, emails, 32):
            rows = [contexts[i] for i in chosen], [emails[i] for i in chosen]
            found.embedding[chosen] = encoder.embed(*rows)
            with torch.no_grad():
                encoder.logits(*rows)
            found.sentences[chosen] = _mean(states[0], encoder.tokenize(*rows).to(encoder.device))
            found.head_inputs[chosen] = states[1].float().cpu().numpy()
            states.clear()
            if not np.isfinite(found.sentences[chosen]).all():
                raise ModelError("the encoder gives numbers that are not finite; choose another one")
            done += len(chosen)
            yield done
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _mean(states: torch.Tensor, inputs: Any) -> np.ndarray:
    """Mean of the states (B, T, D) over each row's own tokens, (B, D)."""
    mask = inputs["attention_mask"][..., None].float()
    return ((states.float() * mask).sum(1) / mask.sum(1)).cpu().numpy()


def fit_head(encoder: Encoder, head_inputs: np.ndarray, outcomes: np.ndarray) -> None:
    """Fit the classification head, in place, on what the untouched encoder gives it, (N, H).

    So that the folder is a working classifier for ``AutoModelForSequenceClassification`` too.
    """
    mean, scale = head_inputs.mean(0), head_inputs.std(0) + 1e-6
    fitted = fit_multinomial((head_inputs - mean) / scale, outcomes, 0.003)
    weights = (fitted.weights / scale[:, None]).T
    last = head(encoder.model)
    with torch.no_grad():
        last.weight.copy_(torch.tensor(weights))
        last.bias.copy_(torch.tensor(np.maximum(fitted.bias - weights @ mean, NEVER)))


@torch.no_grad()
def rule_out_missing(encoder: Encoder, outcomes: np.ndarray) -> None:
    """Give outcomes without a row probability 0 in the classification head, in place, whatever it learns later."""
    last = head(encoder.model)
    for missing in set(range(NUM_OUTCOMES)).difference(outcomes.tolist()):
        last.weight[missing], last.bias[missing] = 0.0, NEVER


@torch.no_grad()
def classify(encoder: Encoder, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
    """The encoder's own opinion of emails, (N, 3)."""
    probs = np.zeros((len(emails), encoder.model.config.num_labels))
    for chosen in like_lengths(contexts, emails, 32):
        logits = encoder.logits([contexts[i] for i in chosen], [emails[i] for i in chosen])
        probs[chosen] = torch.softmax(logits.double(), -1).cpu().numpy()
    return probs


def head(model: Any) -> torch.nn.Linear:
    """The last layer. Raises ModelError where it has no bias."""
    heads = [m for m in model.modules() if isinstance(m, torch.nn.Linear) and m.out_features == NUM_OUTCOMES]
    if not heads or heads[-1].bias is None:
        raise ModelError(
            "the encoder's classification head has no bias; choose another encoder, such as distilbert-base-uncased"
        )
    return heads[-1]
