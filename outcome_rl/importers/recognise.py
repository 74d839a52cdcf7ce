"""Which tool a table comes from, by its header; else a wary guess at its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType

from ..data.tables import Table
from .beside import FEWEST_PEOPLE, look_beside, with_own_conversions
from .context import context_columns
from .deals import with_day_of_win, with_deals
from .event_cells import KEPT_ROLES, find_event_cells
from .event_words import SENT_EVENTS
from .guess import guess_layout, roles_by_name
from .guess_outcomes import chosen_rules
from .labels_beside import with_rungs_over_labels
from .last_steps import with_last_steps
from .layouts import WITH_EMAILS, Layout, Shape, layout_of, load_adapters, match_adapter
from .meanings import Meaning, word_key
from .named_columns import chosen_columns, outcome_columns
from .own_states import with_own_states, with_stamps
from .packed_cells import own_header
from .profiles import LOOKED_AT, Profile, profile_columns

FEWEST_WORDS = 12
"""Words on average from which on a column of a lead's texts may hold emails."""


def recognise(
    table: Table,
    chosen: Mapping[str, str] | None = None,
    day_first: bool | None = None,
    said: Mapping[str, Meaning] = MappingProxyType({}),
) -> Layout:
    """How to read a table.

    Args:
        chosen: what a person said of columns: roles (email, outcome, context, recipient, sent_at, step …) to names.
        day_first: how ``3/4/2024`` is meant; None: told by the other dates, month first where none tells.
        said: what a person said that words of outcomes mean.

    Raises:
        ConfigError: a chosen column is not there.
        DataError: the rows cannot be read.
    """
    adapters = load_adapters()
    known = match_adapter(own_header(table), [each for each in adapters if each.signature])
    first_rows = [record.cells for record in islice(table.rows(), LOOKED_AT)]
    profiles = profile_columns(table.header, first_rows)
    if known is None:
        events = next(each for each in adapters if each.tool == "events")
        layout = guess_layout(profiles, events, table.head.found, chosen)
        free = not (chosen or {}).get("outcome")
        if free:
            layout = with_rungs_over_labels(layout, profiles, first_rows, said)
        layout = look_beside(layout, profiles, first_rows, said=not free)
        if free:
            layout = with_own_states(layout, profiles, first_rows)
    else:
        layout = _with_usual_names(layout_of(known[0], table.header, known[1]), profiles)
        layout = _without_notes(with_last_steps(layout, table.header, first_rows), profiles)
        layout = with_own_conversions(layout, profiles, first_rows)
        layout = with_own_states(layout, profiles, first_rows)
        named = chosen_columns(table.header, chosen or {})
        ladder = outcome_columns(table.header, (chosen or {}).get("outcome", ""))
        if named or ladder:
            own = {rule.column for rule in layout.rules}
            layout = _as_said(layout, named, ladder, profiles, table.header)
            layout = with_stamps(layout, own, profiles, first_rows)
    layout = with_day_of_win(with_deals(layout, profiles), profiles)
    return _with_days(layout, table.header, profiles, first_rows, day_first)


def recognise_events(
    table: Table, layout: Layout, chosen: Mapping[str, str] | None = None, day_first: bool | None = None
) -> tuple[Table, Layout]:
    """(the table with a row for each event, how to read it) where a column holds each recipient's events in JSON, and
    the other columns do not tell the same; else both as they are, as where a person named what an event says itself.
    """
    named = {role for role, name in (chosen or {}).items() if name}
    if layout.tool != "generic" or not named.issubset(KEPT_ROLES) or not (found := find_event_cells(table, layout)):
        return table, layout
    rows, told = found
    if layout.tells_replies and ("text" in layout.columns or not rows.tell_sends):
        return table, layout
    first_rows = [record.cells for record in islice(rows.rows(), LOOKED_AT)]
    profiles = profile_columns(rows.header, first_rows)
    return rows, _with_days(told, rows.header, profiles, first_rows, day_first)


def _with_days(
    layout: Layout,
    header: Sequence[str],
    profiles: Sequence[Profile],
    rows: Sequence[Sequence[str]],
    day_first: bool | None,
) -> Layout:
    """The layout with how dates are meant, and whether people were written to more than once."""
    told = day_first if day_first is not None else _days_first(profiles)
    used = {*layout.columns.values(), *(rule.column for rule in layout.rules), layout.won_at}
    unsure = tuple(each.name for each in profiles if each.local_dates and each.name in used) if told is None else ()
    repeated = _are_repeated(layout, header, rows)
    return replace(layout, day_first=bool(told), unsure_dates=unsure, repeated=repeated)


def _without_notes(layout: Layout, profiles: Sequence[Profile]) -> Layout:
    """Leads whose column "text" holds notes about them: too short for emails, or there for few of them only."""
    text = next((each for each in profiles if each.name == layout.columns.get("text")), None)
    if layout.shape is not Shape.LEADS or text is None or not text.filled:
        return layout
    if text.words >= FEWEST_WORDS and text.blank <= text.filled:
        return layout
    why = f"{text.words:.0f} words on average" if text.words < FEWEST_WORDS else "nothing in most rows"
    note = f"column '{text.name}' was left aside: it holds {why}, which no emails are; to use it, name it as the email"
    columns = {role: name for role, name in layout.columns.items() if role != "text"}
    return replace(layout, columns=columns, note="; ".join(filter(None, (layout.note, note))))


def _are_repeated(layout: Layout, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether at least a few people were written to more than once in one campaign."""
    names = [layout.columns[role] for role in ("recipient", "campaign") if role in layout.columns]
    if "recipient" not in layout.columns:
        return False
    if layout.shape is Shape.EVENTS:
        place = header.index(layout.columns["event"])
        rows = [row for row in rows if word_key(row[place]) in SENT_EVENTS]
    places = [header.index(name) for name in names]
    emails = Counter(tuple(row[place].strip().lower() for place in places) for row in set(map(tuple, rows)))
    return sum(count > 1 for whose, count in emails.items() if whose[0]) >= FEWEST_PEOPLE


def _days_first(profiles: Sequence[Profile]) -> bool | None:
    """How a table's dates are meant, by the columns that tell."""
    told = {each.day_first for each in profiles if each.day_first is not None}
    return True in told if told else None


def _with_usual_names(layout: Layout, profiles: Sequence[Profile]) -> Layout:
    """A known tool's layout with columns for the roles of which the tool's own names are not in this file, told by what
    everybody calls them; outcomes are never told so.
    """
    if layout.shape not in (Shape.LEADS, *WITH_EMAILS):
        return layout
    taken = {*layout.columns.values(), *(rule.column for rule in layout.rules)}
    found = {}
    for role, name, reason in roles_by_name(profiles, taken):
        missing = role not in layout.columns and not (role == "text" and "html" in layout.columns)
        if missing and role not in found and name not in taken:
            found[role] = (name, reason)
            taken.add(name)
    if not found:
        return layout
    return replace(
        layout,
        columns={**layout.columns, **{role: name for role, (name, _) in found.items()}},
        reasons={**layout.reasons, **{role: reason for role, (_, reason) in found.items()}},
        context=context_columns([profile.name for profile in profiles if profile.name not in taken]),
    )


def _as_said(
    layout: Layout, said: dict[str, str], ladder: Sequence[str], profiles: Sequence[Profile], header: Sequence[str]
) -> Layout:
    """A known tool's layout with the columns that a person chose."""
    own = {rule.column: replace(rule, only_values=False) for rule in layout.rules}  # words keep the tool's meanings
    rules = tuple(own.get(rule.column, rule) for rule in chosen_rules(profiles, ladder)) if ladder else layout.rules
    context = {"context": said.pop("context")} if "context" in said else {}
    columns = {**layout.columns, **said}
    if "text" in said:
        columns.pop("html", None)
    taken = {*columns.values(), *(rule.column for rule in rules)}
    context = context or context_columns([name for name in header if name not in taken])
    reasons = {**layout.reasons, **dict.fromkeys(said, "you said so")}
    return replace(layout, columns=columns, rules=rules, context=context, reasons=reasons)
