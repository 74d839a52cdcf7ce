"""The Markdown file that a reader gets: instructions, facts, situations with their emails, an answer block."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from .forms import Item, Key
from .questions import FLAGS, USABILITY

_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
_CHOICES = {
    "preference": (
        "preference",
        "Which one would you rather send, and be answered to: `A`, `B` or `neither`? `neither` where both are equally "
        "good or equally useless. Take a side where there is a difference, however bad the better one is.",
        "`preference`: `A`, `B` or `neither`, the same on both lines of a situation.",
        ("A", "A"),
    ),
    "rank": (
        "ranks",
        "Rank the emails: 1 for the one that you would send first, 2 for the next, and so on. Emails between which you "
        "have no preference get the same rank (1, 2, 2). Make a difference where there is one, however bad both are.",
        "`rank`: a whole number, 1 for the best email of the situation; the same number for no preference.",
        ("1", "2"),
    ),
}
"""By the column's name: title, what is asked, how it is written down, its values in the worked example."""
_EXAMPLE = (
    (5, "no no no no yes no no", "answers the question and asks for two figures"),
    (2, "yes yes yes no no yes yes", "speaks as the buyer, invents 40 %, breaks off"),
)
_STOCK = (
    "The emails may state what stands here, and what the situation says. Sentences that are marked as the seller's own "
    "stock statements are supported, whatever they say."
)
_NO_FACTS = (
    "Nothing is known of the seller but what the situation says: a number, a customer, a result, an earlier talk that "
    "is not in the situation is invented."
)


def choice_column(key: Key) -> str:
    """``preference`` where items have two emails, ``rank`` where they have more."""
    return "preference" if len(key.writers) == 2 else "rank"


def answer_columns(choice: str) -> list[str]:
    """The header of an answers file."""
    return ["item", "email", choice, "usability", *(flag.name for flag in FLAGS), "note"]


def render(key: Key) -> str:
    """The whole file. It holds nothing of the key but contexts, emails and facts."""
    choice = choice_column(key)
    header = ",".join(answer_columns(choice))
    parts = [_instructions(key, choice, header), *(_item(item) for item in key.items)]
    parts.append("## Answer block\n")
    commas = "," * (len(answer_columns(choice)) - 2)
    lines = [f"{item.code},{label}{commas}" for item in key.items for label in item.labels]
    return "\n".join([*parts, fenced("\n".join([header, *lines])), ""])


def _instructions(key: Key, choice: str, header: str) -> str:
    title, text, column, values = _CHOICES[choice]
    k = len(key.writers)
    example = [
        f'    EX-01,{label},{value},{usability},{",".join(flags.split())},"{note}"'
        for label, value, (usability, flags, note) in zip("AB", values, _EXAMPLE, strict=True)
    ]
    remark = f"\n(The example has two emails to be short; your situations have {_NUMBERS[k]}.)\n" if k > 2 else ""
    template = Template(Path(__file__).with_name("instructions.md").read_text(encoding="utf-8"))
    return template.substitute(
        form=key.form,
        count=len(key.items),
        k=_NUMBERS[k],
        choice_title=title,
        choice_text=text,
        choice_column=column,
        usability="".join(f"| {step} | {meaning} |\n" for step, meaning in USABILITY.items()),
        flags="".join(f"| `{flag.name}` | {flag.question} |\n" for flag in FLAGS),
        lines=len(key.items) * k,
        header=header,
        first_item=key.items[0].code,
        example="".join(f"{line}\n" for line in example),
        example_remark=remark,
        facts=f"{_STOCK}\n\n{fenced(key.facts)}" if key.facts else _NO_FACTS,
    )


def _item(item: Item) -> str:
    parts = [f"### {item.code}\n", f"Situation:\n\n{fenced(item.context)}\n"]
    for label, email in zip(item.labels, item.emails, strict=True):
        parts.append(f"Email {label}:\n\n{fenced(email or '(an empty email)')}\n")
    return "\n".join(parts)


def fenced(text: str) -> str:
    """The text as a block that shows it letter by letter, whatever it holds."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
