"""The example's files in ``data/example``: what the page shows at once, and the models behind it.

``shown.json`` holds the emails as they were written, so that the page needs no model to open. ``reward_model`` and
``writer`` are loaded when somebody first asks for more, with the language models that come with the program.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...data.dataset import sample_file
from ...errors import ModelError
from ...policy.metadata import FACTS_FILE
from ...reward.metadata import read_figures
from ...utils.files import read_json, write_json

FORMAT = 2
SHOWN_FILE, REWARD_MODEL, WRITER, EVENTS_FILE = "shown.json", "reward_model", "writer", "events.jsonl"
LEFT_OUT = ("model.safetensors", "tokenizer.json", "tokenizer_config.json", "judge.safetensors", "README.md")
"""Of a reward model's folder: what comes with the program, or is not needed."""
ROLES = ("base", "warm_start", "tuned")
"""Who has written, in the order of time."""
REMADE = "make the example again with: make demo"


@dataclass(frozen=True)
class ExampleEmail:
    """What one of the models wrote. ``effects``: each sentence and what it adds, in payoff units."""

    text: str
    p_reply: float
    p_conversion: float
    effects: list[tuple[str, float]]


@dataclass(frozen=True)
class ExampleContext:
    """One recipient, and what was written for them: before teaching, in the seller's own sentences before practice,
    and after it.
    """

    context: str
    base: ExampleEmail
    warm_start: ExampleEmail
    tuned: ExampleEmail


@dataclass(frozen=True)
class Example:
    """All that the page shows without a model. ``predicted``: (p_reply, p_conversion) of each email of the comparison,
    by model; ``result``: what the fine-tune reported; ``figures``: what the reward model's training did; ``facts``:
    what the seller may say.
    """

    file: str
    emails: int
    made: str
    contexts: list[ExampleContext]
    predicted: dict[str, list[tuple[float, float]]]
    result: dict[str, Any]
    figures: dict[str, Any] = field(default_factory=dict)
    facts: str = ""


def example_folder() -> Path:
    """Where the example lies."""
    return sample_file("example")


def save_shown(example: Example, folder: Path) -> None:
    """Write what the page shows; the figures lie with the reward model already, the facts with the writer."""
    write_json(folder / SHOWN_FILE, {"format": FORMAT, **asdict(example), "figures": {}, "facts": ""})


def load_example(folder: Path | None = None) -> Example:
    """What the page shows. Raises ModelError where the files are not of this version."""
    folder = folder or example_folder()
    try:
        kept = read_json(folder / SHOWN_FILE)
        if kept.pop("format") != FORMAT:
            raise ValueError("another version wrote it")
        contexts = [
            ExampleContext(each["context"], *(_email(each[role]) for role in ROLES)) for each in kept["contexts"]
        ]
        if not contexts:
            raise ValueError("it has no emails")
        predicted = {name: [(float(a), float(b)) for a, b in pairs] for name, pairs in kept["predicted"].items()}
        figures = read_figures(folder / REWARD_MODEL)
        facts = (folder / WRITER / FACTS_FILE).read_text(encoding="utf-8")
        whole = {**kept, "contexts": contexts, "predicted": predicted, "figures": figures, "facts": facts}
        return Example(**whole)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ModelError) as error:
        raise ModelError(f"the example in '{folder}' cannot be shown ({error}); {REMADE}") from None


def _email(kept: dict[str, Any]) -> ExampleEmail:
    effects = [(str(sentence), float(effect)) for sentence, effect in kept["effects"]]
    return ExampleEmail(str(kept["text"]), float(kept["p_reply"]), float(kept["p_conversion"]), effects)


def reward_model_folder(folder: Path | None = None) -> Path:
    """The reward model, without its encoder, which comes with the program."""
    return (folder or example_folder()) / REWARD_MODEL


def writer_folder(folder: Path | None = None) -> Path:
    """The tuned writer: an adapter, the bank of sentences, what may be said."""
    return (folder or example_folder()) / WRITER
