"""The reward model: a transformer encoder that predicts the outcome of an email, and what its prediction is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .config import OUTCOMES, RewardConfig
from .errors import ModelError
from .files import existing_folder, read_json, whole_folder, write_json
from .models import load_classifier, load_tokenizer, pick_device, pick_dtype

SETTINGS_FILE = "outcome_rl.json"


@dataclass
class RewardModel:
    """A trained reward model, ready to score. ``config`` says what it reads and how outcomes are paid."""

    model: Any
    tokenizer: Any
    config: RewardConfig
    device: torch.device
    dtype: torch.dtype

    @torch.no_grad()
    def predict(self, contexts: Sequence[str], emails: Sequence[str], batch_size: int = 32) -> np.ndarray:
        """Probabilities of no reply, reply and conversion, (N, 3); batches hold emails of like length.

        An email without a word gets no reply for certain: there is nothing to reply to.
        """
        lengths = [len(context) + len(email) for context, email in zip(contexts, emails, strict=True)]
        order = np.argsort(lengths, kind="stable")
        probs = np.zeros((len(order), len(OUTCOMES)))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            logits = self.logits([contexts[i] for i in chosen], [emails[i] for i in chosen])
            probs[chosen] = torch.softmax(logits.double(), -1).cpu().numpy()
        probs[[not any(map(str.isalnum, email)) for email in emails]] = (1.0, 0.0, 0.0)
        return probs

    def logits(self, contexts: Sequence[str], emails: Sequence[str]) -> torch.Tensor:
        """Unnormalised scores, (B, 3) in float32."""
        inputs = tokenize(self.tokenizer, self.config, contexts, emails).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.dtype == torch.bfloat16):
            return self.model(**inputs).logits.float()

    def rewards(self, probs: np.ndarray) -> np.ndarray:
        """Reward of each row of probabilities, (N, 3) -> (N,), in payoff units."""
        payoffs = np.array(self.config.payoffs)
        return probs @ payoffs if self.config.reward == "expected" else payoffs[probs.argmax(1)]


def tokenize(tokenizer: Any, config: RewardConfig, contexts: Sequence[str], emails: Sequence[str]) -> Any:
    """Padded inputs; a pair keeps the whole context and cuts the email's end (a huge context is cut in half first)."""
    longest = min(config.max_tokens, tokenizer.model_max_length)
    options = {"padding": True, "max_length": longest, "return_tensors": "pt"}
    if config.text == "email":
        return tokenizer(list(emails), truncation=True, **options)
    kept = [context[: 2 * config.max_tokens] for context in contexts]
    return tokenizer(kept, list(emails), truncation="longest_first", **options)


def save(reward_model: RewardModel, result: dict[str, Any], out: Path) -> None:
    """Write the model as a transformers folder, with its figures and a model card; the folder appears whole."""
    reward_model.model.config.architectures = [type(reward_model.model).__name__]
    with whole_folder(out) as folder:
        reward_model.model.save_pretrained(folder)
        reward_model.tokenizer.save_pretrained(folder)
        write_json(folder / SETTINGS_FILE, reward_model.config.to_dict())
        write_json(folder / "metrics.json", result)
        (folder / "README.md").write_text(_card(reward_model.config, result), encoding="utf-8")


def find_reward_model(folder: Path | str) -> Path:
    """Where a reward model's files are. Raises ModelError where there is none."""
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / SETTINGS_FILE).is_file():
        raise ModelError(
            f"there is no reward model in '{folder}'; train one first: python -m outcome_rl train-reward DATA"
        )
    return kept


def load_reward_model(folder: Path | str) -> RewardModel:
    """The reward model in a folder that :func:`save` wrote.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    kept = find_reward_model(folder)
    try:
        config = RewardConfig.from_dict(read_json(kept / SETTINGS_FILE))
    except ValueError as error:
        raise ModelError(f"'{kept / SETTINGS_FILE}' is not readable JSON: {error}") from None
    device = pick_device()
    model = load_classifier(kept).to(device)
    _order_labels(model)
    return RewardModel(model, load_tokenizer(kept), config, device, pick_dtype(device))


def _order_labels(model: Any) -> None:
    labels = [model.config.id2label.get(index) for index in range(len(OUTCOMES))]
    if labels != list(OUTCOMES):
        raise ModelError(f"the classifier's labels are {labels}; a reward model has {list(OUTCOMES)}")


def _card(config: RewardConfig, result: dict[str, Any]) -> str:
    low, high = result["accuracy_ci95"]
    rivals = {name: figures["accuracy"] for name, figures in result["baselines"].items()}
    payoffs = ", ".join(f"{name} {payoff:g}" for name, payoff in zip(OUTCOMES, config.payoffs, strict=True))
    return f"""---
base_model: {result["model"]}
pipeline_tag: text-classification
library_name: transformers
---

# Outcome reward model

Predicts what comes of a sales email: no_reply, reply or conversion.
It reads {"context and email as a pair" if config.text == "pair" else "the email alone"}.
Reward: {config.reward} payoff with {payoffs}.

- Trained on {result["rows_train"]} emails, judged on {result["rows_validation"]} it never saw.
- Accuracy {result["accuracy"]:.3f} (95 % interval {low:.3f} to {high:.3f}).
- Macro-F1 {result["macro_f1"]:.3f}, log-loss {result["log_loss"]:.3f}.
- Accuracy of always guessing the usual outcome: {rivals["majority"]:.3f}.
- Accuracy of TF-IDF + logistic regression: {rivals["tfidf_logreg"]:.3f}.

{result["verdict"]}

Limits: it knows only emails like those it was trained on, and its opinion is not an outcome. Optimising against it for
long finds texts that it likes and people do not.
"""
