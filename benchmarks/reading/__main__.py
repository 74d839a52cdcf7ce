"""The command line of blind reading: pairs, score, stand-ins."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.command_line import run_command
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.utils.files import without_nonfinite, write_text

from .answers import read_readers
from .forms import Emails, common_contexts, draw_form, read_key, read_writer, write_key
from .perplexity import mean_losses_of
from .scoring import score
from .sheet import render
from .stand_ins import PERPLEXITY, compare, in_markdown, measure
from .tables import report_in_markdown


def command_pairs(given: argparse.Namespace) -> None:
    if given.out.resolve() == given.key.resolve():
        raise ConfigError("--out and --key are the same file; readers must not see the key")
    writers = read_writers([given.left, given.right, *given.more], given.names)
    facts = read_facts(given.facts) if given.facts else ""
    key = draw_form(writers, given.n, given.seed, facts)
    write_text(given.out, render(key))
    write_key(given.key, key)
    alike = sum(len(set(item.emails)) < len(item.emails) for item in key.items)
    print(f"form {key.form}: {len(key.items)} items in {given.out}; the key, for your eyes only: {given.key}")
    print(f"contexts that all writers have: {len(common_contexts(writers))}")
    if len(key.items) < given.n:
        print(f"{given.n} items were asked for; there are no more")
    if alike:
        print(f"items with emails that are word for word the same: {alike}")


def read_writers(sources: Sequence[str], names: Sequence[str] | None) -> dict[str, Emails]:
    """The writers' emails by name. Raises ConfigError where two have one name, or --names does not fit."""
    if names is not None and len(names) != len(sources):
        raise ConfigError(f"--names gives {len(names)} names for {len(sources)} writers; give one for each")
    found = [read_writer(source) for source in sources]
    called = list(names or (name for name, _ in found))
    twice = next((name for name in called if called.count(name) > 1), None)
    if twice:
        raise ConfigError(f"two writers are called '{twice}'; tell them apart: --names NAME NAME ...")
    return {name: emails for name, (_, emails) in zip(called, found, strict=True)}


def read_facts(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give a text file") from None
    except UnicodeDecodeError:
        raise DataError(f"{path.name}: is not UTF-8 text; save it as UTF-8") from None


def command_score(given: argparse.Namespace) -> None:
    key = read_key(given.key)
    report = score(key, read_readers(given.answers, key, given.partial))
    print(as_json(report.to_dict()) if given.json else report_in_markdown(report))


def command_stand_ins(given: argparse.Namespace) -> None:
    key = read_key(given.key)
    readers = read_readers(given.answers, key, given.partial)
    values = measure(key)
    if given.perplexity:
        losses = mean_losses_of(given.perplexity, [email for item in key.items for email in item.emails])
        values[PERPLEXITY] = losses.reshape(len(key.items), -1)
    found = compare(key, readers, values)
    print(as_json([each.to_dict() for each in found]) if given.json else in_markdown(found))


def as_json(value: object) -> str:
    return json.dumps(without_nonfinite(value), indent=2, ensure_ascii=False)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description="Blind reading of emails.")
    commands = parser.add_subparsers(dest="command", required=True)
    pairs = commands.add_parser("pairs", help="a reading form and its key from the emails of two or more writers")
    source = "CSV with context, email_text and maybe model; FILE::MODEL takes one model's rows"
    pairs.add_argument("--left", required=True, metavar="FILE", help=source)
    pairs.add_argument("--right", required=True, metavar="FILE")
    pairs.add_argument("--more", nargs="+", default=[], metavar="FILE", help="further writers")
    pairs.add_argument("--names", nargs="+", metavar="NAME", help="what to call the writers in reports, in their order")
    pairs.add_argument("--out", type=Path, required=True, help="the form for readers, Markdown")
    pairs.add_argument("--key", type=Path, required=True, help="whose emails they are; keep it from readers")
    pairs.add_argument("--facts", type=Path, help="text file: what the seller may say")
    pairs.add_argument("--n", type=int, default=30, help="items (default: 30)")
    pairs.add_argument("--seed", type=int, default=0, help="of the draw (default: 0)")
    pairs.set_defaults(run=command_pairs)
    for name, run, what in (
        ("score", command_score, "what readers' answers say of the writers"),
        ("stand-ins", command_stand_ins, "which cheap automatic figures go with the readers' usability"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--key", type=Path, required=True, help="the form's key")
        command.add_argument("answers", nargs="+", type=Path, help="one CSV for each reader, called after the reader")
        command.add_argument("--partial", action="store_true", help="readers may have left out items")
        command.add_argument("--json", action="store_true", help="JSON instead of Markdown")
        command.set_defaults(run=run)
    command.add_argument("--perplexity", type=Path, metavar="FOLDER", help="add the loss under this language model")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    return run_command(parse(arguments))


if __name__ == "__main__":
    sys.exit(main())
