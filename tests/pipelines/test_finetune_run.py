"""What a fine-tune says first."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from outcome_rl.events import Notice, Stopped
from outcome_rl.pipelines import finetune_run

TOO_FEW = Notice(message="too few minutes")
LAST = Stopped(message="over", resumable=False)


def phase(job, should_stop):
    yield from ()
    return LAST


@pytest.mark.parametrize(("resumed", "said"), [(False, [TOO_FEW, LAST]), (True, [LAST])])
def test_too_few_minutes_are_said_before_a_run_and_not_again_where_it_goes_on(monkeypatch, resumed, said):
    """What it has worked already is part of them."""
    monkeypatch.setattr(finetune_run, "forecast", lambda *_: [TOO_FEW])
    monkeypatch.setattr(finetune_run, "finetune_phase", phase)
    job = SimpleNamespace(resume=resumed, run=None, config=None, data=None)
    assert list(finetune_run.finetune_run(job, lambda: False)) == said
