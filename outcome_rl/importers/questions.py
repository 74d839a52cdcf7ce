"""What is to be said of an import: questions that only the user can answer, and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..text.quoted import one_line, quote
from ..utils.formatting import count_of
from .engine import LATER_STEP, NO_OUTCOME, Engine
from .fold import AGREED_MEETING
from .groups import EARLIER_ANSWER
from .layouts import Question, Shape
from .mail_owners import UNSURE
from .mail_threads import MailNotes
from .options import ImportOptions
from .reading import Opened, tells_outcomes
from .tally import ImportTally
from .unmatched import first_step_in_words, other_variants_in_words, unmatched_in_words

_WORTH = {"no_reply": "counted as no reply", "reply": "counted as replies", "skip": "left out"}
ANSWERS_WORTH = ("not_interested", "agreed_meeting")
"""What questions are about that ask what answers are worth."""
ANSWERED = (*ANSWERS_WORTH, "no reply column")
"""What questions are about that have an answer which is shown; all others have to be answered first."""
FEW_TEXTS = 20
"""Rows from which on a single text is worth a word."""


def questions_of(opened: Opened, tally: ImportTally, options: ImportOptions) -> tuple[Question, ...]:
    """What is still open, the most rows first; columns before words."""
    asked = [question for layout in opened.layouts for question in layout.questions]
    words = []
    for word, rows in tally.words.most_common():
        if word:
            text = f"What does '{word}' mean for the email: no reply, a reply, a conversion, or no outcome?"
            words.append(Question(word, text, rows))
        else:
            text = "What does an empty outcome mean: no reply, or not known yet? In most exports it is no reply."
            words.append(Question("", text, rows))
    refusals = []
    if tally.turned_down:
        text = (
            "How should an answer count that turns you down (not interested, wrong person, unsubscribed)? "
            f"They are {_WORTH[options.not_interested]} now."
        )
        refusals = [
            Question("not_interested", text, tally.turned_down, options.not_interested, ("reply", "no_reply", "skip"))
        ]
    if tally.agreed:
        worth = "conversions" if options.agreed_meeting == AGREED_MEETING[1] else "replies"
        text = (
            "How should an answer count that agrees to meet, or orders something, in its own words ('Thursday 3pm "
            f"works, I sent you an invite', 'Send me two boxes')? They are counted as {worth} now."
        )
        refusals.append(Question("agreed_meeting", text, tally.agreed, options.agreed_meeting, AGREED_MEETING))
    if tally.left_out[NO_OUTCOME] and not asked:
        text = "Nothing says what came of the emails. Which column, or which other file, says who answered?"
        asked.append(Question("outcome column", text, tally.left_out[NO_OUTCOME], choices=()))
    return (*dict.fromkeys(asked), *words, *refusals, *_silence_questions(opened))


def open_questions(asked: Iterable[Question]) -> list[Question]:
    """Those that have to be answered before the emails can be used."""
    return [each for each in asked if each.about not in ANSWERED]


def _silence_questions(opened: Opened) -> Iterator[Question]:
    """Where only conversions are told, silence and an answer look the same."""
    told = [tells_outcomes(layout) for layout in opened.layouts]
    if told and not any(replies for replies, _ in told) and any(any_outcome for _, any_outcome in told):
        text = "No column says who replied. Does everybody who was not won count as no reply?"
        yield Question("no reply column", text, 0, "no_reply", ("no_reply", "skip"))


def warnings_of(opened: Opened, engine: Engine, options: ImportOptions) -> tuple[str, ...]:
    """What may be wrong though nothing is refused."""
    return tuple(_warnings(opened, engine.tally, engine, options))


def _warnings(opened: Opened, tally: ImportTally, engine: Engine, options: ImportOptions) -> Iterator[str]:
    if unmatched := unmatched_in_words(engine.texts.templates, tally, opened.tables):
        yield unmatched
    if first := first_step_in_words(engine.texts.templates, tally, opened.tables):
        yield first
    if others := other_variants_in_words(engine.texts.templates, opened.tables):
        yield others
    yield from _disagreements(opened, tally)
    yield from (f"{each.table.name}: {warning}" for each in opened.tables for warning in each.layout.warnings)
    told = [tells_outcomes(layout) for layout in opened.layouts]
    if told and not any(any_outcome for _, any_outcome in told):
        yield "nothing in the file says what came of the emails: opening or sending an email is not an outcome"
    elif told and not any(replies for replies, _ in told):
        yield "no column says who replied, so whoever was not won is counted as no reply"
    if tally.unmatched_answers:
        yield f"{tally.unmatched_answers} replies answer no email of the files and are not counted"
    if early := tally.left_out[EARLIER_ANSWER]:
        yield (
            f"{early} answers are dated before the email that they are said to answer, so these emails are left out; "
            "look at the two columns of dates"
        )
    if tally.won_late:
        yield (
            f"{count_of(tally.won_late, 'email')} had a deal or a meeting more than {options.won_within} days later, "
            "too late to count: what counts is what else came back, a reply or nothing; say with --won-within how many "
            "days it may take"
        )
    if again := sum(each.reader.contacted_again for each in opened.tables):
        yield (
            f"{again} people were contacted again after they had answered; their answers count for the step that the "
            "row tells, though they came before it if that contact was this step"
        )
    for each in opened.tables:
        if each.layout.unsure_dates and not each.layout.day_first:
            names = ", ".join(f"'{name}'" for name in each.layout.unsure_dates)
            how = "say it with --day-first or --month-first"
            yield f"dates like 3/4/2024 in {names} are read month first, as no date tells; {how}"
        for name, text in each.reader.unread_dates.items():
            yield f"'{name}' holds dates that cannot be read, such as {quote(text, 40)}; write them as 2024-04-15 09:30"
    yield from _missing_steps(opened, tally)
    if tally.automatic:
        yield f"{tally.automatic} replies are said to have been automatic (out of office), so they count as none"
    if tally.unaged:
        yield f"{tally.unaged} emails without a date are counted as no reply, however recent they may be"
    if tally.rows and tally.outcomes[0] == 0:
        yield "every row has an answer; without emails that got none there is nothing to learn from"
    if tally.rows and not (tally.outcomes[1] or tally.outcomes[2]):
        yield "no row has an answer; without any there is nothing to learn from"
    if tally.rows >= FEW_TEXTS and len(tally.texts) == 1:
        yield "all emails have the same text apart from the greeting, so nothing can be learned from it"
    if tally.rows and len(tally.campaigns) == 1 and "" not in tally.campaigns:
        yield f"a single campaign only ({quote(next(iter(tally.campaigns)))}): what works elsewhere may differ"
    if tally.answers_first:
        yield (
            f"{tally.answers_first} texts begin with 'On … wrote:' or the like, as threads do that have the answer at "
            "the top: these are what came back, not what was sent; give a column of the emails alone"
        )
    if tally.copies:
        yield f"{tally.copies} rows are the same as an earlier one in context, text and outcome"
    if tally.spintax:
        yield f"{tally.spintax} emails hold {{Hi|Hello}}; in templates the first of each was taken"
    if tally.open_fields:
        names = ", ".join(f"{one_line(name, 40)} ({count})" for name, count in tally.open_fields.most_common(5))
        yield f"merge fields that nothing fills are left in emails: {names}; a model would learn to write them"
    if opened.mailboxes:
        yield from _of_mail(engine.mail)


def _missing_steps(opened: Opened, tally: ImportTally) -> Iterator[str]:
    """What leads, of whom one email each is told, make steps look like."""
    leads = [each for each in opened.layouts if each.shape is Shape.LEADS]
    if any(each.step_tells_outcome for each in leads):
        if not tally.lead_steps - {"1"}:
            return
        where = "they, or a step after them," if tally.earlier[""] else "they"
        yield (
            "a lead without an answer is counted with the first email, as the file does not say which came last; later "
            f"steps are counted only where {where} were answered, so their texts seem to work better than they do: "
            "leave them out with --first-steps"
        )
        return
    rows = tally.earlier.total()
    if tally.last_only or (not rows and (len(tally.lead_steps) > 1 or (leads and tally.left_out[LATER_STEP]))):
        whose = f"of {tally.last_only.total():,} leads" if rows else "of each lead"
        why = f" ({'; '.join(tally.last_only)})" if tally.last_only else ""
        yield (
            f"{whose} only the last email is {'counted' if rows else 'in the file'}{why}; those before it, which got "
            "no answer, are missing, so early steps seem to be answered more often than they are"
        )


def _of_mail(notes: MailNotes) -> Iterator[str]:
    whose = ", ".join(one_line(own, 80) for own in notes.own)
    if not notes.own or UNSURE in notes.why:
        yield f"whose mailbox it is, {whose or 'nobody says'}, is a guess; say it with own_address"
    elif notes.nothing_sent:
        yield f"nothing in the mailbox was sent by {whose}; give the folder of sent mail in the same import"
    elif notes.nothing_back:
        yield "the mailbox holds only what was sent; give the inbox in the same import, which says who answered"


def _disagreements(opened: Opened, tally: ImportTally) -> Iterator[str]:
    """Columns that should say the same and count differently."""
    for each in opened.tables:
        rules = [rule for rule in each.layout.rules if rule.meaning.value == "reply" and not rule.only_values]
        counts = {rule.column: tally.evidence[rule.column] for rule in rules}
        if len(counts) > 1 and len(set(counts.values())) > 1 and max(counts.values()):
            (first, count), *more = counts.items()
            said = ", ".join(
                [f"{count:,} recipients answered by '{first}'", *(f"{n:,} by '{name}'" for name, n in more)]
            )
            why = ", ".join(f"{n:,} {reason}" for reason, n in tally.unanswered.most_common())
            left = f", {tally.unanswered.total():,} do not ({why})" if why else ""
            yield f"{each.table.name}: {said}; {tally.answered:,} count as answered{left}"
        for (word, column), rows in each.reader.answered_all_the_same.most_common():
            told = f"{rows:,} rows that say so are of people who answered by '{column}', and these answers count"
            yield f"{each.table.name}: {quote(word, 40)} is no reply, as you said; but {told}"
        for (won, denied), rows in each.reader.denied.most_common():
            told = f"though '{denied}' says no; the first is believed"
            yield f"{each.table.name}: '{won}' says in {rows} rows that somebody answered, {told}"


def column_notes(opened: Opened) -> Iterator[tuple[str, str, str, str]]:
    """(file, column, what it is taken for, why) of each column that is used."""
    for each in opened.tables:
        name, layout = each.table.name, each.layout
        for role, column in layout.columns.items():
            yield name, column, role, layout.reasons.get(role, "")
        for rule in layout.rules:
            yield name, rule.column, f"outcome: {rule.meaning.value}" if rule.form != "word" else "outcome", rule.reason
        for part, column in layout.context.items():
            yield name, column, f"context: {part}", layout.reasons.get(f"context: {part}", f"called '{column}'")
