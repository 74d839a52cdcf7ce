"""Fine-tuning as a run: gather what is needed, train, save, compare, report."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from ..data.dataset import EmailData
from ..errors import DataError, PeerLost
from ..events import Event, Finished, PhaseDone, Progress, StopCheck, Stopped
from ..policy.model import save_policy
from ..results import FinetuneResult
from ..rl.checkpoints import load_checkpoint
from ..rl.tune_policy import TrainingResult, tune_policy
from ..rl.validation import Validation
from ..security.capped_settings import within_caps
from ..utils import distributed
from .finetune_inputs import FinetuneInputs, FinetuneJob, gather_inputs, plan_inputs
from .finetune_result import compare_tuned, finetune_result, origin_of
from .planning import time_budget


def finetune_run(job: FinetuneJob, should_stop: StopCheck) -> Generator[Event, None, FinetuneResult | None]:
    """``finetune``: warm start, RL, comparison; ends with Finished or Stopped, and returns the result."""
    main = distributed.is_main()  # which cannot be told any more once they have parted
    result = yield from finetune_phase(job, should_stop)
    if main:
        yield stopped(job) if result is None else Finished(result=result.to_dict())
    return result


def finetune_phase(job: FinetuneJob, should_stop: StopCheck) -> Generator[Event, None, FinetuneResult | None]:
    """Train, save, compare; returns the result, or None where it was stopped. Raises what ended RL, the model saved.

    Of several processes the main one alone has a result.
    """
    started = time.monotonic()
    within_caps(job.config)
    loaded = yield from gather_inputs(job)
    if job.seconds:
        seconds = job.seconds - (time.monotonic() - started)
        loaded = yield from plan_inputs(job, loaded, seconds)
    before = loaded.checkpoint.state.seconds if loaded.checkpoint else 0.0
    tuned = yield from _train(job, loaded, time.monotonic() - started, should_stop)
    if not distributed.leave():
        if isinstance(tuned.failed, PeerLost):
            raise tuned.failed
        return None  # any other error is the main process's to tell, when it has saved the model
    if tuned.state.step == 0 and tuned.failed:
        raise tuned.failed
    if tuned.stopped and tuned.state.step == 0:
        return None
    yield Progress(phase="saving the tuned model", done=0, total=1)
    save_policy(loaded.policy, tuned.warm_start, job.out, origin_of(job, loaded, tuned))
    if tuned.failed:
        raise tuned.failed
    compared = None if tuned.stopped else (yield from compare_tuned(job, loaded, tuned, should_stop))
    if compared is None:
        return None
    result = finetune_result(job, loaded, tuned, compared, time.monotonic() - started + before)
    yield PhaseDone(phase="finetune", result=result.to_dict())
    return result


def stopped(job: FinetuneJob) -> Stopped:
    """What a stopped fine-tune says last."""
    message = f"Stopped; resume it to go on from here ({job.go_on or f'--resume {job.run.name}'})."
    state = load_checkpoint(job.run.checkpoint).state
    if state.step:
        best = state.step if state.early_stopping.step is None else state.early_stopping.best_step
        saved = f"The model after step {best}" if best else "The warm start, which no step was judged better than,"
        message += f" {saved} is saved in {job.out}."
    return Stopped(message=message, resumable=True)


def _train(
    job: FinetuneJob, loaded: FinetuneInputs, loading: float, should_stop: StopCheck
) -> Generator[Event, None, TrainingResult]:
    """Warm start and RL; ``loading``: seconds of the budget that are gone, unless a resumed run has counted them."""
    contexts, spent = loaded.contexts, 0.0 if loaded.checkpoint else loading
    config = job.config.resolved(loaded.policy.writing.name)
    if loaded.plan:
        config = replace(config, contexts_per_step=loaded.plan.contexts_per_step)
    return tune_policy(
        config,
        loaded.policy,
        loaded.scorer,
        contexts.train,
        _good_emails(job.data, set(contexts.train), int(config.value_of("warm_start_epochs"))),
        job.run.checkpoint,
        budget=time_budget(job.seconds - spent, contexts, loaded.plan) if job.seconds else None,
        resume=loaded.checkpoint,
        should_stop=should_stop,
        validation=Validation(tuple(contexts.validation), loaded.judge, loaded.rewards.one_unit)
        if contexts.validation
        else None,
    )


def _good_emails(data: EmailData, contexts: set[str], epochs: int) -> EmailData:
    """Emails that got a reply or converted, of the contexts that are trained on."""
    good = data.take([i for i, value in enumerate(data.outcomes) if value > 0 and data.contexts[i] in contexts])
    if not len(good) and epochs:
        raise DataError(
            "no email with outcome 1 or 2 is left for the warm start; the file needs some, with different contexts"
        )
    return good
