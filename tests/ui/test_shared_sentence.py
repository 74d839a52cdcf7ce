"""The page says which sentence stands in most of the emails after teaching."""

from __future__ import annotations

from pathlib import Path

from outcome_rl import events as ev
from outcome_rl.data.csv_io import write_rows
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunWatcher
from outcome_rl.ui.compare import gains
from outcome_rl.ui.finetune.results import result_words
from tests.helpers.made_runs import made_run

OFFER = "We give you <b>one</b> month free."
RESULT = {
    "gain": 0.5, "gain_ci95": [0.2, 0.8], "win_rate": 0.9, "improved": True, "n": 6,
    **{name: {"reward_mean": 0.1, "predicted": None} for name in ("base", "tuned")},
}  # fmt: skip


def emails(model: str, *closings: str) -> list[str]:
    return [
        f"Hi Ana,\n\nThis is line {place} of {model}.\n\n{each}\n\nBest,\nKim" for place, each in enumerate(closings)
    ]


def test_after_teaching_it_is_counted_among_the_emails_that_were_compared(tmp_path: Path) -> None:
    run = made_run(Workspace(tmp_path), "one", [ev.Finished(result={"evaluation": RESULT, "best_step": 5})])
    same, other = [OFFER] * 4, [f"May I call in week {n} or so?" for n in range(4)]
    written = [("base", each) for each in emails("base", *same)] + [("tuned", each) for each in emails("tuned", *other)]
    file, columns = run.folder / "comparison.csv", ["model", "email_text", "p_reply", "p_conversion"]
    write_rows(file, columns, [[*each, 0.2, 0.1] for each in written])
    view = RunWatcher(Workspace(tmp_path)).snapshot(("finetune",))
    assert "say the same" not in result_words(view), "what the plain writer repeats is nobody's concern"
    written = [("tuned", each) for each in emails("tuned", *same, *other[:2])]
    write_rows(file, columns, [[*each, 0.2, 0.1] for each in written])
    said = result_words(view)
    assert (
        "4 of these 6 emails after teaching contain the same sentence: “We give you &lt;b&gt;one&lt;/b&gt; month free.”"
        in said
    )


def test_so_it_is_where_many_are_compared() -> None:
    figures = {"reward": 0.1, "p_no_reply": 0.7, "p_reply": 0.2, "p_conversion": 0.1}
    written = [
        ev.EmailWritten(place=place, candidate=1, model="tuned", context="A", email_text=each, **figures)
        for place, each in enumerate(emails("tuned", *[OFFER] * 5))
    ]
    shares = {"n": 5, "words_mean": 9, "share_with_question": 0, "share_with_cta": 0}
    result = {**RESULT, **{name: {**RESULT[name], **shares} for name in ("base", "tuned")}}
    said = gains.figures(result, {"tuned": written}, {"beats_guessing": True})
    assert "5 of these 5 emails after teaching contain the same sentence" in said
