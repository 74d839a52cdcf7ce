"""What the page's plain words are called in the field, for whoever wants to read on."""

from __future__ import annotations

TITLE = "What the words mean, and what engineers call them"
GLOSSARY = {
    "Predictor": "says how likely an email is to get a reply or a conversion. It goes by what can be counted, such "
    "as length and questions, and by words that it knows, and does not read for sense: nonsense in familiar words can "
    "score well. In the field: reward "
    "model, here a classifier of outcomes trained on your file.",
    "Writer": "the language model that writes the emails. In the field: policy.",
    "Teaching": "the writer first reads your answered emails, then practises in rounds: it writes, the predictor "
    "scores, and what scored well becomes likelier. A writer that has read them but not practised counts as not "
    "taught. In the field: reinforcement learning (RL), here PPO with a KL penalty.",
    "Round": "one turn of practice: a handful of recipients, a few emails each. In the field: RL step.",
    "Before teaching": "the plain writer, as it comes, before it has read any of your emails. In the field: base "
    "model.",
    "After teaching": "the writer once it has been taught. In the field: tuned model.",
    "Recipient": "who an email is for and what has happened so far. In the field: context.",
    "Second opinion": "another predictor, which learned from emails that the first one never saw. The writer cannot "
    "please it just by learning the first one's quirks. In the field: an independent judge.",
    "Score": "how good the predictor expects an email to be. For a draft you see it as answers per 100 emails; in "
    "teaching it is what the email is expected to be worth, with each outcome worth what you say in the settings. In "
    "the field: reward.",
    "Conversion": "the sale, the meeting or whatever you count.",
    "Answers per 100": "all answers, conversions included.",
    "Reply, where it stands next to “Conversion”": "an answer that led no further.",
}
