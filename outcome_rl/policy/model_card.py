"""What a tuned model's folder says to people who find it: its ``README.md``."""

from __future__ import annotations

from typing import Any

from ..config import OWN_WORDS
from ..sentence_bank.storage import BANK_FILE
from .metadata import ADAPTER, BASE_FILE, FACTS_FILE, NOT_TAUGHT, WARM_START

UNTAUGHT = "No step of reinforcement learning was kept: this is the warm start, and nothing in it is tuned on outcomes."
"""In the card of such a model."""
WITHOUT_RL = "No reinforcement learning was done: nothing in its weights is tuned on outcomes."
"""In the card of a model that was made without."""
PIPELINE = "pipeline_tag: text-generation\n"
"""For a model that writes freely alone: the weights of one in own words write something else by themselves."""
NOT_ALONE = f"""
**The weights alone are not the writer.** It puts emails together from the seller's own sentences (`{BANK_FILE}`); what
the weights have learned beyond their base (`{BASE_FILE}`) decides which sentence comes next. Loaded with
`AutoModelForCausalLM` they write free text, which nobody has tuned. To write with it:

```python
import outcome_rl as orl

writer = orl.Writer.load("this folder")
for email in writer.generate(["Customer: CTO at a clinic."]):
    print(email.email_text)
```

or `python -m outcome_rl generate --model "this folder" --context "Customer: CTO at a clinic."`

**Look before you publish it.** `{BANK_FILE}` and `{FACTS_FILE}`, here and in `{WARM_START}/`, hold sentences of the
seller's own emails, customers' names and prices among them: share the folder as you would share those emails.
"""
FREE_CARD = f"""
The folder loads with `AutoModelForCausalLM`. `{FACTS_FILE}`, here and in `{WARM_START}/`, may hold sentences of the
seller's own emails, customers' names and prices among them, and the model may have learned more of them by heart: share
the folder as you would share those emails.
"""


def model_card(origin: dict[str, Any]) -> str:
    """The card of a tuned model with that origin."""
    own_words = origin.get("write") == OWN_WORDS
    lines = "\n".join(f"- {key}: {value}" for key, value in origin.items())
    asked = NOT_TAUGHT not in origin
    untaught = f"\n{UNTAUGHT if asked else WITHOUT_RL}\n" if origin.get("best_step") == 0 else ""
    title = f"Email writer tuned on {'outcomes' if origin.get('payoffs') else 'a reward'}" if asked else "Email writer"
    by = "a model of outcomes, not by outcomes" if origin.get("payoffs") else "a rule of its maker's, not by outcomes"
    limits = f"it writes drafts. It was rewarded by {by}; it" if asked else "it writes drafts, and"
    return f"""---
base_model: {origin["base_model"]}
{"" if own_words else PIPELINE}library_name: transformers
---

# {title}

{lines}
{untaught}{NOT_ALONE if own_words else FREE_CARD}
`{WARM_START}/` holds the model as it was before reinforcement learning, for comparison: an adapter, as `{ADAPTER}/`
does for the tuned model, or, where all weights were tuned, a whole model.

Limits: {limits} may state things about the product or the sender that are not
true. Read before sending.
"""
