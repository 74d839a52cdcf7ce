"""Emails in the seller's own words: the language model chooses which sentence of the bank comes next.

An email is a greeting, an opening, some sentences, one ask, perhaps a closing sentence and the sign-off. At each of
these places the sentences that suit the context are the options of :mod:`outcome_rl.engine.constrained`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..config import OWN_WORDS
from ..engine.constrained import Script, follow, sample_scripts
from ..sentence_bank.bank import (
    BODY,
    CLOSE,
    GREETING,
    OPENING,
    SENDER_NAME,
    SIGN_OFF,
    SUBJECT,
    Sentence,
    SentenceBank,
)
from ..sentence_bank.commitments import SEEN, recalled_in_vain
from ..sentence_bank.order import SentenceOrder
from ..sentence_bank.people import Name, names_somebody
from ..sentence_bank.skeletons import WholeEmails
from ..sentence_bank.slots import filled, is_named, with_slots, without_slots
from ..sentence_bank.suitability import telling_words, terms
from ..sentence_bank.taken_up import answers
from ..sentence_bank.units import sentences_of
from ..text.address import address_of
from ..text.email_steps import recalls_email_in_vain
from ..text.sentences import sentences
from .letter import Letter, LetterPlan
from .parts import Part, clash
from .prompts import encode_prompts, encode_text
from .whole_letter import WholeLetter
from .writing import OtherChoice, Request, SupportsWriting, Written

LEANS = 3.0
"""How much likelier, a logarithm, a sentence has to be for contexts of one kind to be founded in them without words
that both have."""

FEW_WHOLE = 5
"""Whole emails for a context of which fewer are too few to choose from: then some may be written that single attributes
of it speak against, and how well they fit all of it tells which.
"""


class OwnWords:
    """Makes the script of an email for a context; ``bank`` is the seller's."""

    def __init__(self, bank: SentenceBank, tokenizer: Any) -> None:
        self.bank, self.tokenizer = bank, tokenizer
        self._tokens: dict[str, tuple[int, ...]] = {}
        self._terms: dict[str, frozenset[str]] = {}
        self._plans: dict[str, LetterPlan] = {}
        self._order = SentenceOrder(bank)
        self._whole = WholeEmails(bank.skeletons) if bank.is_said_whole else None

    @property
    def name(self) -> str:
        """As the settings call it."""
        return OWN_WORDS

    def script(self, context: str) -> Letter:
        """An empty email for a context; its options are the first sentences that suit it."""
        if context not in self._plans:
            self._plans[context] = self._plan(context)
        plan = self._plans[context]
        return WholeLetter(plan) if plan.whole else Letter(plan)

    def write(self, source: SupportsWriting, request: Request) -> Written:
        """Emails whose every sentence is of the bank; see :class:`outcome_rl.policy.writing.Writing`."""
        prompts = encode_prompts(source.tokenizer, request.contexts)
        on_texts = request.on_texts
        batch, letters = sample_scripts(
            source.model,
            source.base,
            prompts,
            [self.script(context) for context in request.contexts],
            request.samples,
            source.tokenizer.eos_token_id,
            request.generator,
            request.params.temperature,
            keep_going=request.keep_going,
            numbers=request.numbers,
            on_progress=None
            if on_texts is None
            else (lambda so_far: on_texts([_letter(script).text for script in so_far])),
            untaught=request.untaught,
        )
        own = tuple(prompts[number] for number in request.wanted for _ in range(request.samples))
        done = [_letter(script) for script in letters]
        return Written(own, batch, tuple(letter.text for letter in done), tuple(letter.choices for letter in done))

    def targets(
        self, tokenizer: Any, contexts: Sequence[str], emails: Sequence[str], longest: int
    ) -> list[Written | None]:
        """The seller's emails as choices from the bank; sentences that it does not have, or not there, are left out. A
        whole email ends where it cannot go on as one that may be written.
        """
        prompts = encode_prompts(tokenizer, contexts)
        return [self._target(p, c, e, tokenizer) for p, c, e in zip(prompts, contexts, emails, strict=True)]

    def other_choices(self, contexts: Sequence[str], written: Written, count: int, seed: int) -> list[OtherChoice]:
        """For each sentence, ``count`` that are drawn in its place by the seller's own odds, at temperature 1; behind
        it the email says what it says anyway, as far as that may still be said. Greeting and sign-off stay as they are:
        rewards hardly depend on them.
        """
        found, generator = [], np.random.default_rng(seed)
        for row, (context, options) in enumerate(zip(contexts, written.choices, strict=True)):
            letters = [self.script(context)]
            for option in options:
                letters.append(letters[-1].choose(option))
            said, column = letters[-1].done, 0
            for place, (letter, option) in enumerate(zip(letters, options, strict=False)):
                columns = range(column, column + len(said[place].tokens))
                column = columns.stop
                if len(letter.options) > 1 and said[place].sentence.place not in (GREETING, SIGN_OFF):
                    others = [letter.draw(generator) for _ in range(count)]
                    rest = said[place + 1 :]
                    texts = (letter.choose(other).finish(rest, generator).text for other in others if other != option)
                    found.append(OtherChoice(row, columns, count, tuple(texts)))
        return found

    def order(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray | None:
        """How well the emails' sentences belong together; see :class:`outcome_rl.sentence_bank.order.SentenceOrder`."""
        return self._order.fit(contexts, emails)

    def unlike_learned(self, contexts: Sequence[str]) -> list[str]:
        """Those that are described in another way than the seller's recipients."""
        return [context for context in contexts if not self.bank.fields.knows(context)]

    def _target(self, prompt: list[int], context: str, email: str, tokenizer: Any) -> Written | None:
        said = [text for _, text in sentences_of(email)]
        values = self.bank.fields.values(context)
        known = [{text, with_slots(text, values)} for text in said]

        def pick(letter: Script) -> int | None:
            assert isinstance(letter, Letter)
            while known:
                options = letter.sentences
                found = next((i for i, sentence in enumerate(options) if sentence.text in known[0]), None)
                known.pop(0)
                if found is not None:
                    return found
            return None

        batch, letter = follow(self.script(context), pick, tokenizer.eos_token_id)
        return (
            Written((prompt,), batch, (_letter(letter).text,))
            if batch.decisions and len(batch.decisions.rows)
            else None
        )

    def _plan(self, context: str) -> LetterPlan:
        parts = self._parts(context, strictly=True)
        whole = self._whole_emails(parts)
        if self._whole is not None and len(whole) < FEW_WHOLE:
            wider = self._parts(context, strictly=False)
            parts, whole = (wider, found) if (found := self._whole_emails(wider)) else (parts, whole)
        places = tuple(place for place in self.bank.places if parts[place])
        must_name = self.bank.names_topic and any(part.names_topic for own in parts.values() for part in own)
        fewest, most = (min(size, len(parts.get(BODY, ()))) for size in self.bank.body_range)
        said = [tuple((part.sentence.place, part.sentence.text) for part in email) for email in whole]
        fits = tuple(self.bank.fit(context, said).tolist())
        return LetterPlan(parts, fewest, most, places, self._order, must_name, whole, fits)

    def _parts(self, context: str, *, strictly: bool) -> dict[str, tuple[Part, ...]]:
        """What may be said at each place; see :meth:`SentenceBank.suited_to`."""
        listed = self.bank.fields.values(context)
        values = dict(listed)
        name = self._name(values)
        parts: dict[str, list[Part]] = {place: [] for place in self.bank.places}
        here, said = self.bank.attributes(context), telling_words(context)
        for sentence in self.bank.suited_to(context, strictly=strictly):
            if sentence.place in parts:
                text = name.fill(filled(sentence.text, self.bank.fillings(sentence, listed)))
                parts[sentence.place].append(self._part(sentence, text, values, here, said))
        parts = {place: founded(own, context) for place, own in parts.items()}
        parts |= {GREETING: self._greetings(parts.get(GREETING, []), name)}
        if not any(part.sentence.gives_price for part in parts.get(BODY, ())):  # a price that cannot be given
            free = {place: [part for part in own if not part.sentence.owes_price] for place, own in parts.items()}
            parts = {place: free[place] or own for place, own in parts.items()}
        return {place: tuple(own) for place, own in parts.items()}

    def _whole_emails(self, parts: Mapping[str, tuple[Part, ...]]) -> tuple[tuple[Part, ...], ...]:
        """The seller's emails of these parts, one sentence at most exchanged; none where emails are put together freely
        or none can be made.
        """
        if self._whole is None:
            return ()
        known = {(place, part.sentence.text): part for place, own in parts.items() for part in own}
        found = []
        for way in self._whole.ways(known.keys()):
            email = tuple(known[key] for key in way.keys)
            others = [part for number, part in enumerate(email) if number != way.exchanged]
            begins = next((part.sentence for part in email if part.sentence.place != SUBJECT), None)
            if begins is None or (self.bank.greeting_has_line and self._runs_on(begins)):
                continue
            if way.exchanged is None or not any(clash(email[way.exchanged], part) for part in others):
                found.append(email)
        return tuple(found)

    def _part(
        self,
        sentence: Sentence,
        text: str,
        values: Mapping[int, str],
        here: frozenset[str],
        context: frozenset[str],
    ) -> Part:
        shown = self._shown(sentence, text)
        if shown not in self._tokens:
            self._tokens[shown] = tuple(encode_text(self.tokenizer, shown))
        if text not in self._terms:
            self._terms[text] = terms(text) - {text.lower()}
        leaning = sum(lean for name, lean in sentence.leaning.items() if name in here)
        if self.bank.answering and sentence.place not in (GREETING, SIGN_OFF):
            own = telling_words(without_slots(sentence.text))
            leaning += self.bank.answering * answers(context, own, self.bank.usual_words)
        named = self._names_topic(text, values)
        said = frozenset(text[start:end].strip().lower() for start, end in sentences(text))
        return Part(sentence, shown, self._tokens[shown], self._terms[text], leaning, named, said, address_of(text))

    def _greetings(self, parts: list[Part], name: Name) -> list[Part]:
        """Those that fit; where names are told of some, by name whose name is told, and nobody else. All else."""
        fitting = [part for part in parts if name.may_be_called(part.sentence.text)] or parts
        if not self.bank.name_fields:
            return fitting
        known = bool(name.first or name.last)
        return [part for part in fitting if names_somebody(part.sentence.text) == known] or fitting

    def _name(self, values: Mapping[int, str]) -> Name:
        """The recipient's, as far as the context tells it."""
        return Name.of(next((values[number] for number in self.bank.name_fields if number in values), ""))

    @staticmethod
    def _runs_on(sentence: Sentence) -> bool:
        """Whether it is written behind the sentence before, without a line between."""
        return sentence.place == CLOSE or (sentence.place == BODY and not sentence.starts_paragraph)

    def _names_topic(self, text: str, values: Mapping[int, str]) -> bool:
        topic = self.bank.topic
        return topic is not None and topic in values and is_named(values[topic], text)

    def _shown(self, sentence: Sentence, text: str) -> str:
        """The sentence with what stands between it and the one before."""
        if sentence.place == SUBJECT:
            return f"Subject: {text}"
        first = self.bank.places.index(sentence.place) == 0
        gap = " " if self._runs_on(sentence) else "\n\n"
        if sentence.place == OPENING and not self.bank.greeting_has_line:
            gap = " "
        signed = f"{SENDER_NAME}\n{self.bank.firm}".strip()
        behind = f"\n{signed}" if sentence.place == SIGN_OFF else ""
        return f"{'' if first else gap}{text}{behind}"


def founded(parts: list[Part], context: str) -> list[Part]:
    """The parts of one place without those that recall what the context does not know of and, where it knows of
    something, without those that deny it; of openings then only those that take it up. All where none would be left.
    """
    recalled = {part.text: recalled_in_vain(part.text, context) for part in parts if part.sentence.recalls}
    known = any(not kinds for kinds in recalled.values())
    kept = []
    for part in parts:
        kinds = recalled.get(part.text, frozenset())
        founded = not kinds or (part.leaning >= LEANS and SEEN not in kinds)
        founded = founded and not (part.sentence.recalls and recalls_email_in_vain(part.text, context))
        if founded and not (known and part.sentence.denies):
            kept.append(part)
    if any(part.sentence.place == OPENING and _takes_up(part, context) for part in kept):
        kept = [part for part in kept if part.leaning >= LEANS or _takes_up(part, context)]
    return kept or parts


def _takes_up(part: Part, context: str) -> bool:
    """Whether a sentence recalls something in words of the context, and not only a product or a trade."""
    return part.sentence.recalls and bool(terms(without_slots(part.sentence.text)) & terms(context))


def _letter(script: Script) -> Letter:
    assert isinstance(script, Letter)
    return script
