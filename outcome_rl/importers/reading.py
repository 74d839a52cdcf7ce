"""Every file of an import, opened and recognised: tables with their readers, mailboxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..data.sources import Source, find_sources
from ..data.tables import Table, open_table
from ..errors import ConfigError, DataError
from .addresses import first_address
from .context import ContextMaker, default_sentence, is_known_only_after, may_be_a_place, sentence_fields
from .entries import RowReader
from .firms import is_freemail
from .fold import FROM_RECIPIENTS
from .layouts import WITH_EMAILS, Layout, Shape, name_key
from .mailbox import is_mailbox
from .meanings import Meaning
from .named_columns import columns_of_each
from .nested_emails import require_emails_as_rows
from .options import ImportOptions
from .outcome_names import STATE_NAMES
from .packed_cells import columns_to_choose, is_unpacked, own_header, unpacked
from .people import COMPANY, FIRST_NAME, NAME, ROLES, with_people
from .places import is_place
from .profiles import LOOKED_AT
from .recognise import recognise, recognise_events
from .role_names import spaced
from .template_files import PAGES, is_text, says_which
from .templates import are_templates
from .wide_steps import WideSteps, by_steps, of_recipients

ONLY_TEMPLATES = (
    "holds the templates of emails, but not whom they went to or what came of it; add the export that says so to the "
    "same import, or name the column of the outcome"
)
"""What is said of templates that are given as emails."""


@dataclass(frozen=True)
class OpenTable:
    """A table and how it is read."""

    table: Table
    layout: Layout
    reader: RowReader


@dataclass(frozen=True)
class Opened:
    """The files of an import; ``with_campaign``: emails of each campaign are folded apart."""

    tables: tuple[OpenTable, ...]
    mailboxes: tuple[Source, ...]
    with_campaign: bool
    templates: tuple[Table, ...] = ()
    """Tables that are no emails but the texts of those that the others name."""
    texts: tuple[Source, ...] = ()
    """Files that are one such text each."""

    @property
    def layouts(self) -> list[Layout]:
        """The layout of each table, in the order of the files."""
        return [each.layout for each in self.tables]

    def described_by(self, table: OpenTable) -> list[OpenTable]:
        """The tables of leads that tell more about those whom a table's emails went to."""
        if table.layout.shape not in WITH_EMAILS:
            return []
        return [each for each in self.tables if each.layout.shape is Shape.LEADS]


def open_files(files: Sequence[Path | str], options: ImportOptions) -> Opened:
    """Open and recognise the files.

    Raises:
        ConfigError: a column that was named is in none of them.
        DataError: a file cannot be read, or none holds emails.
    """
    sources = list(find_sources(files))
    texts = [source for source in sources if _is_template(source)] if len(sources) > 1 else []
    if texts and len(texts) == len(sources):
        raise DataError(f"{texts[0].name}: {ONLY_TEMPLATES}")
    mailboxes = [source for source in sources if source not in texts and is_mailbox(source)]
    found = [
        by_steps(unpacked(open_table(source))) for source in sources if source not in texts and source not in mailboxes
    ]
    tables = []
    for table, named in zip(found, columns_of_each([each.header for each in found], options.columns), strict=True):
        layout = recognise(table, named, options.day_first, options.said())
        if isinstance(table, WideSteps) and {"text", "html"} & layout.columns.keys():  # one text, not one for each step
            table = table.whole
            layout = recognise(table, named, options.day_first, options.said())
        table, layout = recognise_events(table, layout, named, options.day_first)
        require_emails_as_rows(table, layout)
        if isinstance(table, WideSteps):
            layout = of_recipients(layout)
        layout = replace(layout, variant_of_person=is_unpacked(table, layout.columns.get("variant", "")))
        own = options.addresses() or _own_domains(table, layout)
        layout = replace(layout, directions=layout.directions or ({"own": "out"} if own else {}))
        tables.append(OpenTable(table, layout, RowReader(layout, table.header, options.said(), own)))
    useful = [each for each in tables if each.layout.shape is not Shape.NOTHING]
    templates = [each for each in useful if _holds_templates(each)]
    useful = [each for each in useful if each not in templates]
    if templates and not useful and not mailboxes:
        raise DataError(f"{templates[0].table.name}: {ONLY_TEMPLATES}")
    if not useful and not mailboxes:
        layout, name = tables[0].layout, tables[0].table.name
        raise DataError(f"{name}: is of {layout.title}; {layout.note}")
    with_campaign = all("campaign" in each.layout.columns and not each.layout.is_of_persons for each in useful)
    return Opened(tuple(useful), tuple(mailboxes), with_campaign, tuple(each.table for each in templates), tuple(texts))


def _is_template(source: Source) -> bool:
    """Whether a file among others is the text of one email; a page only if its name says of which step."""
    return is_text(source) and (says_which(source.name) or not source.name.lower().endswith(PAGES))


def _holds_templates(table: OpenTable) -> bool:
    """Whether a table says neither whom a text went to nor what came of it, and has each step, variant or name once."""
    layout, of_emails = table.layout, ("recipient", "sent_at", *ROLES)
    said = {role: name for role, name in layout.columns.items() if role in of_emails and name_key(name) != NAME}
    own = own_header(table.table)  # tags and objects in cells say what a template is for
    if layout.tool != "generic" or said or any(name in own for name in layout.context.values()):
        return False
    rules = tuple(rule for rule in layout.rules if rule.column in own)
    return are_templates(table.table) and not _says_what_came(table.table, replace(layout, rules=rules))


def _says_what_came(table: Table, layout: Layout) -> bool:
    """Whether a column is one of outcomes, or of states of which one is such; that a text is a draft says nothing."""
    if any(spaced(rule.column) not in STATE_NAMES for rule in layout.rules):
        return True
    reader = RowReader(layout, table.header, {})
    entries = [entry for record in table.rows() if (entry := reader.read(record.cells))]
    said = {signal.meaning for entry in entries if entry.sent for signal in (*entry.sent.own, *entry.sent.lead)}
    return bool(said & {*FROM_RECIPIENTS, Meaning.NONE, Meaning.BOUNCED})


def _own_domains(table: Table, layout: Layout) -> tuple[str, ...]:
    """The domain that most messages come from, as ``@acme.example``."""
    if layout.shape is not Shape.MESSAGES:
        return ()
    if "sender" not in layout.columns or "recipient" not in layout.columns:
        return ()
    place = table.header.index(layout.columns["sender"])
    senders = Counter(first_address(record.cells[place]) for record in islice(table.rows(), LOOKED_AT))
    senders.pop("", None)
    domains: Counter[str] = Counter()
    for address, count in senders.items():
        domain = address.rpartition("@")[2]
        domains[address if is_freemail(domain) else f"@{domain}"] += count
    return tuple(domain for domain, _ in domains.most_common(1))


def tells_outcomes(layout: Layout) -> tuple[bool, bool]:
    """(whether the table says who answered, whether it says who was won)."""
    told = layout.tells_replies
    if layout.shape is Shape.MESSAGES:
        told = "direction" in layout.columns or bool(layout.directions and "sender" in layout.columns)
    won = any(rule.meaning.value == "conversion" for rule in layout.rules)
    return told, told or won


def told_by_leads(layouts: Iterable[Layout]) -> Collection[Meaning]:
    """Which answers count that rows of leads tell of: those that the tables of emails themselves do not."""
    emails = [layout for layout in layouts if layout.shape in WITH_EMAILS]
    if not any(tells_outcomes(layout)[0] for layout in emails):
        return FROM_RECIPIENTS
    return () if any(layout.tells_conversions for layout in emails) else (Meaning.CONVERSION,)


def context_sentence(layouts: Iterable[Layout], options: ImportOptions, with_step: bool, mail: bool) -> str:
    """The sentence that contexts are composed by: the user's, else one of the parts that there are.

    Raises:
        ConfigError: a field of the user's sentence is no column.
    """
    if options.context:
        return options.context
    parts: dict[str, None] = {}
    roles: set[str] = set(ROLES if mail else ())
    for layout in layouts:
        parts.update(dict.fromkeys(layout.context))
        roles.update(layout.columns)
    return default_sentence(with_people(parts, roles), with_step)


def context_maker(sentence: str, table: OpenTable, leads: Sequence[OpenTable], options: ImportOptions) -> ContextMaker:
    """What composes the contexts of a table's rows, of the columns too of leads that tell more about its recipients."""
    told = [*reversed(leads), table]
    header = dict.fromkeys(name for each in reversed(told) for name in each.table.header)
    context = {part: name for each in told for part, name in each.layout.context.items()}
    roles = {role: name for each in told for role, name in each.layout.columns.items()}
    return ContextMaker(own_sentence(sentence, with_people(context, roles), options), list(header), context, roles)


def own_sentence(sentence: str, parts: Sequence[str], options: ImportOptions) -> str:
    """The sentence for one of several sources: one of its own parts where it has none of those that others have."""
    fields = [name for name in sentence_fields(sentence) if name != "step"]
    if options.context or not fields or any(name in parts for name in fields):
        return sentence
    return default_sentence(parts, "{step}" in sentence)


def _holds_places(table: OpenTable, column: str) -> bool:
    """Whether a column of the table that is called "State" says where people live."""
    header = table.table.header
    if column not in header:
        return False
    place = header.index(column)
    values = {record.cells[place].strip() for record in islice(table.table.rows(), LOOKED_AT)}
    return is_place(column, header, values - {""})


def check_sentence(sentence: str, tables: Sequence[OpenTable]) -> None:
    """Raises ConfigError where a field of the sentence is no column of any table, or a column of outcomes or texts."""
    known = dict.fromkeys(("step", COMPANY, NAME, FIRST_NAME), "")
    custom, after = False, set()
    for each in tables:
        layout, header = each.layout, columns_to_choose(each.table)
        custom |= layout.columns.get("custom") in header  # of objects that are no columns, seen only row by row
        after |= {rule.column for rule in layout.rules}
        after |= {layout.columns[role] for role in ("text", "html") if role in layout.columns}
        columns = {**{spaced(name): name for name in header}, **layout.columns, **layout.context}
        known |= {field: name for field, name in ({name: name for name in header} | columns).items() if name in header}
    for name in sentence_fields(sentence):
        column = known.get(name, known.get(spaced(name)))
        if column is not None and may_be_a_place(column) and not any(_holds_places(each, column) for each in tables):
            raise ConfigError(
                f"context: '{name}' may say what became of the email, so a model would learn to read the outcome from "
                "it; leave it out. Where it is a place, a column of cities or countries stands beside it"
            )
        if column is not None and column in after:
            raise ConfigError(f"context: '{name}' is the email or what came of it; leave it out")
        if column is None and not custom:
            may = dict.fromkeys(each for each in known.values() if each not in after and not is_known_only_after(each))
            shown = ", ".join(f"{{{each}}}" for each in [*filter(None, may), "step"][:30])
            raise ConfigError(f"context: there is no column for {{{name}}}; there are {shown}")
