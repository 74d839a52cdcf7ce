"""How often the insights cry wolf, how often they find what is there, and whether their intervals hold.

Files are made with known causes. In *null* files nothing in the emails matters: `plain` (outcomes are drawn by lot),
`templates` (some templates do better than others, for no reason that their text shows), `confounded` (context, step and
the date decide the outcome, and style follows context and step, so that raw shares mislead). In *planted* files an
email with a question is answered more often, and questions are asked where answers are likely anyway.

    python benchmarks/insights.py null --files 20       files with any false finding, by kind and size
    python benchmarks/insights.py planted --files 20    power, and whether the intervals hold the true difference
    python benchmarks/insights.py alike --files 200     how often templates that are all alike are said not to be
    python benchmarks/insights.py scale                 seconds and memory of 100,000 rows
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.audit import RELATIONS, ROLES, TRADES, Writer
from outcome_rl.data.dataset import EmailData, read_emails, sample_file
from outcome_rl.insights.analysis import insights
from outcome_rl.insights.comparing import TOGETHER, Sample, compare
from outcome_rl.insights.covariates import covariates
from outcome_rl.insights.factors import TEMPLATE, Factor
from outcome_rl.insights.results import DIFFER, FEWER, MORE, REPLIED, Effect, Insights

SIZES = (300, 1000, 3000)
PRODUCTS = ("CRM suite", "payment gateway", "shift planner", "lease tool", "backup service")
NAMES = ("Ana", "Ben", "Chidi", "Dora", "Emil", "Farah", "Goran", "Hana", "Ines", "Jun")
FIRMS = ("Acme", "Brightwell", "Corda", "Dunmore", "Elmfield", "Fairly", "Gantry", "Hollis", "Ivy Lane", "Juno")
PLANTED = 0.9
"""Log-odds that a question adds."""
Columns = dict[str, list[str]]


@dataclass(frozen=True)
class Made:
    """A file, the factors that do matter in it, and the true difference by measure of the planted one."""

    data: EmailData
    columns: Columns
    matters: frozenset[str]
    truth: dict[str, float]


def pool(size: int = 6000) -> list[str]:
    """Emails that nobody wrote, without questions, exclamation marks or links."""
    import random

    writer, rng = Writer(read_emails(sample_file("emails.csv")).emails), random.Random(0)
    table = str.maketrans({"?": ".", "!": "."})
    return [writer.email(rng).translate(table) for _ in range(size)]


def plain(emails: list[str], n: int, rng: np.random.Generator) -> Made:
    """Outcomes by lot."""
    people = _people(n, rng)
    traits = {name: rng.random(n) < share for name, share in _SHARES.items()}
    texts = [_styled(emails[place], traits, row) for row, place in enumerate(rng.permutation(len(emails))[:n])]
    return Made(*_file(people, texts, _outcomes(np.full(n, _base(rng)), rng)), frozenset(), {})


def templates(emails: list[str], n: int, rng: np.random.Generator) -> Made:
    """Templates with fields; each has its own luck."""
    people, count = _people(n, rng), int(rng.choice((6, 12, 25, 60)))
    chosen = rng.choice(count, n, p=rng.dirichlet(np.full(count, 2.0)))
    traits = {name: rng.random(count) < share for name, share in _SHARES.items()}
    made = [_styled(emails[place], traits, row) for row, place in enumerate(rng.permutation(len(emails))[:count])]
    texts = []
    for each in chosen:
        words = made[each].split(" ")
        words[len(words) // 3] = str(rng.choice(NAMES))
        words[len(words) // 2] = str(rng.choice(FIRMS))
        texts.append(" ".join(words))
    luck = rng.normal(0, 0.6, count)
    data, columns = _file(people, texts, _outcomes(_base(rng) + luck[chosen], rng))
    if rng.random() < 0.5:
        columns["template"] = [f"T{each}" for each in chosen]
    return Made(data, columns, frozenset({"template"}), {})


def confounded(emails: list[str], n: int, rng: np.random.Generator, planted: float = 0.0) -> Made:
    """Relation, step and date decide the outcome; style, sender and length follow relation and step."""
    people = _people(n, rng)
    relation, step = people.relation, people.step
    luck = rng.normal(0, 0.8, len(RELATIONS))
    style = {name: rng.uniform(0.1, 0.9, len(RELATIONS)) for name in _SHARES}
    traits = {name: rng.random(n) < style[name][relation] for name in _SHARES}
    people.sender[:] = np.where(rng.random(n) < 0.5, relation % 4, people.sender)
    places = rng.permutation(len(emails))[:n]
    keep = rng.uniform(0.3, 1.0, len(RELATIONS))[relation] * (1 - 0.2 * step)
    texts = []
    for row, place in enumerate(places):
        words = emails[place].split(" ")
        texts.append(_styled(" ".join(words[: max(8, int(len(words) * keep[row]))]), traits, row))
    day = rng.normal(0, 0.3, 400)
    appeal = _base(rng) + luck[relation] - 0.5 * step + day[people.date]
    chance = lambda asked: _chances(appeal + planted * asked)  # noqa: E731
    data, columns = _file(people, texts, _drawn(chance(traits["question"]), rng))
    ones, zeros = chance(np.ones(n)), chance(np.zeros(n))
    truth = {"replied": float((zeros[:, 0] - ones[:, 0]).mean()), "converted": float((ones[:, 2] - zeros[:, 2]).mean())}
    matters = {"context_says", "context_says_2", "context_says_3", "step"} | ({"questions"} if planted else set())
    return Made(data, columns, frozenset(matters), truth)


_SHARES = {"question": 0.5, "exclamation": 0.3, "link": 0.2, "subject": 0.5, "greeting": 0.7}


@dataclass(frozen=True)
class _People:
    relation: np.ndarray
    role: np.ndarray
    trade: np.ndarray
    product: np.ndarray
    step: np.ndarray
    sender: np.ndarray
    date: np.ndarray
    hour: np.ndarray


def _people(n: int, rng: np.random.Generator) -> _People:
    limits = (len(RELATIONS), len(ROLES), len(TRADES), len(PRODUCTS), 3, 4, 60, 10)
    return _People(*(rng.integers(0, limit, n) for limit in limits))


def _base(rng: np.random.Generator) -> float:
    """Log-odds of an answer: between 5 and 35 of 100."""
    return float(rng.uniform(-2.9, -0.6))


def _chances(appeal: np.ndarray) -> np.ndarray:
    """Of the three outcomes, (N, 3): an ordered logit."""
    reply, conversion = (1 / (1 + np.exp(-(appeal - shift))) for shift in (0.0, 1.2))
    return np.stack([1 - reply, reply - conversion, conversion], axis=1)


def _drawn(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return (rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)[:, :2]).sum(1)


def _outcomes(appeal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return _drawn(_chances(appeal), rng)


def _styled(email: str, traits: dict[str, np.ndarray], row: int) -> str:
    parts = ["Hi there,\n" if traits["greeting"][row] else "", email]
    parts.append(" Is that of use to your team?" if traits["question"][row] else " That may be of use to your team.")
    parts.append(" Many thanks!" if traits["exclamation"][row] else " Many thanks.")
    parts.append(" https://example.com" if traits["link"][row] else "")
    return ("Subject: a short note\n\n" if traits["subject"][row] else "") + "".join(parts)


def _file(people: _People, texts: list[str], outcomes: np.ndarray) -> tuple[EmailData, Columns]:
    relations = list(RELATIONS)
    contexts = [
        f"Customer: {ROLES[role]} at a {TRADES[trade]} firm {relations[relation]} for a {PRODUCTS[product]}."
        for role, trade, relation, product in zip(
            people.role, people.trade, people.relation, people.product, strict=True
        )
    ]
    n = len(texts)
    data = EmailData(tuple(contexts), tuple(texts), tuple(map(int, outcomes)), tuple(range(2, n + 2)))
    days = np.datetime64("2024-01-01") + people.date
    sent = [f"{day}T{8 + hour:02d}:30:00" for day, hour in zip(days, people.hour, strict=True)]
    steps, senders = [str(1 + step) for step in people.step], [f"S{sender}" for sender in people.sender]
    return data, {"step": steps, "sent_at": sent, "sender": senders}


def false_claims(result: Insights, matters: Iterable[str]) -> list[str]:
    """Levels and published thresholds of factors that do not matter for which a difference is claimed."""
    found = []
    for factor in result.factors:
        if factor.name in matters:
            continue
        levels = [*factor.levels, *([factor.published.inside] if factor.published else [])]
        found += [
            f"{factor.name}={level.label}" for level in levels for e in level.effects if e.verdict in (MORE, FEWER)
        ]
    return found


def held(result: Insights, matters: Iterable[str]) -> list[bool]:
    """Of each tested level that does not matter, whether its interval holds 0."""
    return [
        effect.low <= 0 <= effect.high
        for factor in result.factors
        if factor.name not in matters
        for level in (factor.levels if len(factor.levels) > 2 else factor.levels[1:])
        for effect in level.effects
        if effect.low is not None and effect.high is not None
    ]


def null(files: int, first: int) -> None:
    emails = pool()
    kinds: dict[str, Callable[..., Made]] = {"plain": plain, "templates": templates, "confounded": confounded}
    for name, make in kinds.items():
        for n in SIZES:
            false, inside, tests, start = [], [], 0, time.perf_counter()
            for seed in range(first, first + files):
                made = make(emails, n, np.random.default_rng([seed, n]))
                result = insights(made.data, made.columns)
                false.append(false_claims(result, made.matters))
                inside += held(result, made.matters)
                tests += result.tests
            wrong = [each for each in false if each]
            print(
                f"{name:<11}{n:>6} rows: a false claim in {len(wrong)} of {files} files, {tests / files:.0f} tests, "
                f"95 % intervals hold 0 in {np.mean(inside):.1%} of {len(inside)}, "
                f"{(time.perf_counter() - start) / files:.1f} s a file {wrong}",
                flush=True,
            )


def planted(files: int, first: int) -> None:
    emails = pool()
    for n in SIZES:
        found, holds, errors, false = [], [], [], 0
        for seed in range(first, first + files):
            made = confounded(emails, n, np.random.default_rng([seed, n, 1]), PLANTED)
            result = insights(made.data, made.columns)
            questions = result.factor("questions")
            level = questions.levels[-1] if questions else None
            effects = [effect for effect in (level.effects if level else ()) if effect.difference is not None]
            found.append(any(effect.verdict == MORE for effect in effects))
            holds += [effect.low <= made.truth[effect.measure] <= effect.high for effect in effects]
            errors += [effect.difference - made.truth[effect.measure] for effect in effects]
            false += bool(false_claims(result, made.matters))
        print(
            f"{n:>6} rows: found in {sum(found)} of {files}, intervals hold the truth in {np.mean(holds):.1%} of "
            f"{len(holds)}, mean error {np.mean(errors):+.3f}, another false claim in {false} files",
            flush=True,
        )


READERS, SENT = 300, 4


def alike(files: int, first: int) -> None:
    """Eight templates that do the same, four emails to each of 300 readers, some of whom answer more than others.

    `by lot`: any template to anybody; `by trade`: six of ten emails have a template of the reader's trade, which
    decides much; `by reader`: each reader gets one template.
    """
    for world in ("by lot", "by trade", "by reader"):
        tests = [_of_alike(world, np.random.default_rng([seed, 7])) for seed in range(first, first + files)]
        p, said = np.array([test.p for test in tests]), [test.verdict == DIFFER for test in tests]
        under = ", ".join(f"{np.mean(p <= limit):.1%} up to {limit}" for limit in (0.01, 0.05, 0.2))
        print(
            f"{world:<10} said not to be alike in {np.mean(said):.1%} of {files} files; p-values: {under}", flush=True
        )


def _of_alike(world: str, rng: np.random.Generator) -> Effect:
    reader, trade = np.repeat(np.arange(READERS), SENT), rng.integers(0, 4, READERS)
    luck = rng.normal(0, 1.2, READERS) + np.array([0, -0.8, 0.8, 1.5])[trade] - 2.2
    template = rng.integers(0, 8, len(reader))
    if world == "by trade":
        own = 2 * trade[reader] + rng.integers(0, 2, len(reader))
        template = np.where(rng.random(len(reader)) < 0.6, own, template)
    if world == "by reader":
        template = rng.integers(0, 8, READERS)[reader]
    contexts = [f"Manager {each} of a {TRADES[trade[each]]} firm" for each in reader]
    names = tuple(f"T{code}" for code in range(8))
    factor = Factor("template", "Template", TEMPLATE, template, names, names, groups=("",) * 8)
    answered = rng.random(len(reader)) < 1 / (1 + np.exp(-luck[reader]))
    held = covariates([factor], contexts, template)
    sample = Sample({REPLIED: answered}, template, reader, np.zeros(len(reader)), held)
    return compare(sample, [factor], [])[0]["template", TOGETHER, REPLIED]


def scale() -> None:
    emails, rng = pool(), np.random.default_rng(0)
    for n in (20_000, 100_000):
        people = _people(n, rng)
        traits = {name: rng.random(n) < share for name, share in _SHARES.items()}
        texts = [_styled(f"{emails[row % len(emails)]} {row}", traits, row) for row in range(n)]
        data, columns = _file(people, texts, _outcomes(np.full(n, -1.5), rng))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        start, busy = time.perf_counter(), time.process_time()
        insights(data, columns)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        wall, cpu = time.perf_counter() - start, time.process_time() - busy
        print(f"{n:,} rows: {wall:.0f} s, {cpu:.0f} s of one core; peak {after} MB, before {before} MB", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("null", "planted", "alike", "scale"))
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    given = parser.parse_args()
    if given.what == "scale":
        scale()
    else:
        {"null": null, "planted": planted, "alike": alike}[given.what](given.files, given.first_seed)
