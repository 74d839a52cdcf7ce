"""A buyer's judgement put together: what is liked counts as far as the text makes sense and is about the matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .parts import topic
from .reading import Reading, read_email
from .roles import Argument, argument
from .sense import sense, slips
from .situation import Situation, Vocabulary


@dataclass(frozen=True)
class Letter:
    """One email as its reader sees it."""

    situation: Situation
    read: Reading
    argument: Argument


Taste = Mapping[str, tuple[float, Callable[[Letter], float]]]
"""Name of a part -> its weight and what it sees, from -1 to 1."""


@dataclass(frozen=True)
class Buyer:
    """A reader with tastes of his own; all numbers are logits of any reply.

    ``base``: an email that has nothing for or against it. ``relations``: what the beginning of the contact adds.
    ``off_topic``: taken off where the product is not named (more where another one is). ``nonsense``: taken off from
    debris; ``spoilt``: for each slip (placeholder, a model's preamble, text cut off). ``shortest``: words that an
    email needs to be one.
    """

    vocabulary: Vocabulary
    taste: Taste
    base: float
    relations: Mapping[str, float]
    off_topic: float = 2.5
    nonsense: float = 5.0
    spoilt: float = 1.2
    shortest: int = 8
    language: str = "en"

    def why(self, situation: Situation, email: str) -> dict[str, float]:
        """The parts of the judgement; likes shrink with the sense and the fit of the text, dislikes stay."""
        read = read_email(email)
        letter = Letter(situation, read, argument(read, situation.product.mentions))
        made, about = sense(email, self.language, self.shortest), topic(situation, read)
        credit = made * (0.3 + 0.7 * max(0.0, min(1.0, about + 0.6)))
        parts = {"base": self.base, "relation": self.relations.get(situation.relation, 0.0)}
        for name, (weight, see) in self.taste.items():
            value = weight * see(letter)
            parts[name] = value * credit if value > 0 else value
        parts["topic"] = self.off_topic * min(0.0, about - 0.4) / 1.4
        parts["sense"] = -self.nonsense * (1 - made)
        parts["slips"] = -self.spoilt * slips(read)
        return parts
