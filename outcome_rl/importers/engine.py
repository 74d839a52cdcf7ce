"""The import itself: rows of all files in, rows of the result out, one recipient after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from ..data.tables import Notes
from ..security.caps import current_caps, require_rows
from .composition import Composition
from .context import compose, sentence_fields
from .earlier_steps import steps_before
from .firms import firm_of
from .fold import Decision, FoldRules, fold
from .groups import GroupResult, Item, Judged, judge_group
from .layouts import Layout, Shape
from .mail_threads import MailNotes, Thread, read_threads
from .mailbox import read_mailbox
from .options import ImportedRow, ImportOptions
from .people import COMPANY, FIRST_NAME, NAME, NAME_ROLES, ROLES, first_name, with_people
from .progress import PROGRESS_EVERY, Course, ImportProgress
from .reading import Opened, OpenTable, context_maker, own_sentence, tells_outcomes, told_by_leads
from .signatures import NOTHING, Signatures
from .spool import Spool
from .stand_ins import StandIns
from .tally import PENDING, ImportTally
from .templates import Templates, variant_key
from .texts import TextMaker

NO_OUTCOME = "no column says what came of it"
NOTHING_BACK = "nothing that came back is in the mailbox"
SAME_MESSAGE = "the same message twice"
LATER_STEP = "a later step"
MOST_MISSING = 100
"""Texts that stand elsewhere, of which it is kept which step and variant they are."""


class Engine:
    """One pass over the files of an import; what happens to every row is counted in ``tally``."""

    def __init__(
        self, opened: Opened, options: ImportOptions, today: date, templates: Templates | None, sentence: str
    ) -> None:
        self._opened, self._options, self._sentence = opened, options, sentence
        self._rules = FoldRules(today, options.days, options.not_interested, options.agreed_meeting, options.won_within)
        self.texts = TextMaker(templates)
        self._signatures = [Signatures(each, self.texts.clean) for each in opened.tables]
        self._stand_ins = StandIns() if options.mask else None
        self.tally = ImportTally(seed=options.seed)
        self._course = Course([each.table.source for each in opened.tables], opened.mailboxes)
        self._caps = current_caps()
        self.notes = {each.table.name: Notes() for each in opened.tables}
        self._contexts = [context_maker(sentence, each, opened.described_by(each), options) for each in opened.tables]
        self._mail_sentence = own_sentence(sentence, with_people((), ROLES), options)
        self.mail = MailNotes()
        self._tells = any(tells_outcomes(each.layout)[1] for each in opened.tables)
        self._leads_tell = told_by_leads(opened.layouts)

    def composition(self) -> Composition:
        """How contexts are composed, with the columns of all tables."""
        fields = sentence_fields(self._sentence)
        named = [(field, [maker.columns.get(field) for maker in self._contexts]) for field in fields]
        columns = {field: tuple(dict.fromkeys(filter(None, names))) for field, names in named}
        return Composition(self._sentence, columns, self._options.mask)

    def rows(self) -> Iterator[ImportedRow]:
        """Every row of the result."""
        return (step for step in self.steps() if isinstance(step, ImportedRow))

    def steps(self) -> Iterator[ImportedRow | ImportProgress]:
        """Every row of the result, and now and then how far it is."""
        for step in self._all():
            if isinstance(step, ImportProgress):
                yield step
                continue
            row = self._stand_ins.mask(step) if self._stand_ins else step
            self.tally.take(row)
            yield row

    def _all(self) -> Iterator[ImportedRow | ImportProgress]:
        if len(self._opened.tables) == 1 and not _has_key(self._opened.tables[0]):
            yield from self._ungrouped(self._opened.tables[0])
        elif self._opened.tables:
            yield from self._grouped()
        if self._opened.mailboxes:
            yield from self._mailboxes()

    def _mailboxes(self) -> Iterator[ImportedRow | ImportProgress]:
        """The emails of all mailboxes, which are one: answers to what a file holds may be in another."""
        mails = ((source.name, mail) for source in self._opened.mailboxes for mail in read_mailbox(source))
        made = said = 0
        for thread in read_threads(mails, self._options.addresses(), self.mail):
            if thread:
                yield from self._thread(thread)
                made += len(thread.emails) + len(thread.answers)
            if (done := self.mail.messages + made) - said >= PROGRESS_EVERY:
                yield self._course.messages(self.mail.messages, made)
                said = done
        self.tally.rows_read += self.mail.messages
        self.tally.unmatched_answers += self.mail.unmatched
        if self.mail.doubles:
            self.tally.left_out[SAME_MESSAGE] += self.mail.doubles

    def _ungrouped(self, table: OpenTable) -> Iterator[ImportedRow | ImportProgress]:
        """Rows of nobody in particular: each is an email of its own."""
        for record in table.table.rows(self.notes[table.table.name]):
            self._count_row(table)
            if self.tally.rows_read % PROGRESS_EVERY == 0:
                yield self._course.rows(self.tally.rows_read, at_once=True)
            entry = table.reader.read(record.cells)
            if entry is None:
                self.tally.leave(table.reader.why_nothing(record.cells))
                continue
            yield from self._group([Item(entry, table.layout.shape, 0, record.place, tuple(record.cells))])

    def _grouped(self) -> Iterator[ImportedRow | ImportProgress]:
        with Spool() as spool:
            for source, table in enumerate(self._opened.tables):
                for record in table.table.rows(self.notes[table.table.name]):
                    self._count_row(table)
                    if self.tally.rows_read % PROGRESS_EVERY == 0:
                        yield self._course.rows(self.tally.rows_read)
                    key = table.reader.key(record.cells, self._opened.with_campaign) or f"\n{source} {record.number}"
                    own_id, answers = table.reader.ids(record.cells)
                    kept = [source, record.place, record.cells]
                    spool.add(key, kept, own_id, answers, *table.reader.thread(record.cells))
            made = said = 0
            for group in spool.groups():
                yield from self._group(list(self._items(group)))
                made += len(group)
                if made - said >= PROGRESS_EVERY:
                    yield self._course.rows(self.tally.rows_read, made)
                    said = made

    def _count_row(self, table: OpenTable) -> None:
        """Raises DataError where there are more rows than may be read here."""
        self.tally.rows_read += 1
        require_rows(table.table.name, self.tally.rows_read, self._caps)

    def _items(self, group: Sequence[tuple[int, str, list[str]]]) -> Iterator[Item]:
        for source, place, cells in group:
            table = self._opened.tables[source]
            entry = table.reader.read(cells)
            if entry is None:
                self.tally.leave(table.reader.why_nothing(cells))
                continue
            mark = hash(body) if (body := table.reader.body(cells)).strip() else 0
            yield Item(entry, table.layout.shape, source, place, tuple(cells), mark)

    def _group(self, items: Sequence[Item]) -> Iterator[ImportedRow]:
        result = judge_group(items, self._rules, self._leads_tell)
        for item in items:
            if self._leads_tell or item not in result.described:
                self.tally.words.update(item.entry.unknown)
        self._count(result)
        more = self._told_by_leads(result.described)
        for judged in (*self._steps_before(result), *result.emails):
            table = self._opened.tables[judged.item.source]
            decision = self._told(judged.decision)
            if self._options.first_steps and judged.number > 0 and decision.outcome is not None:
                decision = Decision(None, LATER_STEP)
            self._note(decision)
            if decision.outcome is None:
                self.tally.leave(decision.reason)
                self.tally.earlier[PENDING] += judged.inferred and decision.reason == PENDING
            elif row := self._row(table, judged, decision.outcome, more):
                yield row

    def _steps_before(self, result: GroupResult) -> list[Judged]:
        """The emails before those that rows of leads tell of, where their texts are given and nothing is in doubt."""
        if self.texts.templates is None or not result.emails:
            return []
        before, doubt = steps_before(result.emails, self._opened.tables[result.emails[0].item.source].reader)
        if doubt:
            self.tally.last_only[doubt] += 1
        return before

    def _told_by_leads(self, leads: Sequence[Item]) -> dict[str, str]:
        """The columns of rows that only tell more about a recipient; of two values, the first."""
        self.tally.described += len(leads)
        found: dict[str, str] = {}
        for item in leads:
            for name, value in self._opened.tables[item.source].reader.fields(item.cells).items():
                if value.strip():
                    found.setdefault(name, value)
        return found

    def _count(self, result: GroupResult) -> None:
        self.tally.unmatched_answers += result.unmatched
        self.tally.evidence.update(result.answered)
        if result.answered and not result.why_unanswered:
            self.tally.answered += 1
        elif result.answered:
            self.tally.unanswered[result.why_unanswered] += 1

    def _note(self, decision: Decision) -> None:
        self.tally.turned_down += decision.turned_down
        self.tally.agreed += decision.agreed
        self.tally.won_late += decision.won_late
        self.tally.unaged += decision.unaged
        self.tally.automatic += decision.automatic

    def _told(self, decision: Decision) -> Decision:
        """Silence in tables that say nothing of answers is no outcome."""
        unsaid = decision.outcome == 0 or decision.reason == PENDING
        return Decision(None, NO_OUTCOME) if unsaid and not self._tells else decision

    def _row(self, table: OpenTable, judged: Judged, outcome: int, more: Mapping[str, str]) -> ImportedRow | None:
        item, number = judged.item, judged.number
        reader, entry = table.reader, item.entry
        own = reader.fields(item.cells)
        fields = {**own, **{name: value for name, value in more.items() if not own.get(name, "").strip()}}
        step = entry.step if entry.step is not None else None if table.layout.shape is Shape.LEADS else number
        variant = _variant(entry.variant, table.layout)
        body, subject = ("", "") if judged.inferred else (reader.body(item.cells), reader.cell(item.cells, "subject"))
        written = self.texts.write(
            body, subject,
            lambda: reader.merge_columns(item.cells, fields), step, variant, entry.template, entry.campaign,
            self._signatures[item.source].of(item.cells),
        )  # fmt: skip
        self.tally.earlier[written.reason] += judged.inferred
        if written.reason and judged.inferred:
            return None
        if written.reason:
            self.tally.leave(written.reason)
            if len(self.tally.missing) < MOST_MISSING:
                self.tally.missing[step, variant, entry.variant, entry.template] += 1
            return None
        self.tally.spintax += written.spintax
        self.tally.filled += written.filled
        shown = "" if step is None or ("step" not in table.layout.columns and not _has_key(table)) else str(step + 1)
        sent = entry.sent.at if entry.sent else None
        if table.layout.shape is Shape.LEADS and shown:
            self.tally.lead_steps.add(shown)
        if table.layout.step_tells_outcome:  # to have one tells the outcome
            shown = ""
        return ImportedRow(
            context=self._contexts[item.source].make(fields, shown),
            email_text=written.text,
            outcome=outcome,
            step=shown,
            variant=entry.variant,
            template=entry.template,
            sent_at=_iso(sent),
            recipient=entry.recipient,
            campaign=entry.campaign,
            source=table.layout.tool,
            place=f"{table.table.name}, {item.place}",
            fields=fields,
            cuts=written.cuts,
            open_fields=written.open_fields,
            called={role: reader.cell(item.cells, role) for role in NAME_ROLES if reader.has(role)},
        )

    def _thread(self, thread: Thread) -> Iterator[ImportedRow]:
        decisions = fold(thread.sent(), thread.answers, self._rules)
        for email, decision in zip(thread.emails, decisions, strict=True):
            if self._options.first_steps and email.step > 0 and decision.outcome is not None:
                decision = Decision(None, LATER_STEP)
            if self.mail.nothing_back and (decision.outcome == 0 or decision.reason == PENDING):
                decision = Decision(None, NOTHING_BACK)
            self._note(decision)
            if decision.outcome is None:
                self.tally.leave(decision.reason)
                continue
            names = {"name": email.name}
            signature = self.mail.signatures.get(email.sender, NOTHING)
            written = self.texts.write(email.body.strip("\n"), email.subject, names.copy, signature=signature)
            if written.reason:
                self.tally.leave(written.reason)
                continue
            firm = firm_of(email.recipient)
            known = {COMPANY: firm, FIRST_NAME: first_name(email.name, firm), NAME: email.name}
            yield ImportedRow(
                context=compose(self._mail_sentence, {**known, "step": str(email.step + 1)}),
                email_text=written.text,
                outcome=decision.outcome,
                step=str(email.step + 1),
                sent_at=_iso(email.at),
                recipient=email.recipient,
                source="mailbox",
                place=email.place,
                fields={"name": email.name} if email.name else {},
                cuts=written.cuts,
                open_fields=written.open_fields,
            )


def _has_key(table: OpenTable) -> bool:
    """Whether rows can be told to be of one recipient."""
    return not table.layout.each_row and any(table.reader.has(role) for role in ("recipient", "thread"))


def _variant(variant: str, layout: Layout) -> str:
    """A variant that is a number, by its place, where the tool counts from 0."""
    return variant_key(variant, 0) if layout.step_base == 0 and variant[:1].isdigit() else variant


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
