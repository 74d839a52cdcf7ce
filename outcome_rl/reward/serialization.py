"""A reward model as a folder: a transformers classifier, and beside it what the small models on top of it know.

Arrays are in safetensors files and words in JSON; nothing that could run code is written or read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..config import RewardConfig
from ..errors import ModelError
from ..models.device import dtype_name, dtype_of
from ..models.hub import BUNDLED, find_model
from ..models.loading import require_undamaged
from ..outcomes import OUTCOMES, known_outcomes
from ..utils.checksums import write_checksums
from ..utils.files import atomic_folder, write_json
from .base_models import KINDS
from .encoder import load_encoder
from .ensemble import RewardEnsemble
from .features import Basis, ContextWords
from .judge import JUDGE_FILE, Judge
from .linear import Head
from .metadata import (
    FORMAT,
    METRICS_FILE,
    SETTINGS_FILE,
    find_reward_model,
    read_figures,
    read_json_file,
    read_settings,
)
from .plausibility import ContextMatcher, Gate, Plausibility
from .stacking import Stacker
from .word_order import WordOrder

ARRAYS_FILE = "members.safetensors"
WORDS_FILE = "members.json"
WEIGHTS_FILE, WEIGHTS_INDEX = "model.safetensors", "model.safetensors.index.json"
GATES = ("debris", "misdirected")


def save(model: RewardEnsemble, judge: Judge | None, result: dict[str, Any], out: Path) -> None:
    """Write the model with its figures, its judge and a model card; the folder appears whole."""
    from safetensors.numpy import save_file

    classifier = model.encoder.model
    classifier.config.architectures = [type(classifier).__name__]
    arrays, words = _state(model)
    with atomic_folder(out) as folder:
        classifier.save_pretrained(folder)
        model.encoder.tokenizer.save_pretrained(folder)
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS_FILE)
        write_json(folder / WORDS_FILE, words)
        if judge is not None:
            save_file({name: np.ascontiguousarray(a) for name, a in judge.state().items()}, folder / JUDGE_FILE)
        kept = {"format": FORMAT, "config": model.config.to_dict(), "reference": model.reference}
        kept["spread"] = model.spread
        kept["dtype"] = dtype_name(model.encoder.dtype)
        write_json(folder / SETTINGS_FILE, kept)
        write_json(folder / METRICS_FILE, result)
        (folder / "README.md").write_text(_card(model.config, result), encoding="utf-8")
        write_checksums(folder)


def load_reward_model(folder: Path | str) -> RewardEnsemble:
    """The reward model in a folder that :func:`save` wrote.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    kept = find_reward_model(folder)
    require_undamaged(kept)
    with _readable(kept):
        settings = read_settings(kept)
        config = RewardConfig.from_dict(settings["config"])
        arrays, words = _arrays(kept / ARRAYS_FILE), read_json_file(kept / WORDS_FILE)
        members = {name: KINDS[name].restore(_below(arrays, name), own) for name, own in words["members"].items()}
        blend = Stacker(**_below(arrays, "blend"))
        if blend.weights.shape != (len(members),) or not members:
            raise ValueError("the weights are not those of the members")
        context_words = _context_words(words["context_words"])
        plausibility = _plausibility(arrays, words["plausibility"], context_words)
        reference, spread = float(settings["reference"]), float(settings["spread"])
        dtype = dtype_of(settings["dtype"])
    encoder = load_encoder(_encoder_folder(kept, "encoder" in members), config, dtype)
    model = RewardEnsemble(encoder, context_words, members, blend, plausibility, config, reference, spread)
    with _readable(kept):  # a text that is scored shows whether shapes fit and numbers are finite
        if not np.isfinite(model.score(["a"], ["b"]).rewards).all():
            raise ValueError("its scores are not finite")
    return model


def _encoder_folder(folder: Path, tuned: bool) -> Path:
    """Where the encoder lies: in the folder, or where the example leaves it out, with the program.

    ``tuned``: it learned from the emails as well, so that no other can stand in its place. Raises ModelError.
    """
    if (folder / WEIGHTS_FILE).is_file() or (folder / WEIGHTS_INDEX).is_file():
        return folder
    name = read_figures(folder).get("model")
    if tuned or name not in BUNDLED:
        raise ModelError(f"the reward model in '{folder}' lacks its encoder, {WEIGHTS_FILE}; train it again")
    return find_model(name).folder


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """What broken or hostile files raise, as ModelError."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise ModelError(f"the reward model in '{folder}' cannot be used ({error}); train it again") from None


def load_judge(folder: Path | str) -> Judge | None:
    """The independent judge beside a reward model, or None where it has none. Raises ModelError."""
    file = find_reward_model(folder) / JUDGE_FILE
    if not file.is_file():
        return None
    with _readable(file.parent):
        config = RewardConfig.from_dict(read_settings(file.parent)["config"])
        words = read_json_file(file.parent / WORDS_FILE)
        return Judge.restore(_arrays(file), _context_words(words["context_words"]), config)


def _state(model: RewardEnsemble) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    arrays: dict[str, np.ndarray] = {f"blend.{name}": array for name, array in vars(model.blend).items()}
    words: dict[str, Any] = {"members": {}, "context_words": vars(model.context_words)}
    for name, member in model.members.items():
        own, listed = member.state()
        arrays |= {f"{name}.{key}": np.asarray(array) for key, array in own.items()}
        words["members"][name] = listed
    gates = model.plausibility
    for name in GATES:
        if gate := getattr(gates, name):
            own = {**vars(gate.basis), **vars(gate.head), "limits": gate.limits}
            arrays |= {f"{name}.{key}": np.asarray(array) for key, array in own.items()}
    words["plausibility"] = {
        "contexts": gates.others.contexts,
        "vocabulary": sorted(gates.vocabulary),
        "common": sorted(gates.order.common),
        "pairs": [[*pair, count] for pair, count in gates.order.pairs.items()],
        "singles": gates.order.singles,
    }
    return arrays, words


def _plausibility(arrays: dict[str, np.ndarray], words: dict[str, Any], context_words: ContextWords) -> Plausibility:
    pairs = Counter({(first, second): count for first, second, count in words["pairs"]})
    order = WordOrder(frozenset(words["common"]), pairs, Counter(words["singles"]))
    others = ContextMatcher(context_words, tuple(words["contexts"]))
    gates = {name: _gate(_below(arrays, name)) for name in GATES}
    return Plausibility(others, order, frozenset(words["vocabulary"]), **gates)


def _gate(arrays: dict[str, np.ndarray]) -> Gate | None:
    if not arrays:
        return None
    basis = Basis(*(arrays[name] for name in ("low", "high", "knots", "mean", "scale")))
    return Gate(basis, Head(arrays["weights"], arrays["bias"]), arrays["limits"])


def _context_words(kept: dict[str, Any]) -> ContextWords:
    return ContextWords(kept["weights"], kept["unseen"])


def _below(arrays: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    return {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}


def _arrays(file: Path) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"'{file}' cannot be read: {error}") from None


def _card(config: RewardConfig, result: dict[str, Any]) -> str:
    low, high = result["accuracy_ci95"]
    known = known_outcomes(result["outcomes"])
    payoffs = ", ".join(f"{OUTCOMES[outcome]} {config.payoffs[outcome]:g}" for outcome in known)
    names = [OUTCOMES[outcome] for outcome in known]
    weights = ", ".join(f"{name} {member['weight']:.2f}" for name, member in result["members"].items())
    return f"""---
base_model: {result["model"]}
pipeline_tag: text-classification
library_name: transformers
---

# Outcome reward model

Predicts what comes of a sales email: {", ".join(names[:-1])} or {names[-1]}.
It reads {"context and email as a pair" if config.text == "pair" else "the email alone"}.
Reward: {config.reward} payoff with {payoffs}, less {config.uncertainty_penalty:g} times the members' disagreement.

- Trained on {result["rows_train"]} emails; the figures come from {result["repeats"]} times {result["folds"]}-fold
  cross-validation with near-duplicates kept together.
- Accuracy {result["accuracy"]:.3f} (95 % interval {low:.3f} to {high:.3f}), log-loss {result["log_loss"]:.3f},
  calibration error {result["ece"]:.3f}.
- Weights of the members: {weights}.

{result["verdict"]}

The folder loads with `AutoModelForSequenceClassification` as the plain encoder with a linear head; Outcome RL adds the
other members ({ARRAYS_FILE}, {WORDS_FILE}), which make it better and harder to fool.

The folder holds words and contexts of the file it was trained on ({WORDS_FILE}): share it as you would share that file.

Limits: it knows only emails like those it was trained on, and its opinion is not an outcome. Optimising against it for
long finds texts that it likes and people do not.
"""
