"""What large exports cost: seconds and peak memory of `outcome-rl import`, each size in a process of its own.

Memory is flat where ten times the rows need hardly more of it. The files are made first and do not count.

    python benchmarks/importing.py                       10,000 and 100,000 messages, 100,000 and 1,000,000 rows
    python benchmarks/importing.py --mbox 10000 --csv 50000
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from outcome_rl.outcomes import OUTCOMES

OWN = "Sam Field <sam@seller.example>"
START = datetime(2024, 1, 1, 8, tzinfo=UTC)
OPENINGS = ("your depot runs night shifts", "you are hiring two planners", "your invoices go out by post")
OFFERS = ("We cut fuel by a tenth.", "Our rota fills gaps by text message.", "Late payers are chased for you.")
ASKS = ("Would a short call on Tuesday suit you?", "Shall I send how?", "Is this of any use to you?")


def body_of(chance: random.Random, number: int) -> str:
    """An email of about forty words."""
    opening, offer, ask = chance.choice(OPENINGS), chance.choice(OFFERS), chance.choice(ASKS)
    told = f"I saw that {opening}. {offer} Firm {number} would see it in a month. {ask}"
    return f"Hi Ana{number},\n\n{told}\n\nKind regards\nSam"


def write_mailbox(path: Path, messages: int) -> None:
    """Emails to as many people, every sixth of them answered, and quoted in the answer."""
    chance, written, number = random.Random(1), 0, 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        while written < messages:
            number += 1
            at, whom, text = (
                START + timedelta(minutes=number),
                f"p{number}@firm{number}.example",
                body_of(chance, number),
            )
            stream.write(_message(f"s{number}", OWN, whom, "A question", at, text))
            written += 1
            if number % 6 == 0 and written < messages:
                quoted = "".join(f"> {line}\n" for line in text.splitlines())
                answer = f"Call me on Friday.\n\nOn Monday, Sam Field wrote:\n{quoted}"
                more = f"In-Reply-To: <s{number}@mail.example>\n"
                stream.write(_message(f"r{number}", whom, OWN, "Re: A question", at + timedelta(days=1), answer, more))
                written += 1


def _message(own_id: str, sender: str, to: str, subject: str, at: datetime, text: str, more: str = "") -> str:
    return (
        f"From someone {at:%a %b %d %H:%M:%S %Y}\nMessage-ID: <{own_id}@mail.example>\n{more}From: {sender}\nTo: {to}\n"
        f"Subject: {subject}\nDate: {format_datetime(at)}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
    )


def write_table(path: Path, rows: int) -> None:
    """A table of no known tool: three steps to each recipient, of whom some answered and some were won."""
    chance = random.Random(2)
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["Email", "Title", "Company", "Step", "Sent at", "Body", "Replied at", "Meeting booked"])
        for row in range(rows):
            number, step = divmod(row, 3)
            at = START + timedelta(minutes=number % 40_000, days=step * 4)
            replied = (at + timedelta(hours=5)).isoformat() if chance.random() < 0.05 else ""
            won = "yes" if replied and chance.random() < 0.3 else "no"
            firm = f"Firm {number}"
            table.writerow([f"p{number}@f{number}.example", "COO", firm, step + 1, at.isoformat(),
                            body_of(chance, number), replied, won])  # fmt: skip


def measure(path: Path) -> None:
    """Import one file here, and print seconds, peak memory and counts as JSON."""
    from outcome_rl.importers.api import ImportOptions, import_steps
    from outcome_rl.utils.streaming import run_to_end

    began = time.perf_counter()
    preview = run_to_end(import_steps([path], ImportOptions(), path.with_suffix(".out.csv")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "rows": preview.rows,
                "counts": [preview.outcomes[name] for name in OUTCOMES],
                "clock_s": round(time.perf_counter() - began, 1),
                "processor_s": round(used.ru_utime + used.ru_stime, 1),
                "peak_mb": round(peak),
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mbox", type=int, nargs="*", default=[10_000, 100_000], help="numbers of messages")
    parser.add_argument("--csv", type=int, nargs="*", default=[100_000, 1_000_000], help="numbers of rows")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind, sizes, make in (("mbox", options.mbox, write_mailbox), ("csv", options.csv, write_table)):
            for size in sizes:
                path = Path(folder) / f"made.{kind}"
                make(path, size)
                mb = path.stat().st_size / 1e6
                command = [sys.executable, __file__, "--measure", str(path)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                print(f"{kind} of {size:,} ({mb:.0f} MB): {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
