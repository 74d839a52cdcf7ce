"""Answers that order something in so many words: "Send me two boxes", "wir nehmen 5 Kartons". English and German.

Wary, as :mod:`~outcome_rl.text.agreed_meetings` is: what asks, denies, doubts or makes a condition orders nothing, and
neither does who wants samples, prices or paper.
"""

from __future__ import annotations

import re

LONGEST = 80
"""Words of an answer that is looked at; a longer one is a talk."""
_NUMBER = (
    r"(?:\d{1,5}(?:[.,]\d{1,3})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|a dozen"
    r"|half a dozen|eine?n?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig|ein dutzend)"
)
_UNIT = (
    r"(?:box(?:es)?|cases?|crates?|cartons?|bags?|sacks?|bottles?|packs?|packets?|pallets?|barrels?|tins?|jars?|rolls?"
    r"|units?|pieces?|pairs?|sets?|licen[cs]es?|seats?|kilos?|kg|tons?|tonnes?|lit(?:re|er)s?"
    r"|kartons?|kisten?|säcke?|flaschen?|packungen?|päckchen|paletten?|fässer|fass|dosen?|gläser|rollen?|stück|paar"
    r"|lizenzen|lizenz|plätze|tonnen?|liter)"
)
_MANY = rf"{_NUMBER} (?:more |of the |[^\W\d_]{{2,12}} )?{_UNIT}\b"
_ORDERED = re.compile(
    rf"\b(?:please |just |do )?(?:send|ship|deliver|bring|reserve)(?: me| us| over| along| round)*(?: for us)?"
    rf" {_MANY}"
    rf"|\b(?:i|we)(?:['’]ll| will) (?:take|have|order) {_MANY}|\b(?:i|we) take {_MANY}"
    rf"|\b(?:put|book) (?:me|us) down for {_MANY}"
    rf"|\b(?:i|we)(?:['’]d| would) like to order\b|\b(?:i|we)(?:['’]d| would) like {_MANY}"
    rf"|^(?:please )?order {_MANY}|\b(?:i|we) (?:hereby |have )?(?:just )?(?:ordered|placed (?:an|our|the) order)\b"
    r"|^(?:our|my|the) (?:first )?order(?: is attached|:)|\border (?:is )?attached\b"
    rf"|\b(?:bitte )?(?:schicken|senden|liefern|bringen) sie (?:mir|uns) (?:bitte )?{_MANY}"
    rf"|\b(?:schick|sende?|liefer|bring)e? (?:mir|uns) (?:bitte )?{_MANY}"
    rf"|\b(?:ich nehme|wir nehmen|nehme|nehmen) (?:dann |gerne? )?{_MANY}"
    rf"|\b(?:ich bestelle|wir bestellen|bestelle|bestellen)(?: hiermit| gerne?| dann| bei ihnen)* {_MANY}"
    r"|\bhiermit bestelle[n]?\b|\b(?:habe|haben) (?:gerade |eben |soeben )?(?:\S+ ){0,4}bestellt\b"
    r"|\b(?:ich würde|wir würden|ich möchte|wir möchten) (?:gerne? )?(?:\S+ ){0,4}bestellen\b",
    re.I | re.M,
)
_WISHED = re.compile(r"\b(?:i|we)(?:['’]d| would) like\b|\b(?:ich würde|wir würden)\b", re.I)
_OPEN = re.compile(
    r"\?|\b(?:not|never|cannot|cant|no|nobody|if|whether|maybe|perhaps|might|unless|would|could|cancel\w*|once|when"
    r"|(?:a|each) (?:day|week|month|year)|per|every|usually|normally|free|sample\w*|tester\w*|trial\w*|price\w*"
    r"|pricing|quote\w*|offer|brochure\w*|catalog\w*|details|info\w*|from (?:somebody|someone|another)|elsewhere"
    r"|competitor\w*|last (?:week|month|year)|already"
    r"|(?:from|with) (?!you\b|your\b)|after|before|until|next|soon|one day|years? ago|hope\w*|provided|subject to|sorry"
    r"|but|to (?:try|test)|test\w*|tasting|references?|feedback|slides|evidence|stud(?:y|ies)|stop\w*|unsubscribe"
    r"|(?:bei|von) (?!ihnen\b|euch\b|dir\b)|ab\s*[.!]*$|hoff\w*|vorausgesetzt|rücksprache|genug|ansicht|probieren"
    r"|newsletter|geschäftsführer\w*|erst|später|konkurrenz"
    r"|nicht|nie|kein\w*|falls|wenn|ob|vielleicht|eventuell|sofern|sobald|könnte\w*|würde\w*|stornier\w*|gratis"
    r"|kostenlos\w*|(?:im|pro) (?:tag|woche|monat|jahr)|jährlich|monatlich|wöchentlich|sonst|muster\w*|probe\w*"
    r"|preis\w*|angebot\w*|prospekt\w*|katalog\w*|unterlagen|woanders|bereits|schon|letzte\w*)\b|n['’]t\b",
    re.I,
)
"""What leaves a sentence open, denies it, or wants something that is no order."""
_TAKEN_BACK = re.compile(r"\b(?:cancel\w*|actually,? no|on second thoughts?|doch nicht|storniert?|stornieren)\b", re.I)
_SENTENCE = re.compile(r"(?<=[!?;\n])|(?<=\.)(?=\s)")


def places_an_order(text: str) -> bool:
    """Whether an answer, without what it quotes, orders something; to ask what it costs is not enough."""
    text = text.strip()
    if not text or len(text.split()) > LONGEST or _TAKEN_BACK.search(text):
        return False
    return any(
        _ORDERED.search(each.strip()) and not _OPEN.search(_WISHED.sub(" ", each)) for each in _SENTENCE.split(text)
    )
