"""The reward model: a transformer encoder that predicts the outcome of an email, and what its prediction is worth."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from . import baselines, metrics
from .config import OUTCOMES, RewardConfig
from .data import EmailData, split_rows
from .errors import ModelError
from .events import Event, PhaseDone, Progress, RewardEpoch
from .files import existing_folder, read_json, whole_folder, write_json
from .models import Found, load_classifier, load_tokenizer, pick_device, pick_dtype

SETTINGS_FILE = "outcome_rl.json"
STOPPING_SHARE = 0.12
"""Part of the training rows that only decides when to stop, so that the validation rows decide nothing."""
SMALL_ENCODER = 50_000_000
WARMUP_SHARE = 0.1
WEIGHT_DECAY = 0.01


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
    options = {"padding": True, "max_length": config.max_tokens, "return_tensors": "pt"}
    if config.text == "email":
        return tokenizer(list(emails), truncation=True, **options)
    kept = [context[: 2 * config.max_tokens] for context in contexts]
    return tokenizer(kept, list(emails), truncation="longest_first", **options)


def auto_epochs(rows: int) -> int:
    """Passes that a number of training rows calls for: few rows need many (https://arxiv.org/abs/2006.05987)."""
    return min(20, max(3, round(5000 / max(1, rows))))


# --- training ---------------------------------------------------------------------------------------------------------


def train_reward(
    config: RewardConfig, data: EmailData, found: Found, out: Path, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Event]:
    """Train and judge a reward model and save it in ``out``; the last event is PhaseDone with its figures.

    A stop ends the training after the current batch; the best model so far is judged and saved all the same.

    Raises:
        DataError: an outcome has too few rows.
        ModelError: the encoder cannot be loaded.
    """
    started = time.monotonic()
    split = split_rows(data, config.validation, config.seed)
    notices = [found.notice] if found.notice else []
    if not split.grouped:
        notices.append(
            "Near-duplicate emails stand on both sides of the split, for there are too many of them; the figures are flattering."
        )
    train, validation = data.take(split.train), data.take(split.validation)
    model = _new_model(config, found)
    yield from _fit(model, config, train, started, should_stop)
    yield Progress(phase="judging the reward model", done=0, total=1)
    result = judge(model, train, validation) | {
        "model": found.name,
        "text": config.text,
        "rows_train": len(train),
        "rows_validation": len(validation),
        "mean_reward_of_data": float(np.mean(np.array(config.payoffs)[list(data.outcomes)])),
        "notices": notices,
        "seconds": time.monotonic() - started,
    }
    save(model, result, out)
    yield PhaseDone(phase="reward_model", result=result)


def _new_model(config: RewardConfig, found: Found) -> RewardModel:
    torch.manual_seed(config.seed)  # the new head and dropout draw from the global generator
    device = pick_device()
    model = load_classifier(found.folder).to(device)
    return RewardModel(model, load_tokenizer(found.folder), config, device, pick_dtype(device))


def _fit(
    reward_model: RewardModel, config: RewardConfig, data: EmailData, started: float, should_stop: Callable[[], bool]
) -> Iterator[Event]:
    """Train in place, then put the weights of the epoch with the lowest loss on the stopping rows back."""
    model = reward_model.model
    parts = split_rows(data, STOPPING_SHARE, config.seed + 1)
    train, stopping = data.take(parts.train), data.take(parts.validation)
    epochs = config.epochs or auto_epochs(len(train))
    steps_per_epoch = -(-len(train) // config.batch_size)
    optimizer, schedule = _optimizer(model, config, epochs * steps_per_epoch)
    counts = np.maximum(1, np.array(train.counts()))
    class_weights = torch.tensor(len(train) / (len(OUTCOMES) * counts), dtype=torch.float32, device=reward_model.device)
    rng = np.random.default_rng(config.seed)
    best, best_loss, waited = None, float("inf"), 0
    out_of_time = lambda: config.minutes is not None and time.monotonic() - started > 60 * config.minutes * 0.95  # noqa: E731

    for epoch in range(1, epochs + 1):
        epoch_started = time.monotonic()
        model.train()
        total = 0.0
        for step, chosen in enumerate(_batches(train, config.batch_size, rng), 1):
            batch = train.take(chosen)
            truth = torch.tensor(batch.outcomes, device=reward_model.device)
            loss = F.cross_entropy(reward_model.logits(batch.contexts, batch.emails), truth, weight=class_weights)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
            if should_stop() or out_of_time():
                break
            if step % 10 == 0:
                done = (epoch - 1) * steps_per_epoch + step
                left = (time.monotonic() - started) / done * (epochs * steps_per_epoch - done)
                yield Progress(
                    phase="training the reward model", done=done, total=epochs * steps_per_epoch, seconds_left=left
                )
        model.eval()
        loss, accuracy = _stopping_figures(reward_model, stopping, class_weights)
        improved = loss < best_loss
        waited = 0 if improved else waited + 1
        if improved:
            best, best_loss = copy.deepcopy(model.state_dict()), loss
        seconds = time.monotonic() - epoch_started
        yield RewardEpoch(
            epoch=epoch,
            epochs=epochs,
            train_loss=total / len(train),
            validation_loss=loss,
            validation_accuracy=accuracy,
            best=improved,
            seconds=seconds,
            seconds_left=seconds * (epochs - epoch),
        )
        if waited >= config.patience or should_stop() or out_of_time():
            break
    if best is not None:
        model.load_state_dict(best)
    _undo_class_weights(model, class_weights)


def _optimizer(model: Any, config: RewardConfig, steps: int) -> tuple[Any, Any]:
    from transformers import get_linear_schedule_with_warmup

    small = sum(p.numel() for p in model.parameters()) < SMALL_ENCODER
    rate = config.learning_rate or (1e-4 if small else 2e-5)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=rate)
    return optimizer, get_linear_schedule_with_warmup(optimizer, int(WARMUP_SHARE * steps), steps)


def _batches(data: EmailData, size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Random batches of emails of like length: shuffled, sorted by length within pools of 16 batches, shuffled again."""
    order = rng.permutation(len(data)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), size * 16):
        pool = sorted(order[start : start + size * 16], key=lambda i: len(data.emails[i]))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    return iter([batches[i] for i in rng.permutation(len(batches))])


def _stopping_figures(model: RewardModel, data: EmailData, class_weights: torch.Tensor) -> tuple[float, float]:
    """(loss, accuracy) with the class weights' effect taken out, as the finished model will have it."""
    probs = model.predict(data.contexts, data.emails) / class_weights.cpu().numpy()
    probs /= probs.sum(1, keepdims=True)
    truth = np.array(data.outcomes)
    return float(metrics.row_losses(probs, truth).mean()), float((probs.argmax(1) == truth).mean())


def _undo_class_weights(model: Any, class_weights: torch.Tensor) -> None:
    """Shift the head's bias so that the probabilities are those of the data again.

    Training with weight w on an outcome makes the model say p·w (up to scale); subtracting log w from the logits
    gives p back. Without it the reward would be too high wherever conversions are rare.
    """
    heads = [m for m in model.modules() if isinstance(m, torch.nn.Linear) and m.out_features == len(OUTCOMES)]
    if not heads or heads[-1].bias is None:
        raise ModelError(
            "the encoder's classification head has no bias; choose another encoder, such as distilbert-base-uncased"
        )
    with torch.no_grad():
        heads[-1].bias -= class_weights.log()


# --- judging, saving, loading -----------------------------------------------------------------------------------------


def judge(model: RewardModel, train: EmailData, validation: EmailData) -> dict[str, Any]:
    """Figures on the validation rows, the same for two baselines, and whether the model beats them."""
    truth = np.array(validation.outcomes)
    probs = model.predict(validation.contexts, validation.emails)
    texts = [
        [_plain_text(model.config, c, e) for c, e in zip(d.contexts, d.emails, strict=True)]
        for d in (train, validation)
    ]
    rivals = {
        "majority": baselines.class_prior(train.outcomes, len(validation)),
        "tfidf_logreg": baselines.tfidf_logistic_regression(texts[0], train.outcomes, texts[1]),
    }
    own = metrics.row_losses(probs, truth)
    figures: dict[str, Any] = {}
    for name, rival in rivals.items():
        beaten = metrics.clearly_positive(metrics.row_losses(rival, truth) - own)
        figures[name] = metrics.classification_figures(rival, truth) | {"beaten": beaten}
    beaten = [figure["beaten"] for figure in figures.values()]
    beats = True if all(b is True for b in beaten) else False if False in beaten else "unclear"
    result = metrics.classification_figures(probs, truth)
    return result | {"baselines": figures, "beats_baselines": beats, "verdict": verdict(figures, len(truth))}


def verdict(figures: dict[str, Any], n: int) -> str:
    """The comparison with the baselines in words."""
    names = {
        "majority": "always guessing the usual outcome",
        "tfidf_logreg": "counting words (TF-IDF + logistic regression)",
    }
    chance = figures["majority"]["beaten"]
    if chance is not True:
        word = "worse than" if chance is False else "not clearly better than"
        return f"On {n} emails it never saw, this reward model is {word} guessing. Do not trust its rewards; more or cleaner rows are needed."
    rest = {True: "better than", False: "worse than", "unclear": "about as good as"}[figures["tfidf_logreg"]["beaten"]]
    return f"On {n} emails it never saw, this reward model is better than {names['majority']}, and {rest} {names['tfidf_logreg']}."


def save(reward_model: RewardModel, result: dict[str, Any], out: Path) -> None:
    """Write the model as a transformers folder, with its figures and a model card; the folder appears whole."""
    reward_model.model.config.architectures = [type(reward_model.model).__name__]
    with whole_folder(out) as folder:
        reward_model.model.save_pretrained(folder)
        reward_model.tokenizer.save_pretrained(folder)
        write_json(folder / SETTINGS_FILE, reward_model.config.to_dict())
        write_json(folder / "metrics.json", result)
        (folder / "README.md").write_text(_card(reward_model.config, result), encoding="utf-8")


def load_reward_model(folder: Path | str) -> RewardModel:
    """The reward model in a folder that :func:`save` wrote.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / SETTINGS_FILE).is_file():
        raise ModelError(
            f"there is no reward model in '{folder}'; train one first: python -m outcome_rl train-reward DATA"
        )
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


def _plain_text(config: RewardConfig, context: str, email: str) -> str:
    return email if config.text == "email" else f"{context}\n{email}"


def _card(config: RewardConfig, result: dict[str, Any]) -> str:
    low, high = result["accuracy_ci95"]
    return f"""---
base_model: {result["model"]}
pipeline_tag: text-classification
library_name: transformers
---

# Outcome reward model

Predicts what comes of a sales email: no_reply, reply or conversion. Reads {"context and email as a pair" if config.text == "pair" else "the email alone"}.
Reward: {config.reward} payoff with no_reply {config.payoff_no_reply:g}, reply {config.payoff_reply:g}, conversion {config.payoff_conversion:g}.

- Trained on {result["rows_train"]} emails, judged on {result["rows_validation"]} it never saw.
- Accuracy {result["accuracy"]:.3f} (95 % interval {low:.3f} to {high:.3f}), macro-F1 {result["macro_f1"]:.3f}, log-loss {result["log_loss"]:.3f}.
- Always guessing the usual outcome: accuracy {result["baselines"]["majority"]["accuracy"]:.3f}; TF-IDF + logistic regression: {result["baselines"]["tfidf_logreg"]["accuracy"]:.3f}.

{result["verdict"]}

Limits: it knows only emails like those it was trained on, and its opinion is not an outcome. Optimising against it for
long finds texts that it likes and people do not.
"""
