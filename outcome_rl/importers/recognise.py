"""Which tool a table comes from, by its header; else a wary guess at its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .context import context_columns
from .guess import chosen_columns, guess_layout
from .guess_outcomes import outcome_rule
from .layouts import Layout, layout_of, load_adapters, match_adapter
from .profiles import profile_columns
from .tables import Table


def recognise(table: Table, chosen: Mapping[str, str] | None = None) -> Layout:
    """How to read a table.

    Args:
        chosen: what a person said of columns: roles (email, outcome, context, recipient, sent_at, step …) to names.

    Raises:
        ConfigError: a chosen column is not there.
        DataError: the rows cannot be read.
    """
    adapters = load_adapters()
    known = match_adapter(table.header, [each for each in adapters if each.signature])
    profiles = profile_columns(table.header, (record.cells for record in table.rows()))
    if known is None:
        events = next(each for each in adapters if each.tool == "events")
        return guess_layout(profiles, events, table.head.found, chosen)
    layout = layout_of(known[0], table.header, known[1])
    day_first = any(profile.day_first is True for profile in profiles)
    said = chosen_columns(table.header, chosen or {})
    if not said:
        return replace(layout, day_first=day_first)
    rules = layout.rules
    if "outcome" in said:
        rules = (outcome_rule(next(each for each in profiles if each.name == said.pop("outcome"))),)
    context = {"context": said.pop("context")} if "context" in said else layout.context
    columns = {**layout.columns, **said}
    if "text" in said:
        columns.pop("html", None)
    left = [name for name in context.values() if name not in columns.values()]
    context = context if "context" in (chosen or {}) else context_columns(left)
    return replace(layout, columns=columns, rules=rules, context=context, day_first=day_first)
