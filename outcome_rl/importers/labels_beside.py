"""A person's column of labels beside one that tells who was won: "Outcome: reply", "Meeting booked: yes".

Who labels answers alone has often another column for what came of them. Where both say the same of everybody, the two
are one ladder; where they do not, only the seller knows, and is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..text.quoted import quote, quote_some
from .beside import Rows, rows_of_people
from .guess_outcomes import is_plainly_named, rules_beside
from .ladders import ENOUGH, MOST_SHOWN, rule_of_words
from .layouts import Layout, Question
from .meanings import Form, Meaning, OutcomeRule, Signal, Unknown, said_of_the_rest, word_key
from .own_states import of_people
from .profiles import Profile
from .sayings import read_saying
from .state_columns import may_be_a_state, told_of_people


def with_rungs_over_labels(
    layout: Layout, profiles: Sequence[Profile], rows: Rows, said: Mapping[str, Meaning]
) -> Layout:
    """The layout of a table of no known tool in which a column is called the outcome, with the columns beside it that
    say who was won, or a question about each of those that the labels do not bear out.

    ``said``: what a person said that words mean.
    """
    labels = next((rule for rule in layout.rules if is_plainly_named(rule.column)), None)
    if labels is None or labels.form is not Form.WORD:
        return layout
    found: list[OutcomeRule] = []
    doubtful: list[OutcomeRule] = []
    questions: list[Question] = []
    warnings: list[str] = []
    for rule in _of_the_won(labels, layout, profiles):
        met = _Met.of(rule, labels, layout, profiles, rows, said)
        if met.agrees:
            reason = (
                f"{rule.reason}; it goes on from '{labels.column}', which calls {met.answered} of {met.won} answered"
            )
            (rule,) = of_people([rule], layout, profiles, rows) if rule.form in (Form.WORD, Form.FLAG) else [rule]
            found.append(replace(rule, where_blank="", reason=reason))
        elif met.won > met.blank:
            doubtful.append(rule)
            questions += [_question(rule, labels, met)] if met.answered else []
            warnings += [] if met.answered else [_warning(rule, labels, met)]
    columns = {rule.column for rule in (*found, *doubtful)}
    kept = [rule for rule in layout.rules if rule.column not in {each.column for each in found}]
    return replace(
        layout,
        rules=(*kept, *found),
        doubtful=(*layout.doubtful, *doubtful),
        questions=(*layout.questions, *questions),
        warnings=(*layout.warnings, *warnings),
        context={part: name for part, name in layout.context.items() if name not in columns},
    )


def _of_the_won(labels: OutcomeRule, layout: Layout, profiles: Sequence[Profile]) -> Iterator[OutcomeRule]:
    """The columns beside the labels that say who was won: by their names, or by words of states."""
    taken = {labels.column, *layout.columns.values()}
    by_name = [each for each in rules_beside(profiles, labels.column) if each.meaning is Meaning.CONVERSION]
    yield from (rule for rule in by_name if rule.column not in taken)
    taken |= {rule.column for rule in (*by_name, *layout.rules)}
    for profile in profiles:
        words = {word_key(value): Meaning.CONVERSION for value in profile.values if _tells_won(value)}
        if words and profile.name not in taken and may_be_a_state(profile):
            yield rule_of_words(profile, words)


def _tells_won(value: str) -> bool:
    return told_of_people(value) is Meaning.CONVERSION


@dataclass(frozen=True)
class _Met:
    """Of how many people a column says that they were won, and what the labels say of these."""

    won: int
    answered: int
    """As an answer, or as won where the labels tell that too."""
    blank: int
    """As nothing, or by a word that has to be asked for first."""

    @property
    def agrees(self) -> bool:
        """Whether the labels deny nobody, and call enough of them answered."""
        return self.won > 0 and self.answered + self.blank == self.won and self.answered >= ENOUGH * self.won

    @staticmethod
    def of(
        rule: OutcomeRule,
        labels: OutcomeRule,
        layout: Layout,
        profiles: Sequence[Profile],
        rows: Rows,
        said: Mapping[str, Meaning],
    ) -> _Met:
        """As the rows tell; labels that tell who was won call a mere answer none."""
        names = [profile.name for profile in profiles]
        at, of_labels = names.index(rule.column), names.index(labels.column)
        people = rows_of_people(layout, profiles, rows) if "recipient" in layout.columns else [[row] for row in rows]
        won = [group for group in people if any(_says_won(rule, row[at]) for row in group)]
        told = [{_meant(labels, row[of_labels], said) for row in group} - {None} for group in won]
        top = Meaning.CONVERSION if _tell_won(labels, profiles[of_labels], said) else Meaning.REPLY
        answered = sum(bool(each & {top, Meaning.CONVERSION}) for each in told)
        return _Met(len(won), answered, sum(not each for each in told))


def _says_won(rule: OutcomeRule, cell: str) -> bool:
    read = rule.read(cell, {})
    return isinstance(read, Signal) and read.meaning is Meaning.CONVERSION


def _meant(labels: OutcomeRule, cell: str, said: Mapping[str, Meaning]) -> Meaning | None:
    """What a label means; None: nothing, or it has to be asked for first."""
    read = labels.read(cell, said)
    if not isinstance(read, Unknown):
        return read.meaning if read else None
    saying = read_saying(read.word)
    return saying.meaning if saying else said_of_the_rest(said, word_key(read.word))


def _tell_won(labels: OutcomeRule, profile: Profile, said: Mapping[str, Meaning]) -> bool:
    return any(_meant(labels, value, said) is Meaning.CONVERSION for value in profile.values)


def _question(rule: OutcomeRule, labels: OutcomeRule, met: _Met) -> Question:
    """Whether they were won by the email, of whom the column says so."""
    both = f"{labels.column},{rule.column}"
    text = (
        f"{_says(rule, met)}, and {quote(labels.column)} calls {met.won - met.answered - met.blank} of them something "
        f"else. If these emails won them, the outcome columns are '{both}', else '{labels.column}'."
    )
    return Question("outcome column", text, met.won, choices=(labels.column, both))


def _warning(rule: OutcomeRule, labels: OutcomeRule, met: _Met) -> str:
    return (
        f"{_says(rule, met)}, none of whom answered by {quote(labels.column)}, and was not used; if these emails won "
        f"them, name it too: the outcome columns are then '{labels.column},{rule.column}'"
    )


def _says(rule: OutcomeRule, met: _Met) -> str:
    words = f"{quote_some([*rule.values], MOST_SHOWN)} in " if rule.form is Form.WORD else ""
    return f"{words}{quote(rule.column)} says of {met.won} people that they were won"
