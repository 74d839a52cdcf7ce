"""Columns of states, as "Lead status": which of them tell what came of an email, and which only how far it got."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .meanings import Form, Meaning, OutcomeRule, known_word, word_key
from .outcome_names import STATE_NAMES, is_of_the_past, means_won
from .profiles import Profile
from .role_names import spaced

SEND_STATES = {
    "sent": None,
    "delivered": None,
    "opened": None,
    "clicked": None,
    "sending": Meaning.UNSENT,
    "scheduled": Meaning.UNSENT,
    "failed": Meaning.UNSENT,
    "delivery failed": Meaning.UNSENT,
    "not delivered": Meaning.UNSENT,
    "error": Meaning.UNSENT,
    "queued": Meaning.UNSENT,
    "draft": Meaning.UNSENT,
    "drafted": Meaning.UNSENT,
    "pending": Meaning.UNSENT,
    "cancelled": Meaning.UNSENT,
    "canceled": Meaning.UNSENT,
    "skipped": Meaning.UNSENT,
    "bounced": Meaning.BOUNCED,
    "bounce": Meaning.BOUNCED,
    "hard bounce": Meaning.BOUNCED,
    "soft bounce": Meaning.BOUNCED,
    "undelivered": Meaning.BOUNCED,
    "undeliverable": Meaning.BOUNCED,
}
"""Words of a column that says whether an email went out; None: it did, which is no outcome."""
_WAYS = frozenset(
    (Meaning.BOUNCED, Meaning.UNSENT, Meaning.UNSUBSCRIBED, Meaning.AUTOMATIC, Meaning.BLOCKED, Meaning.RUNNING)
)
TELLING = (Meaning.CONVERSION, Meaning.NEGATIVE, Meaning.UNSUBSCRIBED, Meaning.AUTOMATIC)
"""What a word may say of somebody whom a tool only calls answered; of several, the first counts."""
_OF_A_DEAL = re.compile(r"\blost\b|\bverloren\b")
"""A deal that was lost says that they talked, not that the email was turned down."""
_RUNNING = frozenset(("active", "in progress", "inprogress", "running", "ongoing"))
_OF_SENDING = re.compile(r"^(?!.*(?:verif|valid)).*\b(?:send\w*|sent|deliver\w*|e ?mails?|mail|mailing|message)\b")
"""What a column is called that tells what became of the sending, and not of the address."""
_OF_REPLIES = re.compile(r"\b(?:repl\w*|respon\w*|sentiment|interest|disposition|antwort\w*)\b")
"""What a column of states is called that says what kind of answer came."""

_STATES = re.compile(
    r"\b(?:stage|status|state|category|disposition|sentiment|phase|deal|opportunity|pipeline|crm|kategorie|étape|statut"
    r"|catégorie|etapa|estado|fase)\b"
)
_OF_OTHERS = re.compile(r"\b(?:account|company|organi[sz]ation|firm|task|verif\w*|valid\w*|phone|country|address)\b")
"""What is said of a firm, a task or an address, and not of the person."""


def may_be_a_state(profile: Profile) -> bool:
    """Whether a column of few words is called by what a person's state is now."""
    name = spaced(profile.name)
    return bool(
        profile.few and _STATES.search(name) and not _OF_OTHERS.search(name) and not is_of_the_past(profile.name)
    )


def state_columns(profiles: Sequence[Profile], taken: set[str]) -> list[Profile]:
    """The columns that are called so and hold few words, the likeliest to tell an outcome first."""
    named = {spaced(profile.name): profile for profile in reversed(profiles) if profile.name not in taken}
    found = [named[name] for name in STATE_NAMES if name in named]
    more = [
        profile
        for profile in profiles
        if profile not in found
        and profile.name not in taken
        and re.search(r"\b(?:status|outcome|result|category|sentiment|disposition|stage)\b", spaced(profile.name))
    ]
    return [profile for profile in [*found, *more] if profile.few]


def state_rule(profile: Profile, told: bool) -> tuple[OutcomeRule | None, str]:
    """(a rule, what to say) for a column of states, where ``told`` says that other columns tell replies already."""
    called = f"called '{profile.name}'"
    if profile.keys <= SEND_STATES.keys():
        values = {key: meaning for key, meaning in SEND_STATES.items() if meaning}
        rule = OutcomeRule(
            profile.name, Form.WORD, values=values, only_values=True, reason=f"{called}, says what was sent"
        )
        return rule, f"column '{profile.name}' says whether an email was sent, not what came of it"
    known = profile.known(codes=False)
    if re.search(r"\bstage\b", spaced(profile.name)) and not told and known < 1:
        return None, f"column '{profile.name}' is a stage of the customer relation, not taken for the outcome"
    won = any(known_word(value, codes=False) is Meaning.CONVERSION for value in profile.values)
    enough = 0.5 if _OF_REPLIES.search(spaced(profile.name)) else 0.8
    if told and known < enough and not won and not means_won(profile.name):
        return None, f"column '{profile.name}' was left aside: most of its words are not known as outcomes"
    if not told and not known and not profile.numbers:
        return None, f"column '{profile.name}' was left aside: none of its words is known as an outcome"
    yes = Meaning.CONVERSION if means_won(profile.name) else Meaning.REPLY
    return OutcomeRule(profile.name, Form.WORD, yes, ask_blank=not told, reason=f"{called}, holds a few words"), ""


def way_beside(profile: Profile) -> OutcomeRule | None:
    """A rule for a column of states beside those that tell answers, as "Lead status": what it says of how far emails
    got, as bounced, counts; all its other words say nothing.
    """
    of_sending = _OF_SENDING.search(spaced(profile.name)) is not None
    values = {key: meaning for key in profile.keys if (meaning := _way(key, of_sending))}
    if not any(meaning is not Meaning.RUNNING for meaning in values.values()):
        return None
    shown = ", ".join(f"'{key}'" for key in sorted(values))
    reason = f"called '{profile.name}', says of some that they are {shown}; its other words are not used"
    return OutcomeRule(profile.name, Form.WORD, values=values, only_values=True, reason=reason)


def told_of_people(word: str) -> Meaning | None:
    """What a word that is known everywhere says of a person beyond that they answered, one of :data:`TELLING`."""
    meaning = None if _OF_A_DEAL.search(word_key(word)) else known_word(word, codes=False)
    return meaning if meaning in TELLING else None


def is_state_word(key: str) -> bool:
    """Whether a word, by its key, is one of sending or of a sequence that runs."""
    return key in SEND_STATES or key in _RUNNING


def _way(key: str, of_sending: bool) -> Meaning | None:
    """How far a word says an email got; whether an address is a valid one is no such word."""
    if of_sending and (sent := SEND_STATES.get(key)):
        return sent
    meaning = Meaning.RUNNING if key in _RUNNING else known_word(key, codes=False)
    return None if key.startswith("invalid") or meaning not in _WAYS else meaning
