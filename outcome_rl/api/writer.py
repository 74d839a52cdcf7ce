"""Language models that write emails, and the comparison of several."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from ..config import COMPARED_SAMPLES, SamplingConfig
from ..errors import ConfigError
from ..evaluation.comparison import OpenWriter
from ..generation.emails import ScoredEmail, write_emails
from ..pipelines.comparison_run import ComparisonTask, comparison_phase
from ..policy import model as policy
from ..policy.language_model import fit_language_model
from ..policy.metadata import tuned_models
from ..results import ROLES, Comparison
from ..utils.streaming import run_to_end
from .inputs import OnEvent, as_texts
from .reward_model import Reward, as_rewards, as_scorer_if_any


@dataclass(frozen=True, kw_only=True, eq=False)
class Writer:
    """A causal language model of transformers with its tokenizer, from :meth:`load` or out of memory.

    The model is put into evaluation mode and stays on its device. ``name``: what emails say they are by; for a model
    in memory also where it can be found again, by default what transformers remembers of that. A model that was not
    loaded here is tried out with its tokenizer, and ``tokenizer`` becomes a copy that fits.

    Raises:
        ModelError: the two do not fit each other, or the model cannot be sampled from and tuned.
    """

    model: Any
    tokenizer: Any
    name: str = ""
    _loaded: policy.WritingModel | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.model.eval()
        if not self.name:
            object.__setattr__(self, "name", self.model.config.name_or_path or type(self.model).__name__)
        if self._loaded is None:
            own = fit_language_model(self.name, self.model, deepcopy(self.tokenizer))
            object.__setattr__(self, "tokenizer", own.tokenizer)
            for notice in own.notices:
                warnings.warn(notice, stacklevel=3)

    @classmethod
    def load(cls, name: Path | str) -> Writer:
        """A tuned model's folder, the ``warm_start`` folder inside one, another model folder, or a name on the Hub.

        Where the default model cannot be had a bundled one serves in its place, with a warning.

        Raises:
            ModelError: it cannot be found or read.
        """
        found = policy.load_writing_model(name)
        if found.notice:
            warnings.warn(found.notice, stacklevel=2)
        return cls(model=found.model, tokenizer=found.tokenizer, name=found.name, _loaded=found)

    def generate(
        self,
        contexts: Sequence[str],
        *,
        candidates: int = 1,
        best_of: int | None = None,
        reward_model: Reward | None = None,
        sampling: SamplingConfig | None = None,
    ) -> list[ScoredEmail]:
        """``candidates`` emails for each context, in the order of the contexts; scored, a context's best comes first.

        Each has ``email_text``, ``reward``, ``p_no_reply``, ``p_reply``, ``p_conversion`` and ``check``, what the
        checks found in it; without a reward model the figures are None. The same seed writes the same emails.
        ``best_of``: how many are written for each context, of which the ``candidates`` best are kept; None: as
        :data:`outcome_rl.config.BEST_OF` has it, never fewer than are kept.

        Raises:
            ConfigError: fewer than one candidate or one to choose from, or a single text in place of a list.
        """
        for name, value in (("candidates", candidates), ("best_of", best_of)):
            if value is not None and value < 1:
                raise ConfigError(f"{name}: {value} is outside the allowed range, 1 or more")
        texts, settings = as_texts("contexts", contexts), sampling or SamplingConfig()
        _warn(self, texts, settings)
        return write_emails(self.plain(), texts, settings, as_scorer_if_any(reward_model), candidates, best_of)

    def plain(self) -> policy.WritingModel:
        """As the rooms below have it."""
        return self._loaded or policy.WritingModel(self.name, self.tokenizer, self.model)


Models: TypeAlias = Mapping[str, Writer | Path | str] | Path | str
"""``base`` and ``tuned``, perhaps ``warm_start``, each a writer, a folder or a name; or a tuned model's folder, which
knows all three."""


def compare(
    models: Models,
    contexts: Sequence[str],
    reward_model: Reward,
    *,
    judge: Reward | None = None,
    samples: int = COMPARED_SAMPLES,
    sampling: SamplingConfig | None = None,
    on_event: OnEvent | None = None,
) -> Comparison:
    """Let the models write ``samples`` emails for each context, and compare their rewards context by context.

    ``.gain`` with ``.gain_ci95`` is tuned over base; ``.improved`` is True only where the judge sees it too, if there
    is one: ``judge``, or the reward model's own. ``.verdict`` says it in words; ``.emails`` holds what was written.

    Raises:
        ConfigError: a role is missing or unknown, or there is no context.
        ModelError: a model cannot be found or read.
    """
    texts = as_texts("contexts", contexts)
    if not texts:
        raise ConfigError("contexts: there are none; at least one is needed, five or more to show an improvement")
    named: Mapping[str, Writer | Path | str] = tuned_models(models) if isinstance(models, (str, Path)) else models
    unknown = sorted(set(named) - set(ROLES))
    if unknown or "base" not in named or "tuned" not in named:
        given = ", ".join(named) or "none"
        raise ConfigError(f"models: {given}; 'base' and 'tuned' are needed, 'warm_start' may be there")
    writers = _load_writers(named)
    opened = {role: _keep_open(writer) for role, writer in writers.items()}
    rewards, settings = as_rewards(reward_model, judge), sampling or SamplingConfig()
    _warn(writers["tuned"], texts, settings)
    facts = writers["tuned"].plain().facts
    task = ComparisonTask(opened, writers["base"].name, rewards, tuple(texts), settings, samples, facts)
    result = run_to_end(comparison_phase(task, {}, lambda: False), on_event)
    assert result is not None, "nobody can stop it"
    return result


def _warn(writer: Writer, contexts: Sequence[str], sampling: SamplingConfig) -> None:
    for said in writer.plain().remarks(contexts, sampling):
        warnings.warn(said, stacklevel=3)


def _keep_open(writer: Writer) -> OpenWriter:
    return lambda: nullcontext(writer.plain())


def _load_writers(models: Mapping[str, Writer | Path | str]) -> dict[str, Writer]:
    """Each role's, in the order that results have them; what has one name is loaded once. Raises ModelError."""
    load = cache(Writer.load)
    given = {role: models[role] for role in ROLES if role in models}
    return {role: each if isinstance(each, Writer) else load(str(each)) for role, each in given.items()}
