"""The command that compares base and tuned model: evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..api.recipients import read_recipients
from ..config import COMPARED_SAMPLES, SamplingConfig
from ..data.csv_io import write_rows
from ..data.dataset import read_contexts, sample_file
from ..errors import ModelError
from ..runs.run import Run, replay
from ..runs.workspace import Workspace
from ..utils.files import copy_file, existing_folder
from . import display
from .app import Json, OutFile, ResumeAsItWas, RewardDir, Root, RunName, app
from .generate import CONTEXTS_HELP, Model
from .options import OptionsFrom, with_options
from .run_session import absolute_path, claim_run_folder, execute_run, find_resumable_run, reject_fixed_options


@app.command()
@with_options(sampling=OptionsFrom(SamplingConfig))
def evaluate(
    sampling: SamplingConfig,
    typed: dict[str, set[str]],
    model: Model = None,
    base: Annotated[
        str | None, typer.Option("--base", help="model to compare with (default: the one it was tuned from)")
    ] = None,
    contexts: Annotated[
        Path | None, typer.Option("--contexts", help=f"{CONTEXTS_HELP} (default: the sample's)")
    ] = None,
    reward_model: RewardDir = None,
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples",
            min=1,
            max=64,
            show_default=False,
            help=f"emails for each context and model (default: {COMPARED_SAMPLES})",
        ),
    ] = None,
    warm_start: Annotated[
        bool | None,
        typer.Option(
            "--warm-start/--no-warm-start",
            help="let the warm start write too, if there is one (default: yes)",
            show_default=False,
        ),
    ] = None,
    out: OutFile = None,
    resume: ResumeAsItWas = None,
    workspace: Root = Path("."),
    run_name: RunName = None,
    json: Json = False,
) -> None:
    """Compare the base model and the tuned one on the same contexts, with an interval."""
    space = Workspace(workspace)
    if resume:
        settings = dict.fromkeys(sorted(typed["sampling"]), True)
        reject_fixed_options(
            model=model, base=base, contexts=contexts, reward_model=reward_model, samples=samples,
            warm_start=warm_start, run_name=run_name, **settings,
        )  # fmt: skip
        run = find_resumable_run(space, resume, "evaluate", None)
    else:
        whom = read_recipients(contexts or sample_file("contexts.csv"), model or space.policy)
        if whom.said:
            display.progress_console.print(whom.said, markup=False)
        folder = reward_model or space.reward_model
        from ..models.device import dtype_name, pick_device, pick_dtype
        from ..reward.metadata import read_figures

        read_figures(folder)  # a missing one is told before there is a run
        models = _models_to_compare(model or str(space.policy), base, warm_start is not False)
        run = claim_run_folder(space, "evaluate", run_name)
        write_rows(run.data_file, ["context"], [[context] for context in whom.contexts])
        run.write_config(
            {
                "kind": "evaluate",
                "data": str(contexts or ""),
                "models": models,
                "not_taught": _not_taught(models["tuned"]),
                "reward_model": absolute_path(folder),
                "sampling": sampling.to_dict(),
                "samples": samples or COMPARED_SAMPLES,
                "dtype": dtype_name(pick_dtype(pick_device())),
            }
        )
    table = run.folder / "comparison.csv"
    try:
        result = execute_run(run, lambda stop: _comparison_events(run, table, stop), bool(resume), json)
    except typer.Exit:  # it was stopped
        if out and table.exists():
            copy_file(table, out)
        raise
    if out:
        copy_file(table, out)
    if not json:
        display.print_comparison(result)
        display.say(result["verdict"])


def _comparison_events(run: Run, table: Path, stop: Any) -> Any:
    """The run's work, from what it was asked to do and what it has recorded."""
    from ..models.device import dtype_of
    from ..pipelines.comparison_run import ComparisonRequest, comparison_run, emails_so_far

    asked = run.config()
    samples = asked["samples"]
    settings = SamplingConfig.from_dict(asked["sampling"])
    dtype = dtype_of(asked["dtype"]) if "dtype" in asked else None  # older runs do not have it
    wanted = ComparisonRequest(asked["models"], Path(asked["reward_model"]), settings, samples, dtype)
    written = emails_so_far(replay(run)[0], samples)
    return comparison_run(wanted, read_contexts(run.data_file), written, table, stop)


def _not_taught(model: str) -> str | None:
    """How a model writes that was made without tuning; None of any other."""
    from ..policy.metadata import read_origin, why_not_taught

    return str(read_origin(model).get("write", "")) if why_not_taught(model) else None


def _models_to_compare(model: str, base: str | None, warm_start: bool) -> dict[str, str]:
    """Which models to compare: what a tuned folder knows of itself; any other model needs ``--base``."""
    from ..policy.metadata import tuned_models

    try:
        names = tuned_models(model)
    except ModelError:
        if base is None:
            raise
        names = {"tuned": model}
    roles = ("warm_start", "tuned") if warm_start else ("tuned",)
    found = {"base": base or names["base"], **{role: names[role] for role in roles if role in names}}
    # a resumed run may be started from elsewhere
    return {role: absolute_path(Path(name)) if existing_folder(Path(name)) else name for role, name in found.items()}
