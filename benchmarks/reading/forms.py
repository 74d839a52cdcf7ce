"""Which emails stand in a reading form, in which order, and whose they are: the key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from outcome_rl.data.csv_io import find_columns, open_table
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.utils.files import read_json, write_json

from .questions import LABELS

Emails = Mapping[str, Sequence[str]]
"""One writer's emails by context, in the order of the file."""
_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # without vowels no word comes of it


@dataclass(frozen=True)
class Item:
    """A situation and the emails written for it. ``writers`` and ``emails`` go by label: A, B, C."""

    code: str
    context: str
    writers: tuple[str, ...]
    emails: tuple[str, ...]

    @property
    def labels(self) -> str:
        return LABELS[: len(self.emails)]


@dataclass(frozen=True)
class Key:
    """What readers must not see. ``form`` begins each item's code, so that answers to another form are noticed."""

    form: str
    seed: int
    writers: tuple[str, ...]
    facts: str
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)


def read_writer(source: str) -> tuple[str, dict[str, list[str]]]:
    """A writer's name and emails from ``FILE`` or ``FILE::MODEL``, a CSV with context, email_text and maybe model.

    The name is the model's where the file has that column, else the file's. Raises DataError.
    """
    file, _, wanted = source.partition("::")
    path = Path(file)
    header, rows = open_table(path)
    context_at, email_at = find_columns(path, header, ["context", "email_text"])
    has_models = "model" in map(str.lower, header)
    model_at = find_columns(path, header, ["model"])[0] if has_models else None
    if wanted and model_at is None:
        raise DataError(f"{path.name}: has no column 'model', so '::{wanted}' cannot be looked up; leave it out")
    cells = [row.cells for row in rows]
    models = [row[model_at].strip() for row in cells] if model_at is not None else [""] * len(cells)
    known = list(dict.fromkeys(models))
    if wanted and wanted not in known:
        raise DataError(f"{path.name}: has no emails of model '{wanted}'; its models are {', '.join(known)}")
    if not wanted and len(known) > 1:
        raise DataError(
            f"{path.name}: holds emails of several models ({', '.join(known)}); name one: {file}::{known[0]}"
        )
    emails: dict[str, list[str]] = {}
    for row, model in zip(cells, models, strict=True):
        if not wanted or model == wanted:
            emails.setdefault(" ".join(row[context_at].split()), []).append(_even(row[email_at]))
    if not emails:
        raise DataError(f"{path.name}: has no rows below its header; give a file with emails")
    return wanted or known[0] or path.stem, emails


def _even(email: str) -> str:
    """The email with line breaks and outer white space as everybody's, for they could tell writers apart."""
    lines = email.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def draw_form(writers: Mapping[str, Emails], n: int, seed: int, facts: str = "") -> Key:
    """Draw ``n`` items of contexts that all writers have, fewer where there are not as many.

    Every context comes once before any comes twice. Each writer stands as often in each place as any other, as far as
    the number of items allows.

    Raises:
        ConfigError: ``n`` is below 1, or there are fewer than two writers or too many.
        DataError: the writers have no context in common.
    """
    if n < 1:
        raise ConfigError(f"--n is {n}; it must be 1 or more")
    if not 2 <= len(writers) <= len(LABELS):
        raise ConfigError(f"there are {len(writers)} writers; 2 to {len(LABELS)} can be read side by side")
    rng = np.random.default_rng(seed)
    names = tuple(writers)
    drawn = _draw_emails(writers, n, rng)
    form = _form_code(drawn, seed)
    orders = _draw_orders(len(names), len(drawn), rng)
    width = max(2, len(str(len(drawn))))
    items = [
        Item(f"{form}-{i:0{width}d}", context, tuple(names[w] for w in order), tuple(emails[w] for w in order))
        for i, ((context, emails), order) in enumerate(zip(drawn, orders, strict=True), 1)
    ]
    return Key(form, seed, names, facts.strip(), tuple(items))


def common_contexts(writers: Mapping[str, Emails]) -> list[str]:
    """The contexts for which every writer has an email, in the order of the first."""
    first, *others = writers.values()
    return [context for context in first if all(context in other for other in others)]


def _draw_emails(writers: Mapping[str, Emails], n: int, rng: np.random.Generator) -> list[tuple[str, tuple[str, ...]]]:
    contexts = common_contexts(writers)
    if not contexts:
        raise DataError(f"{' and '.join(writers)} have no context in common; let them write for the same contexts")
    shuffled = {
        context: [[own[context][i] for i in rng.permutation(len(own[context]))] for own in writers.values()]
        for context in contexts
    }
    found: list[tuple[str, tuple[str, ...]]] = []
    for turn in range(max(len(emails) for own in shuffled.values() for emails in own)):
        ready = [context for context in contexts if all(len(emails) > turn for emails in shuffled[context])]
        for i in rng.permutation(len(ready)):
            found.append((ready[i], tuple(emails[turn] for emails in shuffled[ready[i]])))
    return found[:n]


def _draw_orders(k: int, n: int, rng: np.random.Generator) -> list[list[int]]:
    """``n`` orders of ``k`` writers: blocks of the rotations of a random order, the blocks then mixed."""
    orders: list[list[int]] = []
    while len(orders) < n:
        base = rng.permutation(k).tolist()
        block = [base[i:] + base[:i] for i in range(k)]
        orders += [block[i] for i in rng.permutation(k)]
    return [orders[i] for i in rng.permutation(n)]


def _form_code(drawn: Sequence[tuple[str, tuple[str, ...]]], seed: int) -> str:
    digest = hashlib.sha256(json.dumps([seed, drawn]).encode()).digest()
    return "".join(_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in digest[:3])


def write_key(path: Path, key: Key) -> None:
    write_json(path, asdict(key))


def read_key(path: Path) -> Key:
    """The key of a form. Raises DataError where the file is none."""
    try:
        found: dict[str, Any] = read_json(path)
        items = tuple(Item(i["code"], i["context"], tuple(i["writers"]), tuple(i["emails"])) for i in found["items"])
        return Key(found["form"], found["seed"], tuple(found["writers"]), found["facts"], items)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give the key that 'pairs' wrote") from None
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{path}: is not the key of a reading form; give the file that 'pairs --key' wrote") from None
