"""A simulated buyer: the known truth behind the sample data.

The buyer reads a context and an email and has an *appeal* in mind, a sum of what can be seen in the two: how the
relation began, whether the email speaks of the product and of the buyer's line of business, whether it asks for one
clear thing, how many questions it puts, how long it is, and what spoils it (pressure, placeholders, shouting,
rudeness). Outcomes follow an ordered logit of the appeal (McCullagh 1980, "Regression models for ordinal data").

Since the buyer's probabilities are known, a benchmark can ask of any email what it would *truly* earn, which no
reward model trained on outcomes can say of itself. The rules below are simple on purpose; real buyers are not.

    python benchmarks/simulated_buyer.py label data/emails.csv    draw the outcomes anew (same seed, same outcomes)
    python benchmarks/simulated_buyer.py score FILE.csv           mean true reward of the emails, by `model` if given
    python benchmarks/simulated_buyer.py describe data/emails.csv what the truth alone could predict
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

PAYOFFS = (-1.0, 0.5, 2.0)
SEED = "outcome-rl-1"

SLOPE = 1.9
REPLY_AT = 1.55
CONVERSION_AT = 3.55
"""Appeal at which a reply (a conversion) becomes as likely as not, and how sharply it does."""

RELATIONS = {
    "referred": 1.0,
    "demo": 0.9,
    "pricing": 0.7,
    "trial": 0.6,
    "past customer": 0.5,
    "looking": 0.5,
    "webinar": 0.4,
    "trade show": 0.3,
    "whitepaper": 0.2,
    "cold": -0.5,
}

TRADES = {
    "healthcare": "patient clinic hospital nurse doctor care ward medical physician",
    "dental": "dentist patient chair hygienist practice tooth clinic",
    "pharma": "batch drug trial gmp lab validation regulat dose medicine",
    "veterinary": "vet pet animal clinic practice dog cat surgery",
    "insurance": "claim policy broker underwrit insur premium adjuster",
    "banking": "bank branch loan account fraud compliance teller",
    "finance": "bank loan fund payment compliance account investor",
    "accounting": "ledger audit invoice tax bookkeep client month-end accountant",
    "legal": "lawyer matter case court contract partner client counsel",
    "manufacturing": "plant machine line factory production shift part scrap supplier",
    "logistics": "truck driver freight warehouse carrier dispatch pallet shipment route",
    "construction": "site crew builder subcontract foreman concrete project crane",
    "automotive": "dealer vehicle car workshop part garage fleet supplier",
    "energy": "grid turbine power solar meter plant outage wind",
    "agriculture": "farm field crop harvest grower soil herd tractor",
    "food": "plant recipe allergen batch line cold haccp ingredient",
    "chemicals": "plant batch reactor safety solvent hazard sheet drum",
    "e-commerce": "shop order cart return stock checkout customer warehouse online",
    "retail": "store shop shelf till stock shift customer basket",
    "fashion": "collection season sample garment brand size store return",
    "hospitality": "hotel guest room front-desk booking stay night housekeep",
    "travel": "trip booking traveller tour guest flight agency itinerary",
    "restaurants": "kitchen table menu guest chef cover reservation staff",
    "fitness": "gym member class club trainer studio churn",
    "real estate": "tenant listing property lease building rent viewing agent",
    "it services": "ticket client server cloud sla engineer helpdesk project",
    "saas": "churn customer product signup onboarding deploy engineer trial subscription",
    "telecom": "network tower subscriber outage fibre field mast customer",
    "media": "story newsroom reader ad editor audience content publish",
    "education": "student teacher school campus course lesson enrol parent",
    "nonprofit": "donor grant volunteer donation mission fundrais charity",
    "recruiting": "candidate hire interview role placement recruiter cv",
    "marketing": "campaign client agency lead brand click ad",
}

PUSHY = re.compile(
    r"act now|last chance|limited[- ]time|limited offer|guarante|you must|don'?t miss|once in a lifetime|today only"
    r"|expires?\b|urgent|hurry|right now|before (?:midnight|it'?s too late)|at midnight|by tonight|no[- ]brainer"
    r"|buy now|sign today|final (?:notice|warning|offer)|only \w+ (?:left|slots|spots)|move fast|crazy deal"
    r"|risk[- ]free|100 ?%|immediately",
    re.I,
)
PLACEHOLDER = re.compile(
    r"\[[^\]\n]{2,40}\]|\{\{?[^}\n]{2,40}\}?\}|<[a-z_ ]{3,30}>|\b(?:insert|your) (?:name|company) here\b|x{3,}|lorem",
    re.I,
)
RUDE = re.compile(
    r"ignor(?:e|ed|ing) (?:me|my|us)|frankly|stupid|waste of (?:my )?time|disappoint|your loss|last (?:time|email) I"
    r"|why (?:haven'?t|have) you (?:not )?(?:answer|repl)|consider this a favou?r|competitor down the road|too busy"
    r"|obviously you|shame|lazy|wake up|explain yourself",
    re.I,
)
POLITE = re.compile(
    r"\bthank|\bplease\b|\bwould you\b|\bcould (?:you|we|i)\b|\bhappy to\b|\bglad to\b"
    r"|\bif you (?:like|wish|want|prefer)\b"
    r"|\bif it (?:helps|suits|is)\b|\bappreciate\b|\bkind (?:regards|wishes)\b|\bno (?:pressure|rush|obligation)\b",
    re.I,
)
ASK = re.compile(
    r"\b(?:would|could|can|may|might|shall|will) (?:you|we|i)\b[^.?!]*\?"
    r"|\b(?:are|is) (?:you|there|it|that)\b[^.?!]*\b(?:free|open|available|worth|interested|time|slot)\b[^.?!]*\?"
    r"|\b(?:how|what) about\b[^.?!]*\?|\bdo you have\b[^.?!]*\b(?:minutes|time|slot)\b[^.?!]*\?"
    r"|\b(?:let me know|get back to me|tell me|drop me|send me|give me|write back|reply|answer|ring|call me"
    r"|call us"
    r"|book|pick|choose|grant us|visit|click|sign up|register|download|schedule)\b"
    r"|\b(?:i|we) (?:can|could|would be (?:happy|glad) to|will gladly)"
    r" (?:show|send|walk|call|visit|arrange|set up|bring|run)",
    re.I,
)
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
CONTEXT = re.compile(
    r"Customer: (?P<role>.+?) at an? (?P<trade>.+?) firm (?P<relation>.+?) for an? (?P<product>.+?)\.?$", re.S
)


@dataclass(frozen=True)
class Features:
    """What the buyer notices; each is a number between about -1 and 1, scaled by :data:`WEIGHTS`."""

    relation: float
    product: float
    trade: float
    ask: float
    questions: float
    length: float
    pressure: float
    placeholder: float
    shouting: float
    rude: float
    polite: float


WEIGHTS = Features(
    relation=1.0,
    product=1.1,
    trade=0.8,
    ask=1.0,
    questions=0.9,
    length=1.0,
    pressure=-1.6,
    placeholder=-1.8,
    shouting=-1.2,
    rude=-1.2,
    polite=0.6,
)


def features(context: str, email: str) -> Features:
    """What the buyer sees in one email."""
    parts = CONTEXT.match(context.strip())
    told = parts.groupdict() if parts else {"role": "", "trade": "", "relation": context, "product": context}
    words = [word.lower() for word in WORD.findall(email)]
    return Features(
        relation=next((value for key, value in RELATIONS.items() if key in told["relation"].lower()), 0.0),
        product=_share_named(told["product"], words),
        trade=_trade_fit(told["trade"], words),
        ask=_ask_clarity(email),
        questions=_questions(len(re.findall(r"\?+", email))),
        length=_length(len(email.split())),
        pressure=min(2.0, len(PUSHY.findall(email))) / 2 + (0.5 if PUSHY.search(email) else 0.0),
        placeholder=1.0 if PLACEHOLDER.search(email) else 0.0,
        shouting=_shouting(email),
        rude=1.0 if RUDE.search(email) else 0.0,
        polite=min(1.0, len(POLITE.findall(email)) / 2),
    )


def appeal(context: str, email: str) -> float:
    """Weighted sum of the features."""
    seen, weight = asdict(features(context, email)), asdict(WEIGHTS)
    return sum(seen[name] * weight[name] for name in seen)


def probabilities(context: str, email: str) -> tuple[float, float, float]:
    """True probabilities of no reply, reply and conversion."""
    value = appeal(context, email)
    any_reply, conversion = _logistic(SLOPE * (value - REPLY_AT)), _logistic(SLOPE * (value - CONVERSION_AT))
    return 1 - any_reply, any_reply - conversion, conversion


def true_reward(context: str, email: str) -> float:
    """Expected payoff of one email, between -1 and 2."""
    return sum(p * payoff for p, payoff in zip(probabilities(context, email), PAYOFFS, strict=True))


def draw_outcome(context: str, email: str, seed: str = SEED) -> int:
    """The outcome of one email; it depends on the seed and the two texts alone, not on the order of the rows."""
    digest = hashlib.sha256(f"{seed}\0{context}\0{email}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") / 2**64
    none, reply, _ = probabilities(context, email)
    return 0 if point < none else 1 if point < none + reply else 2


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _stem(word: str) -> str:
    return word.lower()[:5]


def _share_named(phrase: str, words: list[str]) -> float:
    """Share of the phrase's words that the email uses, by their first five letters."""
    wanted = {_stem(word) for word in WORD.findall(phrase) if len(word) > 2}
    present = {_stem(word) for word in words}
    return len(wanted & present) / len(wanted) if wanted else 0.0


def _trade_fit(trade: str, words: list[str]) -> float:
    """1 where the email names the trade or uses two of its words, 0.6 with one of them."""
    known = next((value for key, value in TRADES.items() if key in trade.lower()), "")
    stems = {_stem(word) for word in words}
    if {_stem(word) for word in WORD.findall(trade) if len(word) > 2} & stems:
        return 1.0
    hits = len({_stem(word) for word in known.split()} & stems)
    return 1.0 if hits >= 2 else 0.6 if hits else 0.0


def _ask_clarity(email: str) -> float:
    asks = sum(bool(ASK.search(sentence)) for sentence in SENTENCE.findall(email))
    return {0: -0.4, 1: 1.0, 2: 0.8, 3: 0.0}.get(asks, -0.6)


def _questions(count: int) -> float:
    return {0: -0.3, 1: 0.9, 2: 1.0, 3: 0.7}.get(count, -0.7)


def _length(words: int) -> float:
    """Best from 45 to 110 words; -1 for next to nothing and for more than 190."""
    if words < 45:
        return -1.0 + 2.0 * max(0, words - 10) / 35
    return 1.0 if words <= 110 else max(-1.0, 1.0 - 2.0 * (words - 110) / 80)


def _shouting(email: str) -> float:
    capitals = [word for word in re.findall(r"\b[A-Z]{4,}\b", email) if word not in ("HACCP", "SAAS", "HIPAA", "GDPR")]
    return min(1.0, email.count("!") / 4 + len(capitals) / 4) if email.count("!") + len(capitals) > 1 else 0.0


def _read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def label(path: Path) -> None:
    """Write the drawn outcomes into the file's ``outcome`` column."""
    rows = _read(path)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["context", "email_text", "outcome"])
        for row in rows:
            writer.writerow([row["context"], row["email_text"], draw_outcome(row["context"], row["email_text"])])


def describe(path: Path) -> None:
    """Print the outcomes' shares and the accuracy that the true probabilities reach, in expectation and as drawn."""
    rows = _read(path)
    probs = [probabilities(row["context"], row["email_text"]) for row in rows]
    outcomes = [int(row["outcome"]) for row in rows]
    for outcome in range(3):
        drawn = outcomes.count(outcome) / len(rows)
        print(f"outcome {outcome}: {drawn:.3f} of rows, {sum(p[outcome] for p in probs) / len(rows):.3f} expected")
    print(f"accuracy of the truth: {sum(max(p) for p in probs) / len(rows):.3f} expected,", end=" ")
    print(f"{sum(p.index(max(p)) == y for p, y in zip(probs, outcomes, strict=True)) / len(rows):.3f} as drawn")


def score(path: Path) -> None:
    """Print the mean true reward of a CSV with context and email_text, for each value of ``model``."""
    rows = _read(path)
    for model in dict.fromkeys(row.get("model", "") for row in rows):
        mine = [row for row in rows if row.get("model", "") == model]
        mean, error = _mean_and_error(true_reward(row["context"], row["email_text"]) for row in mine)
        seen = [asdict(features(row["context"], row["email_text"])) for row in mine]
        print(f"{model or 'all'}: true reward {mean:+.3f} (standard error {error:.3f}, n = {len(mine)})")
        print("   " + ", ".join(f"{name} {sum(f[name] for f in seen) / len(seen):+.2f}" for name in seen[0]))


def _mean_and_error(values: Iterable[float]) -> tuple[float, float]:
    values = list(values)
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))
    return mean, spread / math.sqrt(len(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=("label", "describe", "score"))
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"{given.file}: there is no such file")
    {"label": label, "describe": describe, "score": score}[given.action](given.file)


if __name__ == "__main__":
    main()
