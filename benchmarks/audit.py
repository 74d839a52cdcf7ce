"""How well the audit finds what was planted, how often it cries wolf, and what large files cost.

Files are made by chaining words as they follow each other in the sample's emails, so that phrases are as common as in
real text and no email is a copy. Outcomes are drawn from an ordered logit of twenty words, the length and the context:
softly driven, nothing given away. Then something is planted. Every file has its own seed.

    python benchmarks/audit.py detection          planted leaks and duplicates, false alarms, shuffled outcomes
    python benchmarks/audit.py detection --files my.csv    shuffles a file of yours, too
    python benchmarks/audit.py scale              100,000 rows of several kinds: seconds, and peak memory
    python benchmarks/audit.py hostile            10,000 cells made to be slow
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from outcome_rl.audit.audit import Finding, audit
from outcome_rl.audit.texts import has_markup, is_empty, is_foreign, trace_findings
from outcome_rl.data.dataset import EmailData, read_emails, sample_file
from outcome_rl.text.pii import mask_personal

FILES = 20
LEAKS = [
    "thanks for signing", "see you at the kickoff", "invoice attached", "as agreed this morning",
    "welcome to the family", "onboarding starts monday", "per our signed offer", "ticket closed", "ref zulu",
    "sent from crm batch",
]  # fmt: skip
RELATIONS = {"is a cold prospect": -0.6, "attended a webinar": 0.1, "asked about pricing": 0.4, "requested a demo": 0.6}
ROLES = ("CTO", "CFO", "Founder", "Sales Head", "Operations Manager", "Marketing Director", "Owner", "Procurement Head")
TRADES = ("Healthcare", "Finance", "Retail", "Travel", "Energy", "Media", "Education", "Logistics", "Legal", "Food")


class Writer:
    """Emails that nobody wrote: each word is drawn from those that follow the two before it in the sample."""

    def __init__(self, emails: Iterable[str]) -> None:
        self.after: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.after_one: defaultdict[str, list[str]] = defaultdict(list)
        self.openings: list[tuple[str, str]] = []
        for email in emails:
            words = email.split()
            self.openings.append((words[0], words[1]))
            for one, two, three in zip(words, words[1:], words[2:], strict=False):
                self.after[one, two].append(three)
                self.after_one[two].append(three)

    def email(self, rng: random.Random) -> str:
        one, two = rng.choice(self.openings)
        words = [one, two]
        for _ in range(max(15, int(rng.gauss(75, 30)))):
            # two words determine the third too often: without the second choice emails would copy the sample's
            known = self.after[one, two] if rng.random() < 0.5 else self.after_one[two]
            one, two = two, rng.choice(known or self.after_one[rng.choice(words)] or [words[0]])
            words.append(two)
        return " ".join(words)


def clean_file(writer: Writer, rows: int, seed: int, strength: float = 0.6) -> EmailData:
    """A file without leaks; ``strength`` is the standard deviation of the words' log-odds."""
    rng = random.Random(seed)
    emails = [writer.email(rng) for _ in range(rows)]
    common = Counter(word for email in emails[:2000] for word in set(re.findall(r"[a-z]{4,}", email.lower())))
    share = [word for word, count in common.items() if 0.02 < count / min(rows, 2000) < 0.3]
    weights = {word: rng.gauss(0, strength) for word in rng.sample(sorted(share), 20)}
    contexts, outcomes = [], []
    base = rng.uniform(-0.8, 0.8)
    for email in emails:
        relation = rng.choice(list(RELATIONS))
        contexts.append(f"Customer: {rng.choice(ROLES)} at a {rng.choice(TRADES)} firm {relation} for a CRM suite.")
        seen = set(re.findall(r"[a-z]{4,}", email.lower()))
        appeal = base + RELATIONS[relation] + sum(weights[word] for word in weights if word in seen)
        appeal += 0.005 * (len(email.split()) - 75)
        draw = appeal + float(np.log(1 / max(1e-9, rng.random()) - 1))
        outcomes.append(int(draw > 0) + int(draw > 1.2))
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, rows + 2)))


def with_leak(data: EmailData, seed: int) -> tuple[EmailData, str]:
    """A phrase put into 8 to 40 emails of an outcome (12 or more of over 1000; 40 or 60 of a common outcome)."""
    rng = random.Random(seed + 10_000)
    phrase = LEAKS[seed % len(LEAKS)]
    outcome = rng.randrange(3)
    rows = [i for i, value in enumerate(data.outcomes) if value == outcome]
    # eight rows of an outcome that half of all rows have are what chance does to some phrase in every file
    fewest = (8, 10, 12, 20, 40) if len(data) <= 1000 else (12, 20, 40)
    times = rng.choice(fewest if len(rows) < 0.36 * len(data) else (40, 60))
    chosen = rng.sample(rows, min(times, len(rows)))
    if times >= 20:
        chosen.append(rng.choice([i for i, value in enumerate(data.outcomes) if value != outcome]))
    emails = list(data.emails)
    for i in chosen:
        words = emails[i].split()
        words.insert(rng.randrange(len(words)), f"{phrase}.")
        emails[i] = " ".join(words)
    return EmailData(data.contexts, tuple(emails), data.outcomes, data.rows), f"{phrase}, {times}x {outcome}"


def with_duplicates(data: EmailData, seed: int) -> tuple[EmailData, set[int], set[int]]:
    """Five exact copies, two of them with another outcome, and five with a word in twenty changed; their rows."""
    rng = random.Random(seed + 20_000)
    columns = [list(column) for column in (data.contexts, data.emails, data.outcomes, data.rows)]
    exact, near = set(), set()
    for number, i in enumerate(rng.sample(range(len(data)), 10)):
        email, outcome, row = data.emails[i], data.outcomes[i], len(columns[0]) + 2
        if number < 5:
            exact |= {data.rows[i], row}
            outcome = (outcome + 1) % 3 if number < 2 else outcome
        else:
            near |= {data.rows[i], row}
            words = email.split()
            for place in rng.sample(range(len(words)), max(1, len(words) // 20)):
                words[place] = "Anastasia"
            email = " ".join(words)
        for column, value in zip(columns, (data.contexts[i], email, outcome, row), strict=True):
            column.append(value)
    return EmailData(*map(tuple, columns)), exact, near


def shuffled(data: EmailData, seed: int) -> EmailData:
    outcomes = list(data.outcomes)
    random.Random(seed).shuffle(outcomes)
    return EmailData(data.contexts, data.emails, tuple(outcomes), data.rows)


def of_kind(findings: Iterable[Finding], kind: str) -> list[Finding]:
    return [finding for finding in findings if finding.kind == kind]


# --- detection --------------------------------------------------------------------------------------------------------


def detection(files: list[Path]) -> None:
    writer = Writer(read_emails(sample_file("emails.csv")).emails)
    for rows in (300, 1000, 3000):
        leaks = duplicates = alarms = 0
        extra: Counter[str] = Counter()
        for seed in range(FILES):
            clean = clean_file(writer, rows, seed)
            findings = audit(clean)
            extra.update({finding.kind for finding in findings})
            alarms += bool(of_kind(findings, "leak"))
            if of_kind(findings, "leak"):
                print(f"   alarm: {of_kind(findings, 'leak')[0].message}")
            leaks += _leak_found(clean, seed)
            duplicates += _duplicates_found(clean, seed)
        print(f"{rows} rows: planted leaks {leaks}/{FILES}, planted duplicates {duplicates}/{FILES}, "
              f"clean files with a leak alarm {alarms}/{FILES}; other findings in them {dict(extra)}")  # fmt: skip
    for strength in (0.3, 1.0, 1.5):
        found = [of_kind(audit(clean_file(writer, 1000, seed, strength)), "leak") for seed in range(FILES)]
        print(f"log-odds of a word ± {strength}: alarms in {sum(map(bool, found))}/{FILES} clean files of 1000 rows")
    for path in (sample_file("emails.csv"), *files):
        data = read_emails(path)
        alarms = [bool(of_kind(audit(shuffled(data, seed)), "leak")) for seed in range(FILES)]
        print(f"{path.name}: {len(of_kind(audit(data), 'leak'))} leak alarms; outcomes shuffled: {sum(alarms)}/{FILES}")


def _leak_found(clean: EmailData, seed: int) -> bool:
    planted, what = with_leak(clean, seed)
    phrase = what.split(",")[0]
    named = [finding.message.split("'")[1] for finding in of_kind(audit(planted), "leak")]
    found = any(set(name.split()) & set(phrase.split()) for name in named)
    if not found:
        print(f"   missed: {what} of {clean.counts()}; named {named}")
    return found


def _duplicates_found(clean: EmailData, seed: int) -> bool:
    planted, exact, near = with_duplicates(clean, seed)
    findings = audit(planted)
    rows = {kind: {row for f in of_kind(findings, kind) for row in f.rows} for kind in ("duplicate", "near-duplicate")}
    conflicts = of_kind(findings, "conflict")
    return rows["duplicate"] >= exact and rows["near-duplicate"] >= near and len(conflicts[0].rows) == 4


# --- scale ------------------------------------------------------------------------------------------------------------


def scale(rows: int, only: str | None) -> None:
    """Each kind in a process of its own, so that peak memory is its own."""
    if only:
        _measure(only, rows)
        return
    for kind in SCALES:
        subprocess.run([sys.executable, __file__, "scale", "--rows", str(rows), "--only", kind], check=True)


def _written(rows: int, rng: random.Random) -> list[str]:
    writer = Writer(read_emails(sample_file("emails.csv")).emails)
    return [writer.email(rng) for _ in range(rows)]


def _one_template(rows: int, rng: random.Random, slots: int) -> list[str]:
    """One email of 80 words, ``slots`` of which differ in each row."""
    text = " ".join(_written(3, rng)).split()[:80]
    fillings = [f"w{i}" for i in range(5000)]
    emails = []
    for _ in range(rows):
        words = list(text)
        for place in rng.sample(range(80), slots):
            words[place] = rng.choice(fillings)
        emails.append(" ".join(words))
    return emails


SCALES: dict[str, Callable[[int, random.Random], list[str]]] = {
    "written": _written,
    "one email only": lambda rows, rng: _written(1, rng) * rows,
    "ten copies of each": lambda rows, rng: _written(rows // 10, rng) * 10,
    "one template, 3 slots": lambda rows, rng: _one_template(rows, rng, 3),
    "one template, 8 slots": lambda rows, rng: _one_template(rows, rng, 8),
    "one template, 14 slots": lambda rows, rng: _one_template(rows, rng, 14),
}


def _measure(kind: str, rows: int) -> None:
    rng = random.Random(5)
    emails = SCALES[kind](rows, rng)
    outcomes = tuple(rng.choices(range(3), (6, 3, 1), k=rows))
    emails = [
        email + (" thanks for signing" if o == 2 and rng.random() < 0.5 else "")
        for email, o in zip(emails, outcomes, strict=True)
    ]
    contexts = tuple(f"Customer: {rng.choice(ROLES)} at a {rng.choice(TRADES)} firm." for _ in range(rows))
    data = EmailData(contexts, tuple(emails), outcomes, tuple(range(2, rows + 2)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    findings = audit(data)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{kind}: {rows:,} rows in {seconds:.1f} s, peak {peak / 2**20:.2f} GB ({before / 2**20:.2f} before); "
          f"{sorted({finding.kind for finding in findings})}", flush=True)  # fmt: skip


# --- hostile text -----------------------------------------------------------------------------------------------------

PIECES = [
    "a", "a@", "@", "a.", ".", "1", "1 ", "1-", "+", "(", "+1(", "<", "<a ", "<p", "&", "&#1", "on ", "\non ", ">",
    ">\n", "\n", " ", "\t",
    "re:", "thank you for ", "thanks so much for your ", "great ", "signed ", "contract has been ",
    "from", "é", "你", "\u202e", "1/", "2024-", "call ", "- ", "-----original message", "wrote:", "x" * 999 + " ", "'",
    "_", "0", "\ud7ff",
]  # fmt: skip


def hostile(cells: int) -> None:
    """Repeated and mixed pieces, up to a million characters a cell; the slowest cell of all."""
    rng = random.Random(9)
    slowest, what = 0.0, ""
    for number in range(cells):
        pieces = rng.choices(PIECES, k=1 + number % 4)
        size = 1_000_000 if number < 4 * len(PIECES) or number % 100 == 0 else 20_000
        if number < len(PIECES):
            pieces = [PIECES[number]]
        text = ("".join(pieces) * (size // len("".join(pieces)) + 1))[:size] + rng.choice(("", "!", "\n", "@b.c"))
        start = time.perf_counter()
        data = EmailData((text,), (text,), (0,), (2,))
        mask_personal(text), has_markup(text), is_foreign(text), is_empty(text), trace_findings(data)
        seconds = time.perf_counter() - start
        if seconds > slowest:
            slowest, what = seconds, repr(pieces)[:80]
    print(f"{cells:,} hostile cells: the slowest took {slowest:.2f} s ({what})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("detection", "scale", "hostile"))
    parser.add_argument("--files", nargs="*", type=Path, default=[])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--only", choices=SCALES)
    given = parser.parse_args()
    if given.what == "detection":
        detection(given.files)
    elif given.what == "scale":
        scale(given.rows, given.only)
    else:
        hostile(given.cells)


if __name__ == "__main__":
    main()
