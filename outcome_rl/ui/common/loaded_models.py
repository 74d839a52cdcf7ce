"""The models that the third tab writes and scores with, loaded when they are first needed and then kept."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from gradio.blocks import Block

from ...config import OWN_WORDS, FinetuneConfig, SamplingConfig
from ...errors import ModelError, OutcomeRLError
from ...policy.metadata import NOT_TAUGHT as MADE_WITHOUT_RL
from ...policy.metadata import is_taught, read_origin
from ...reward.metadata import figures_if_any
from ...utils.files import folder_version
from ..words.names import NOT_TAUGHT, ROLES, TEACHING_KEPT_NOTHING
from ..words.write import NO_RECIPIENT, NOTHING_YET
from . import verdicts
from .page_context import Page
from .zero_gpu import NoCard

if TYPE_CHECKING:  # they bring torch along
    from ...generation.emails import ScoredEmail
    from ...policy.model import WritingModel
    from ...reward.shared_scorer import SharedScorer

T = TypeVar("T")
MAX_CONTEXT = 1000
REFRESH = 0.1
"""Seconds between two drawings of a growing email."""


@dataclass(frozen=True)
class WritingProgress:
    """How far one model is: ``texts`` while it writes, ``emails``, the best first, once it is done.

    ``notice``: what is to be said of the model and its emails; ``slow``: why they were not written as fast as usual.
    """

    role: str
    texts: Sequence[str] = ()
    emails: Sequence[ScoredEmail] = ()
    notice: str | None = None
    slow: str = ""


@dataclass(frozen=True)
class AvailableModels:
    """What can be used now. ``taught``: a round of teaching was kept in the tuned model, which else is the warm start.

    ``fingerprint`` changes whenever one of the models does. ``without_teaching``: the tuned model was made so.
    ``own_words``: it uses the seller's sentences. ``guesses``: the reward model does, so that nothing can be taught.
    """

    has_tuned_model: bool
    has_reward_model: bool
    taught: bool
    fingerprint: tuple[int, int]
    without_teaching: bool = False
    own_words: bool = False
    guesses: bool = False

    @property
    def comparable(self) -> bool:
        """Whether there is something to set the tuned model against: itself before a round, or the language model."""
        return self.taught or self.without_teaching

    @property
    def titles(self) -> dict[str, str]:
        """What the models are called."""
        if self.taught or not self.has_tuned_model:
            return ROLES
        return NOT_TAUGHT if self.without_teaching and self.own_words else TEACHING_KEPT_NOTHING


ModelDependentParts = tuple[Sequence[Block], Callable[[AvailableModels], list[Any]]]
"""Parts of the page that depend on what can be used, and what gives their new values."""


def available_models(page: Page) -> AvailableModels:
    """What is on the disk now; nothing is loaded."""
    policy, reward_model = folder_version(page.workspace.policy), folder_version(page.workspace.reward_model)
    try:
        origin = read_origin(page.workspace.policy)
    except ModelError:
        origin = {}
    return AvailableModels(
        bool(policy),
        bool(reward_model),
        bool(policy) and is_taught(page.workspace.policy),
        (policy, reward_model),
        origin.get(MADE_WITHOUT_RL) is not None,
        origin.get("write") == OWN_WORDS,
        bool(verdicts.distrust(figures_if_any(page.workspace.reward_model))),
    )


def model_sources(page: Page) -> dict[str, str]:
    """What each role's model is loaded from; the base alone where nothing is tuned yet.

    Raises:
        OutcomeRLError: there is nothing to write with yet.
    """
    from ...policy.metadata import tuned_models

    available = available_models(page)
    if available.has_tuned_model:
        return tuned_models(page.workspace.policy)
    if available.has_reward_model:
        return {"base": FinetuneConfig().model}
    raise OutcomeRLError(NOTHING_YET)


def load_page_reward_model(page: Page) -> SharedScorer | None:
    """The reward model, None where there is none. Raises ModelError where it cannot be read."""
    if figures_if_any(page.workspace.reward_model) is None:
        return None
    return page.models.reward_models.get(page.workspace.reward_model)


def load_role(page: Page, role: str, source: Any) -> WritingModel:
    """The model of a role. Raises ModelError where it cannot be read."""
    from ...policy.model import load_writing_model

    return page.models.get(role, str(source), load_writing_model)


def known_facts(page: Page) -> str:
    """What the emails of the tuned model may say; empty where there is none."""
    from ...policy.metadata import FACTS_FILE

    file = page.workspace.policy / FACTS_FILE
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def require_context(context: str) -> str:
    """The context as the models get it. Raises OutcomeRLError where it is empty."""
    if not context.strip():
        raise OutcomeRLError(NO_RECIPIENT)
    return context.strip()[:MAX_CONTEXT]


def stream_writing(
    page: Page, context: str, sampling: SamplingConfig, candidates: int, roles: Sequence[str] = tuple(ROLES)
) -> Generator[WritingProgress, None, None]:
    """Each model of these ``roles``, as far as there are such: while it is loaded, again and again while it writes, and
    when it is done.

    Raises:
        OutcomeRLError: a model cannot be loaded, or the context is empty.
    """
    context, slow = require_context(context), ""
    reward_model, sources = load_page_reward_model(page), model_sources(page)
    for role in (role for role in roles if role in sources):
        yield WritingProgress(role)
        writer = load_role(page, role, sources[role])
        if role == "base":  # it is checked against what the tuned one may say
            writer = replace(writer, facts=known_facts(page))
        written: list[ScoredEmail] | None = None
        if page.card is not None and not slow:
            asked = page.card.write(role, str(sources[role]), context, sampling, candidates)
            try:
                texts = yield from _stream_role(role, asked)
                written = _ranked(writer, context, texts, reward_model)
            except NoCard as why:
                slow = str(why)
        if written is None:
            written = yield from _stream_role(role, _on_processor(writer, context, sampling, reward_model, candidates))
        said = [writer.notice or "", *writer.remarks([context], sampling)]
        yield WritingProgress(role, emails=written, notice=" ".join(filter(None, said)) or None, slow=slow)


def _ranked(
    writer: WritingModel, context: str, texts: Sequence[str], reward_model: SharedScorer | None
) -> list[ScoredEmail]:
    from ...generation.emails import ranked

    return ranked([context], [texts], reward_model, writer)[0]


def _on_processor(
    writer: WritingModel, context: str, sampling: SamplingConfig, reward_model: SharedScorer | None, candidates: int
) -> Generator[list[str], None, list[ScoredEmail]]:
    from ...generation.emails import stream_emails

    return stream_emails(writer, context, sampling, reward_model, candidates)


def _stream_role(role: str, stream: Generator[list[str], None, T]) -> Generator[WritingProgress, None, T]:
    with closing(stream):
        while True:
            try:
                texts = next(stream)
            except StopIteration as end:
                whole: T = end.value
                return whole
            yield WritingProgress(role, texts=texts)
