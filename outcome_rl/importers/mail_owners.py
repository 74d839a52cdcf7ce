"""Whose mailbox it is, told by who writes and who is written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .firms import is_freemail
from .mailbox import Mail, MailKind

FEWEST_WRITTEN_TO = 5
"""People that a second sender of the same firm wrote to, in a mailbox that holds the mail of both."""
UNSURE = "or it is of"
"""Said where another address is as likely."""


@dataclass
class Owners:
    """Who sends and who is written to: the owner does both the most."""

    messages: int = 0
    senders: Counter[str] = field(default_factory=Counter)
    recipients: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    partners: dict[str, set[int]] = field(default_factory=dict)

    def add(self, mail: Mail) -> None:
        """Count a message; one that could not be delivered says nothing of whose mailbox it is in."""
        if not mail.sender or mail.kind is MailKind.BOUNCE:
            return
        self.messages += 1
        self.senders[mail.sender] += 1
        if mail.delivered_to:
            self.delivered[mail.delivered_to] += 1
        self.recipients.update(address for address, _ in mail.recipients)
        if any(label.lower() in ("sent", "gesendet", "envoyés", "enviados") for label in mail.labels):
            self.labelled[mail.sender] += 1
        if self.senders[mail.sender] > 1:  # most write once
            partners = self.partners.setdefault(mail.sender, set())
            if len(partners) < 50:
                partners.update(hash(address) for address, _ in mail.recipients)

    def is_whole(self, own: Sequence[str]) -> bool:
        """Whether a file holds both what these addresses sent and what they got, and hardly anything else."""
        sent, got = sum(self.senders[each] for each in own), sum(self.recipients[each] for each in own)
        return bool(sent and got) and 2 * (sent + got) >= self.messages

    def guess(self) -> tuple[tuple[str, ...], str]:
        """(own addresses, why); none where nobody is likely."""
        if self.labelled:
            return tuple(sorted(self.labelled)), "messages from it are labelled as sent"
        if not self.senders:
            return (), ""
        found = [address for address, _ in self.delivered.most_common(1) if address in self.senders]
        if found:
            return (found[0],), "messages were delivered to it"

        whose, got = next(iter(self.recipients.most_common(1)), ("", 0))
        if whose not in self.senders and got >= FEWEST_WRITTEN_TO and 2 * got > self.messages:
            return (whose,), f"it got {got} of the messages"

        def both(address: str) -> tuple[int, int, int]:
            wrote_to = len(self.partners.get(address, ()))
            return min(wrote_to, 50) + min(self.recipients[address], 50), wrote_to, self.senders[address]

        ranked = sorted(sorted(self.senders), key=both, reverse=True)
        best, *others = ranked
        why = f"it wrote {self.senders[best]} and got {self.recipients[best]} of the messages"
        domain = best.rpartition("@")[2]
        mates = [each for each in others if not is_freemail(domain) and each.endswith(f"@{domain}")]
        least = max(FEWEST_WRITTEN_TO, both(best)[1] / 3)
        mates = [each for each in mates if both(each)[1] >= least]
        if mates:
            why += f", and {', '.join(mates)} of the same firm about as many"
        rest = [each for each in others if each not in mates]
        if rest and 2 * both(rest[0])[0] > both(best)[0]:
            why += f" ({UNSURE} {rest[0]})"
        return (best, *mates), why


def guess_own(whole: Owners, files: Iterable[Owners]) -> tuple[tuple[str, ...], str]:
    """Whose mailboxes they are: told file by file where those are whole, as of two people, else by all together."""
    told = [(own, why) for each in files for own, why in [each.guess()] if own and each.is_whole(own)]
    if len({own for own, _ in told}) < 2 or any(UNSURE in why for _, why in told):
        return whole.guess()
    own = dict.fromkeys(address for addresses, _ in told for address in addresses)
    return tuple(own), "; ".join(dict.fromkeys(why for _, why in told))
