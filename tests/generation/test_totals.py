"""Emails summed up in parts come to what they come to at once."""

import json

import numpy as np

from outcome_rl.generation.emails import score_emails
from outcome_rl.generation.totals import Totals, summary
from outcome_rl.reward.interface import Scores

EMAILS = ["Talk on Tuesday?", "No.", "Would that suit you? Please reply."]


class NeverAConversion:
    """A reward model that has seen no conversion, and expects no reply of two words."""

    def score(self, contexts, emails):
        short = np.array([len(email) < 5 for email in emails], float)
        probs = np.stack([0.2 + 0.6 * short, 0.8 - 0.6 * short, 0 * short], 1)
        return Scores.sure(probs, probs @ np.array([-1.0, 0.5, 2.0]))


def test_parts_come_to_what_all_come_to():
    found = score_emails(["C"] * 3, EMAILS, NeverAConversion(), facts="")
    whole, joined = Totals(), Totals()
    for each in found:
        whole.add(each)
        part = Totals()
        part.add(each)
        joined.join(Totals.from_dict(json.loads(json.dumps(part.to_dict()))))
    assert joined == whole
    assert joined.result() == summary(found)
    assert joined.result()["predicted"] == {"no_reply": 1, "reply": 2}


def test_what_may_be_predicted_and_never_is_stays_known():
    part, whole = Totals(), Totals()
    part.add(score_emails(["C"], EMAILS[:1], NeverAConversion())[0])
    whole.join(part)
    assert whole.result()["predicted"] == {"no_reply": 0, "reply": 1}
