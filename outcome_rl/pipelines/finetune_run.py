"""Fine-tuning as a run: gather what is needed, train, save, compare, report."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..data.dataset import EmailData
from ..errors import DataError, PeerLost
from ..events import Event, Finished, PhaseDone, Progress, StopCheck, Stopped
from ..policy.metadata import taught_steps
from ..policy.model import save_policy
from ..results import FinetuneResult
from ..rl.checkpoints import load_checkpoint
from ..rl.time_budget import TOO_SHORT, advised_minutes, too_short
from ..rl.trainer_state import TrainerState
from ..rl.tune_policy import TrainingResult, tune_policy
from ..rl.validation import Validation
from ..security.capped_settings import within_caps
from ..utils import distributed
from ..utils.work_clock import TimeLimit, WorkClock
from .finetune_inputs import FinetuneInputs, FinetuneJob, gather_inputs, plan_inputs
from .finetune_result import compare_tuned, finetune_result, origin_of
from .known_speed import keep_speed
from .planning import forecast, seconds_needed, time_budget

KEPT = "The model that was tuned before stays as it was."


def finetune_run(job: FinetuneJob, should_stop: StopCheck) -> Generator[Event, None, FinetuneResult | None]:
    """``finetune``: warm start, RL, comparison; ends with Finished or Stopped, and returns the result."""
    main = distributed.is_main()  # which cannot be told any more once they have parted
    if main and not job.resume:
        yield from forecast(job.run, job.config, job.data)
    result = yield from finetune_phase(job, should_stop)
    if isinstance(result, FinetuneResult):
        yield Finished(result=result.to_dict())
        return result
    if main:
        yield result or stopped(job)
    return None


def finetune_phase(job: FinetuneJob, should_stop: StopCheck) -> Generator[Event, None, FinetuneResult | Stopped | None]:
    """Train, save, compare; returns the result, None where it was stopped, or its last word where the time did not
    suffice to tune anything. Raises what ended RL, the model saved.

    Of several processes the main one alone has a result.
    """
    within_caps(job.config, typed=False)
    job = replace(job, clock=job.clock or WorkClock(_kept_seconds(job)))
    clock, limit = job.clock, _limit(job)
    assert clock is not None, "made where there was none"
    if job.config.without_rl:
        limit = None  # there is nothing to plan: what comes before RL fits itself into the time
        if distributed.is_main():
            keep_speed(job.run)
    if limit and not job.resume and distributed.any_process(limit.left() <= 0):
        return untaught(job, seconds_needed(job.run, job.config, job.data)) if distributed.leave() else None
    loaded = yield from gather_inputs(job)
    if limit:
        loaded = yield from plan_inputs(job, loaded, limit)
        if loaded.planned.hopeless:
            measured = limit.left() > 0
            return untaught(job, loaded.planned.enough, measured=measured) if distributed.leave() else None
    tuned = yield from _train(job, loaded, clock, should_stop)
    if not distributed.leave():
        if isinstance(tuned.failed, PeerLost):
            raise tuned.failed
        return None  # any other error is the main process's to tell, when it has saved the model
    if tuned.state.step == 0 and tuned.failed:
        raise tuned.failed
    if tuned.stopped and tuned.state.step == 0:
        return None
    if tuned.too_short and taught_steps(job.out):
        return untaught(job, 0.0, f"{tuned.too_short} {KEPT}")
    yield Progress(phase="saving the tuned model", done=0, total=1)
    save_policy(loaded.policy, tuned.warm_start, job.out, origin_of(job, loaded, tuned))
    if tuned.failed:
        raise tuned.failed
    if tuned.too_short:
        return untaught(job, 0.0, f"{tuned.too_short} The model without tuning is saved in {job.out}.")
    compared = None
    if not job.config.without_rl:
        compared = None if tuned.stopped else (yield from compare_tuned(job, loaded, tuned, should_stop, limit))
        if compared is None:
            return None
    result = finetune_result(job, loaded, tuned, compared, clock.elapsed() - job.spent)
    yield PhaseDone(phase="finetune", result=result.to_dict())
    return result


def untaught(job: FinetuneJob, enough: float, said: str | None = None, measured: bool = False) -> Stopped:
    """The last word where the time did not suffice for one RL step; ``enough``: seconds that would, 0: nobody knows.

    ``measured``: by this run, and not as it was guessed before.
    """
    if said is None:
        minutes = advised_minutes(max(enough, (job.seconds or 0.0) + 1))
        said = too_short(minutes, measured) if enough else TOO_SHORT
    return Stopped(message=said, resumable=False)


def _limit(job: FinetuneJob) -> TimeLimit | None:
    """When all has to be over; None where steps or epochs decide."""
    return TimeLimit(job.clock, job.seconds) if job.clock and job.seconds else None


def _kept_seconds(job: FinetuneJob) -> float:
    """Seconds that a resumed run's checkpoint counts."""
    return load_checkpoint(job.run.checkpoint).state.seconds if job.resume else 0.0


def stopped(job: FinetuneJob) -> Stopped:
    """What a stopped fine-tune says last."""
    message = f"Stopped; resume it to go on from here ({job.go_on or f'--resume {job.run.name}'})."
    state = load_checkpoint(job.run.checkpoint).state
    if state.step:
        message += f" {_kept(state)} is saved in {job.out}."
    return Stopped(message=message, resumable=True)


def _kept(state: TrainerState) -> str:
    """The model that a stopped run saves, in words."""
    watch = state.early_stopping
    if best := state.step if watch.step is None else watch.best_step:
        return f"The model after step {best}"
    if watch.step:
        return "The warm start, which no step was judged better than,"
    return "No RL step was judged yet, so it is the warm start that"


def _train(
    job: FinetuneJob, loaded: FinetuneInputs, clock: WorkClock, should_stop: StopCheck
) -> Generator[Event, None, TrainingResult]:
    """Warm start and RL."""
    contexts, plan = loaded.contexts, loaded.planned.plan
    began = loaded.checkpoint.state.began if loaded.checkpoint else clock.elapsed()
    config = job.config.resolved(loaded.policy.writing.name)
    if plan:
        config = replace(config, contexts_per_step=plan.contexts_per_step)
    return tune_policy(
        config,
        loaded.policy,
        loaded.scorer,
        contexts.train,
        _good_emails(job.data, set(contexts.train), int(config.value_of("warm_start_epochs"))),
        job.run.checkpoint,
        budget=time_budget(job.seconds, began, contexts, loaded.planned, config) if job.seconds else None,
        resume=loaded.checkpoint,
        should_stop=should_stop,
        validation=Validation(tuple(contexts.validation), loaded.judge, loaded.rewards.one_unit)
        if contexts.validation
        else None,
        clock=clock,
    )


def _good_emails(data: EmailData, contexts: set[str], epochs: int) -> EmailData:
    """Emails that got a reply or converted, of the contexts that are trained on."""
    good = data.take([i for i, value in enumerate(data.outcomes) if value > 0 and data.contexts[i] in contexts])
    if not len(good) and epochs:
        raise DataError(
            "no email with outcome 1 or 2 is left for the warm start; the file needs some, with different contexts"
        )
    return good
