"""A visitor whose training waits for another's: told so by every way in, able to take it back, begun by itself."""

from __future__ import annotations

import json
import threading
from typing import Any

from outcome_rl import events as ev
from outcome_rl.runs import jobs
from outcome_rl.runs.run import Run
from outcome_rl.security.caps import current_caps
from outcome_rl.ui.common import turns
from outcome_rl.ui.server import protection
from tests.helpers.made_runs import made_run
from tests.helpers.space_visitors import Visitor, served_space

PATIENCE = 60


def called(visitor: Visitor, endpoint: str, **given: Any) -> Any:
    """What an endpoint gives for named arguments."""
    joined = visitor.post(f"/call/v2/{endpoint}", json=given)
    joined.raise_for_status()
    answer = visitor.get(f"/call/{endpoint}/{joined.json()['event_id']}").text
    kind, _, said = answer.strip().rpartition("event: ")[2].partition("\ndata: ")
    assert kind == "complete", said
    return json.loads(said)[0]


def test_a_visitor_waits_is_told_takes_it_back_and_has_a_turn(on_a_space, tmp_path):
    on_a_space.setenv("GRADIO_TEMP_DIR", str(tmp_path / "cache"))
    on_a_space.setenv("OUTCOME_RL_MAX_TRAININGS", "1")
    begun: list[Run] = []
    turn = threading.Event()
    on_a_space.setattr(jobs, "_launch", lambda run, command: (begun.append(run), turn.set()))
    on_a_space.setattr(protection, "TURNS", 0.01)
    on_a_space.setattr(turns, "FRESH", 0.0)
    with served_space(tmp_path / "space") as (address, space):
        anna, ben, eve = (Visitor(address, space) for _ in range(3))
        at_work = made_run(anna.space, "annas", [ev.Started(kind="finetune", command="")])
        at_work.config_file.write_text('{"kind": "finetune", "finetune": {"minutes": 10}}')
        at_work.claim()
        name = called(ben, "train_reward", data={"name": "sample"})
        told = called(ben, "progress")
        assert (told["run"], told["state"], told["running"]) == (name, "waiting", True)
        assert (told["place"], told["minutes"], told["share"]) == (1, 10, None)
        seen = ben.client.get("/at_work").json()
        assert "Waiting for its turn, next in the queue" in seen["words"] and "in about 10 min" in seen["words"]
        assert "&quot;tabs&quot;: &quot;data&quot;" in ben.client.get("/").text, "a reload opens where it waits"
        called(eve, "train_reward", data={"name": "sample"})
        assert called(eve, "progress")["place"] == 2
        assert called(anna, "progress")["place"] is None
        assert called(ben, "stop_reward") == name
        assert called(ben, "progress")["words"] == "You took it out of the queue before its turn; nothing was done."
        assert called(eve, "progress")["place"] == 1
        at_work.mark_failed("over")
        ended = protection.start_housekeeping(space, current_caps())
        assert turn.wait(PATIENCE), "nobody has to come for it"
        ended.set()
        assert begun == eve.space.runs()
