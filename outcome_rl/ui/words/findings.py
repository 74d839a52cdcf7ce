"""What the check of a file has found, for people who sell; how it was measured is for the fold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...audit.outcomes import FEW_ROWS
from ...data.dataset import FEWEST_ROWS

BEFORE_OUTCOME = "Your own follow-ups are fine. Drop those that you wrote after somebody had answered."
AFTER_OUTCOME = (
    "Words like these appear only after the outcome is known, so the predictor would simply read the outcome off them. "
    "Keep the email that was sent first, and drop these rows."
)
MEASURED = "How this was measured"
SEVERITIES = {"problem": "Serious", "warning": "Worth a look", "note": "Good to know"}


@dataclass(frozen=True)
class PlainFinding:
    """``measured``: the finding as engineers read it; empty where it says no more."""

    message: str
    advice: str
    measured: str = ""


_TOO_FEW = f"At least {FEWEST_ROWS} are needed, and with fewer than {FEW_ROWS} little can be learned"
_RULES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "template": (
        (
            r"(.+?) of ([\d,]+) seem to be filled templates: .*?, as (.+)",
            "{0} of {1} look like filled-in templates: most of what they say is in other emails too, for example {2}",
            "The predictor may learn which template was used rather than what people respond to. That is fine if each "
            "template was sometimes answered and sometimes not; if not, add emails that were written one by one.",
        ),
    ),
    "by-template": (
        (
            r"([\d,]+ templates) with (\d+) or more instances",
            "{0} went out {1} times or more each",
            "“What works in your emails” compares each of them with the others sent at the same step of your sequence.",
        ),
    ),
    "few-rows": (
        (
            r"The outcome conversion has ([\d,]+) rows?$",
            "Emails that ended in a conversion: {0}",
            f"{_TOO_FEW} about conversions. "
            "Add such emails, or count these as replies: move the words that mean a conversion into the list “Counts "
            "as a reply”. You find the list under “Columns and outcomes of your file” above. If you do not see that, "
            "bring the file again and move the words there.",
        ),
        (
            r"The outcome reply has ([\d,]+) rows?$",
            "Emails that got a reply but no conversion: {0}",
            f"{_TOO_FEW} about replies. Add such emails.",
        ),
        (
            r"The outcome no.reply has ([\d,]+) rows?$",
            "Emails that got no reply: {0}",
            f"{_TOO_FEW}. Add emails that were not answered, too.",
        ),
    ),
    "near-duplicate": (
        (
            r"(.+?) repeating another one",
            "{0} repeating another one, apart from names or numbers",
            "They teach less than their number suggests, and we allow for that when we test the predictor.",
        ),
    ),
    "written-after": (
        (
            r"(.+?) answering an answer",
            "{0} possibly written in answer to a reply (with “Re:” in the subject, for example)",
            "",
        ),
        (r"(.+?) speaking of a talk that took place", "{0} speaking of a talk you had", ""),
        (r"(.+?) quoting an answer$", "{0} quoting a reply", ""),
        (r"(.+?) speaking of the deal as done", "{0} speaking of the deal as done", ""),
    ),
    "length": (
        (
            r"The length goes with the outcome: the median email has (.+?) \(",
            "Length and outcome go together. How long the typical email was: {0}",
            "Ask yourself whether length is the reason. If only people who had answered before got long emails, longer "
            "ones will not help.",
        ),
    ),
    "context": (
        (
            r"The context alone tells (.+?) with an AUC",
            "Who an email went to already hints at whether it will bring {0}, whatever the email says",
            "The predictor has to do better than that. Compare emails only with others to the same kind of recipient.",
        ),
    ),
    "context-outcome": (
        (
            r"([\d,]+) contexts? with .*?, as (.+)",
            "{0} of your recipients had the same outcome every time, such as {1}",
            "These emails cannot show whether the wording mattered to these people. Add other emails that you sent to "
            "the same people and that ended differently, or describe recipients in less detail.",
        ),
    ),
    "imbalance": (
        (
            r"(The outcomes are uneven: (.+?) of the rows are (.+?), .+)",
            "{0}",
            "Always saying “{2}” would be right in {1} of the rows. So look at whether the predictor beats guessing, "
            "not at how often it is right.",
        ),
    ),
    "long": (
        (
            r"(.+? with more than [\d,]+ words)",
            "{0}",
            "The predictor reads only the beginning, some two hundred words. Cut quotes and footers, so that "
            "what matters comes early enough.",
        ),
    ),
    "personal": (
        (
            r"(.+)",
            "{0}",
            "The writer may repeat what it has read, so mask them with the button below before the predictor learns.",
        ),
    ),
    "language": (
        (r"(.+)", "{0}", "The writer that comes with this program only knows English. Keep to one language."),
    ),
    "leak": (
        (
            r"(.+? gives the outcome away: .+?); the chance",
            "{0}",
            "If it was written after the outcome, or comes from how the file was put together, take it out: the "
            "predictor would look at nothing else.",
        ),
    ),
}
"""By the kind of a finding: what the engine says as a regular expression, the message and the advice in plain words;
an empty advice is the one about what was written after the outcome.
"""


def plain_finding(kind: str, severity: str, message: str, advice: str) -> PlainFinding:
    """A finding in plain words, as it is where no rule knows it."""
    for pattern, said, told in _RULES.get(kind, ()):
        if match := re.match(pattern, message):
            advice = told.format(*match.groups()) or (BEFORE_OUTCOME if severity == "note" else AFTER_OUTCOME)
            cut = match.end() < len(message) or kind == "template"
            return PlainFinding(said.format(*match.groups()), advice, message if cut else "")
    return PlainFinding(_in_our_words(message), _in_our_words(advice))


def _in_our_words(said: str) -> str:
    for field, plain in (
        ("contexts", "recipients"), ("context", "recipient"), ("A model", "The predictor"),
        ("The models learn", "The writer learns"), ("the models learn", "the writer learns"),
        ("the models see", "the predictor and the writer see"),
    ):  # fmt: skip
        said = re.sub(rf"\b{field}\b", plain, said)
    return re.sub(r"\ba model\b", "the predictor", said)
