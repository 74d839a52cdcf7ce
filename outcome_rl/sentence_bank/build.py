"""How a bank is made: the sentences of emails, but for what nobody answered, without what is about one recipient alone.

What a sentence says about one recipient (a number, a name, an earlier talk) is left out with it unless the seller says
it again and again, or the facts hold it; words that stand in the context too become slots. So nothing is said that the
seller has not said before.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..text.claims import find_claims
from ..text.email_parts import EmailParts, email_parts
from .bank import BODY, CLOSE, PLACES, SIGN_OFF, SUBJECT, TOGETHER, Key, Sentence, SentenceBank, said_words
from .commitments import SEEN, Commitments, observes
from .context_fit import ContextFit
from .fields import ContextFields
from .filled_names import with_fields_again
from .order import usual_order
from .people import name_fields_of
from .senders import Senders, firm_of
from .skeletons import cohesion, skeletons_of
from .slots import is_named, kinds_said, slots_in, unsaid_forms, without_slots
from .statements import SAID_OFTEN
from .suitability import Suitability
from .taken_up import TakenUp
from .units import FRAME, Unit, Values, in_order, neighbours, placed, units_of

BY_OUTCOME = (0.3, 1.0, 1.5)
"""What an email counts with each outcome where it teaches which sentence follows which."""
DOUBT = 4.0
"""Emails' worth of doubt whether a sentence is answered more often than others."""
SILENCE, SILENCE_OF_WHOLE = 2 / 3, 0.2
"""A sentence that nobody answered is left out where chance would leave a usual one unanswered no more often; the second
where emails are said whole, for there each that is left out takes whole emails with it."""
MERIT = 2.0
"""How much more often being answered counts in a sentence's weight."""
_CALLED = re.compile(r"(?:,|\b(?:is|was|ist|war))\s(?:an?|eine?)\s\{(\d+)\}")
"""What somebody is, filled in with a word of the context."""
NAMED = 0.7
"""Share of the emails that must name their topic for every email to have to."""


def build_bank(
    contexts: Sequence[str], emails: Sequence[str], outcomes: Sequence[int], facts: str = ""
) -> SentenceBank:
    """The bank of a file's emails; ``facts``: what may be said besides.

    Sentences that emails without an answer alone have are left out where an answer was to be expected.
    """
    fields = ContextFields.learn(contexts)
    parts = with_fields_again([email_parts(email) for email in emails], contexts)
    values = [fields.values(context) for context in contexts]
    name_fields = name_fields_of(parts, values)
    topic = _topic(values, emails, name_fields)
    units = units_of(parts, values, outcomes)
    suitability = Suitability.learn(
        [fields.attributes(context, name_fields) for context in contexts], [_texts(email) for email in parts]
    )
    commitments = Commitments.learn(units, contexts, values, topic)
    taken_up = TakenUp.learn(contexts, [_texts(email) for email in parts])
    senders = Senders.learn(parts)
    left_out: Counter[str] = Counter()
    found: list[Sentence] = []
    usual = sum(outcome > 0 for outcome in outcomes) / max(1, len(outcomes))
    together = cohesion(units, len(emails))
    silence = SILENCE_OF_WHOLE if together >= TOGETHER else SILENCE
    for (place, text), unit in units.items():
        why = None if place in FRAME and any(unit.counts[1:]) else _unfit(place, unit, contexts, facts, usual, silence)
        if not why and commitments.tells_of.get((place, text)) and _is_of_many(text, unit, values, topic):
            why = "a customer who is something else each time"
        if not why and senders.speaks_of_one(unit.original, unit.rows):
            why = "about one of several senders"
        if why:
            left_out[why] += 1
        else:
            found.append(_sentence(place, text, unit, outcomes, suitability, commitments, taken_up, values, topic))
    kept = {(sentence.place, sentence.text) for sentence in found}
    answered = [email for email, outcome in zip(parts, outcomes, strict=True) if outcome > 0]
    places = _usual_places(answered)
    bank = SentenceBank(
        fields,
        tuple(found),
        topic,
        names_topic=_names_topic(topic, values, emails),
        places=places,
        body_range=_body_range(answered),
        greeting_has_line=_greetings_have_lines(parts, emails),
        name_fields=name_fields,
        followed=_followed(units, outcomes, kept),
        left_out=dict(left_out),
        recurring=_recurring(units, values, topic),
        cohesion=together,
        skeletons=skeletons_of(units, outcomes, kept, with_subject=SUBJECT in places),
        firm=firm_of(parts),
        usual_words=taken_up.usual,
        answering=taken_up.gain,
        unsaid_forms=unsaid_forms({number for sentence in found for number in sentence.slots}, values, emails),
        context_fit=_context_fit(fields, contexts, name_fields, units) if together >= TOGETHER else ContextFit(),
    )
    return replace(bank, usual_order=usual_order(bank, contexts, emails))


def _sentence(
    place: str,
    text: str,
    unit: Unit,
    outcomes: Sequence[int],
    suitability: Suitability,
    commitments: Commitments,
    taken_up: TakenUp,
    values: Sequence[Values],
    topic: int | None,
) -> Sentence:
    stated = place not in FRAME
    own = without_slots(text) if slots_in(text) else unit.original  # a slot's words are those of one context only
    only_for = suitability.only_topics(unit.rows, own, values, topic) if stated and place != CLOSE else ()
    none, replies, conversions = unit.counts
    tells_of = commitments.tells_of.get((place, text), frozenset())
    not_for = suitability.unsuited(unit.rows, own) | suitability.never_said_to(unit.rows, own)
    return Sentence(
        text,
        place,
        (none, replies, conversions),
        position=round(sum(unit.positions) / len(unit.rows), 3),
        starts_paragraph=2 * unit.paragraphs > len(unit.rows),
        weight=round(_weight(unit.counts, outcomes), 3),
        leaning=suitability.leaning(own, unit.rows) if stated else {},
        not_for=not_for if stated else frozenset(),
        only_for=frozenset(only_for),
        tells_of=tells_of,
        only_as=frozenset(unit.said) if tells_of and slots_in(text) else frozenset(),
        gives_price=(place, text) in commitments.gives_price,
        owes_price=(place, text) in commitments.owes_price,
        recalls=(place, text) in commitments.recalls,
        denies=(place, text) in commitments.denies,
        refers_back=(place, text) in commitments.refers_back,
        of_that_customer=(place, text) in commitments.of_that_customer,
        takes_up=taken_up.of(unit.rows, own) if stated else frozenset(),
        said_with=kinds_said(unit.said, (values[row] for row in unit.rows)) if slots_in(text) else frozenset(),
    )


def _weight(counts: Sequence[int], outcomes: Sequence[int]) -> float:
    """How likely a sentence is to be taken to begin with, a logarithm: often said, and answered more than others."""
    usual = sum(outcome > 0 for outcome in outcomes) / len(outcomes)
    answered, n = sum(counts[1:]), sum(counts)
    lift = (answered + DOUBT * usual) / (n + DOUBT) / usual
    return 0.5 * math.log(max(1, answered)) + MERIT * math.log(lift)


def _unfit(place: str, unit: Unit, contexts: Sequence[str], facts: str, usual: float, silence: float) -> str | None:
    """Why a sentence is not to be said to anybody else, or None where it may; ``usual``: the share of emails that are
    answered; ``silence``: see :data:`SILENCE`.
    """
    if not any(unit.counts[1:]) and (not usual or (1 - usual) ** sum(unit.counts) < silence):
        return "never answered"
    if place == CLOSE and unit.original.rstrip().endswith("?"):
        return "a second question behind the ask"  # readers of emails that had both did not know which to answer
    if len({contexts[row] for row in unit.rows}) >= SAID_OFTEN:
        return None
    claims = find_claims(unit.original, contexts[unit.rows[0]], facts)
    if not claims and observes(unit.original, place if len(unit.rows) == 1 else BODY):
        return f"about one recipient: {SEEN}"
    return f"about one recipient: {claims[0].kind}" if claims else None


def _is_of_many(text: str, unit: Unit, values: Sequence[Values], topic: int | None) -> bool:
    """Whether one and the same is called what each recipient is: "Reed & Co, a school" here, "a hotel" there."""
    filled_in = [int(number) for number in _CALLED.findall(text) if int(number) != topic]
    return len({tuple(dict(values[row]).get(number) for number in filled_in) for row in unit.rows}) > 1


def _followed(units: dict[Key, Unit], outcomes: Sequence[int], kept: set[Key]) -> dict[tuple[str, str], float]:
    """How often one sentence stood behind another one, answered emails counting more."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row, said in in_order(units).items():
        for (_, first), (_, second) in neighbours([key for key in said if key in kept]):
            found[first, second] += BY_OUTCOME[outcomes[row]]
    return dict(found)


def _context_fit(
    fields: ContextFields, contexts: Sequence[str], name_fields: Sequence[int], units: dict[Key, Unit]
) -> ContextFit:
    """Learned from what each email states."""
    said = in_order(units)
    emails = [said_words(key for key in said.get(row, ()) if key[0] not in FRAME) for row in range(len(contexts))]
    return ContextFit.learn([fields.telling(context, name_fields) for context in contexts], emails)


def _texts(email: EmailParts) -> tuple[str, ...]:
    subject = (email.subject,) if email.subject else ()
    return (*subject, *(sentence.text for sentence in email.body))


# --- what is usual ----------------------------------------------------------------------------------------------------


def _usual_places(answered: Sequence[EmailParts]) -> tuple[str, ...]:
    """The places that at least half of the emails have; a closing sentence is one as soon as it occurs, and who signs
    without a word before the name signs off too.
    """
    seen = Counter(place for email in answered for place in {place for _, place, _, _ in placed(email)})
    if seen[SIGN_OFF]:
        seen[SIGN_OFF] = sum(bool(email.sign_off or email.signature) for email in answered)
    return tuple(place for place in PLACES if seen[place] and (2 * seen[place] >= len(answered) or place == CLOSE))


def _body_range(answered: Sequence[EmailParts]) -> tuple[int, int]:
    """Fewest and most sentences of the body, leaving out the shortest tenth and the longest quarter: the more sentences
    are put together, the likelier one does not follow from the others.
    """
    sizes = sorted(sum(place == BODY for _, place, _, _ in placed(email)) for email in answered) or [1]
    return sizes[len(sizes) // 10], sizes[-1 - len(sizes) // 4]


FEW_TOPICS = 8
"""Emails for each topic from which on the sentences of a topic are many."""


def _recurring(units: dict[Key, Unit], values: Sequence[Values], topic: int | None) -> float:
    """The share of sentences, counted as often as they stand, that stand in several emails; all, with few topics."""
    topics = {value for own in values for number, value in own if number == topic}
    if topics and len(topics) * FEW_TOPICS <= len(values):
        return 1.0
    said = [len(unit.rows) for (place, _), unit in units.items() if place not in FRAME]
    return round(sum(n for n in said if n > 1) / max(1, sum(said)), 3)


def _greetings_have_lines(parts: Sequence[EmailParts], emails: Sequence[str]) -> bool:
    """Whether most greetings stand in a line of their own."""
    lines = 0
    for email, text in zip(parts, emails, strict=True):
        behind = text[text.find(email.greeting) + len(email.greeting) :]
        lines += not email.greeting or "\n" in behind[: len(behind) - len(behind.lstrip())]
    return 2 * lines >= len(parts)


def _topic(values: Sequence[Values], emails: Sequence[str], name_fields: Sequence[int]) -> int | None:
    """The field whose values emails name most often, of those that are words; never the recipient's name, which
    greetings hold.
    """
    named: Counter[int] = Counter()
    known: Counter[int] = Counter()
    for own, email in zip(values, emails, strict=True):
        for number, value in own:
            if number not in name_fields and any(map(str.isalpha, value)):
                known[number] += 1
                named[number] += is_named(value, email)
    shares = {number: named[number] / known[number] for number in known if known[number] >= 0.5 * len(emails)}
    best = max(shares, key=lambda number: shares[number], default=None)
    return best if best is not None and shares[best] >= 0.3 else None


def _names_topic(topic: int | None, values: Sequence[Values], emails: Sequence[str]) -> bool:
    """Whether nearly all emails name the topic of their context."""
    named = [
        is_named(value, email)
        for own, email in zip(values, emails, strict=True)
        for number, value in own
        if number == topic
    ]
    return bool(named) and sum(named) >= NAMED * len(named)
