"""Calls of every endpoint with bodies made from the page's own description, and of its paths with odd bodies."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any

from tests.torture.cells import ALPHABETS, UNITS

PATHS = (
    *(
        "run/predict",
        "queue/join",
        "call/check_data",
        "cancel",
        "reset",
        "upload",
        "component_server",
        "call/v2/check_data",
    ),
    *("queue/data?session_hash=x", "config", "info", "file=/etc/passwd", "heartbeat/x", "call/none/none", "theme.css"),
)
LONGEST_WAIT = 120
MIDDLEWARE = "/outcome_rl/ui/server/"
"""Stands in every traceback; gradio's own refusals of a body are logged with one."""


def torture(address: str, log: Path, calls: int, seed: int) -> list[str]:
    """So many calls; the complaints: 5xx, answers that say unexpected, and what the log says."""
    dice, complaints = Random(seed), []
    named = json.loads(_ask(f"{address}/gradio_api/info")[1])["named_endpoints"]
    for number in range(calls):
        if number % 10 == 9:
            what, status, said = _odd(address, dice)
        else:
            name = dice.choice(sorted(named))
            body = {"data": [_value(each, dice) for each in named[name]["parameters"]]}
            if dice.random() < 0.1:
                body["data"] = body["data"][: dice.randrange(3)] + [1, None][: dice.randrange(3)]
            what, (status, said) = f"{name} {json.dumps(body)[:300]}", _call(address + "/gradio_api/call" + name, body)
        if status >= 500 or "Unexpected" in said:
            complaints.append(f"call {number}: {status} {said[:300]} for {what}")
        logged = log.read_text(encoding="utf-8", errors="replace")
        if _unforeseen(logged):
            complaints.append(f"call {number}: the log says {logged[-1500:]} for {what}")
            os.truncate(log, 0)
    if _ask(address)[0] != 200:
        complaints.append("the page does not answer any more")
    return complaints


def _unforeseen(logged: str) -> bool:
    """Whether the log tells of an error in our own code."""
    frames = [line for line in logged.splitlines() if line.startswith('  File "') and "/outcome_rl/" in line]
    return "a handler failed" in logged or any(MIDDLEWARE not in line for line in frames)


def _call(url: str, body: Any) -> tuple[int, str]:
    """(status, text) of an event that is put in and waited for."""
    status, said = _ask(url, json.dumps(body).encode())
    if status != 200:
        return status, said
    return _ask(f"{url}/{json.loads(said)['event_id']}")


def _odd(address: str, dice: Random) -> tuple[str, int, str]:
    path = dice.choice(PATHS)
    body = dice.choice(
        (
            None,
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"data": 3}',
            b'{"data": {}}',
            b'{"fn_index": -1}',
            b"\0" * 50,
            b'{"data": [], "fn_index": 99999, "session_hash": []}',
            b'{"data": [null], "event_data": 3, "session_hash": "\\ud800"}',
            b"[" * 50_000,
        )
    )
    return f"{path} {body!r:.100}", *_ask(f"{address}/gradio_api/{path}", body)


def _ask(url: str, body: bytes | None = None) -> tuple[int, str]:
    asked = urllib.request.Request(url, body, {"Content-Type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(asked, timeout=LONGEST_WAIT) as answer:
            if "heartbeat" in url or "queue/data" in url:
                return answer.status, ""  # they never end
            return answer.status, answer.read(200_000).decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(2000).decode("utf-8", "replace")
    except HTTPException:
        return 200, ""  # a stream that gradio has begun and ends, for an event that is not there
    except (OSError, ValueError) as fault:
        return 599, f"{type(fault).__name__}: {fault}"


def _value(parameter: dict[str, Any], dice: Random) -> Any:
    """A value for a parameter: what its type allows, what comes close to it, or something else."""
    kind = dice.random()
    if kind < 0.25 and parameter.get("parameter_has_default"):
        return parameter["parameter_default"]
    if kind < 0.85:
        return _of_type(parameter.get("type") or {}, dice, 3)
    return dice.choice(ODD)


ODD = (
    None,
    "",
    "x",
    0,
    -1,
    1e308,
    10**30,
    True,
    [],
    {},
    [[]],
    [None],
    {"path": "/etc/passwd"},
    {"path": "x", "meta": {"_type": "gradio.FileData"}},
    {"headers": [], "data": [[]]},
    "../../etc",
    "\0",
    "😀" * 1000,
    "a" * 100_000,
    {"label": "x", "id": "y", "columns": 3},
    {"id": "sample"},
)


def _of_type(schema: dict[str, Any], dice: Random, depth: int) -> Any:
    """Something that a JSON schema, or nearly, allows."""
    if options := schema.get("enum"):
        return dice.choice([*options, "none of these"])
    if branches := schema.get("anyOf") or schema.get("oneOf"):
        return _of_type(dice.choice(branches), dice, depth)
    kind = schema.get("type")
    kind = dice.choice(kind) if isinstance(kind, list) else kind
    if kind == "array" or "prefixItems" in schema:
        return [_of_type(schema.get("items") or {}, dice, depth - 1) for _ in range(dice.randrange(3))] if depth else []
    if kind == "object" or "properties" in schema:
        wanted = schema.get("properties") or {}
        return (
            {name: _of_type(each, dice, depth - 1) for name, each in wanted.items() if dice.random() < 0.8}
            if depth
            else {}
        )
    if kind in ("number", "integer"):
        return dice.choice((0, 1, -1, 2, 7, 0.5, 1e9, -1e300, 2**63))
    if kind == "boolean":
        return dice.random() < 0.5
    if kind == "string":
        return next(_texts(dice))
    return dice.choice(ODD)


def _texts(dice: Random) -> Iterator[str]:
    yield dice.choice(
        (
            "",
            "Customer: a bakery in Ulm.",
            "Hi Ana, shall we talk?",
            "sample",
            "context,email_text\nA,B\n",
            dice.choice(UNITS) * dice.randint(1, 300),
            "".join(dice.choices(dice.choice(ALPHABETS), k=20)),
        )
    )
