"""Answers that agree to meet in so many words: "Thursday 3pm works", "I sent you an invite". English, German,
and the plainest forms of French, Spanish, Italian and Dutch.

Wary: a sentence that asks, denies, doubts or makes a condition agrees to nothing, and one such sentence is enough for
the whole answer where it takes something back.
"""

from __future__ import annotations

import re

LONGEST = 80
"""Words of an answer that is looked at; a longer one is a talk."""
_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_DATE = rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?)"
_DAY = (
    r"(?:(?:(?:mon|tues|wednes|thurs|fri)day|tomorrow|today|(?:next|this) (?:mon|tues|wednes|thurs|fri)day"
    rf"|(?:mon|diens|donners|frei)tag|mittwoch|morgen|heute)(?:,?(?: the| den)? {_DATE})?|{_DATE})"
)
_HOUR = r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr)|\d{1,2}[:.]\d\d|(?:at|um) \d{1,2}(?:[:.]\d\d)?(?: uhr)?|at noon|noon)"
_WHEN = rf"(?:{_DAY},? (?:at |um )?{_HOUR}|{_HOUR} on {_DAY})"
_POLITELY = r"(?:would (?:work|suit|be (?:fine|good|great|perfect|lovely|ideal))|würde (?:passen|gehen))"
_SUITS = (
    r"(?:works?|suits?|it is(?=[.!,\s]*$)|is (?:fine|perfect|good|great|ideal|confirmed|booked(?! (?:out"
    r"|up|already|solid|for|with)\b|,? sorry))|is in (?:the|my"
    r"|our) (?:diary|calendar)"
    r"|passt(?! (?:leider |mir )?(?:niemand\w*|schlecht))|ist (?:perfekt|gut|prima|bestätigt|notiert"
    r"|eingetragen)|klappt"
    rf"|{_POLITELY})"
)
_AGREED = re.compile(
    rf"\b{_WHEN},? {_SUITS}\b(?! better)"
    rf"|^(?:ok(?:ay)?|yes|sure|fine|great|perfect|deal|agreed|gerne?|einverstanden)\b[^.!?,\n]{{0,20}}"
    rf",? {_WHEN}(?: then)?[.!]?$"
    rf"|\b(?:let['’]s (?:do|say|go with|take|make it)|confirmed(?: for)?|see you(?: on)?|dann|nehmen wir"
    rf"|sagen wir|termin bestätigt,?) {_WHEN}"
    rf"|^(?:please |do |just )?(?:come|drop in|pop in|call|ring|phone|meet)(?: me| us| by| over| round| along| here"
    rf"| out)*(?: on)? {_WHEN}"
    rf"|\b(?:put|book|count) (?:me|us) (?:down|in)(?: for)? {_WHEN}"
    rf"|\blooking forward to (?:it |seeing you |meeting you )?(?:on )?{_WHEN}"
    rf"|\b(?:i|we)(?:['’]ll| will) (?:see you|expect you|meet you|be (?:here|there|in))(?: here| there"
    rf"| then)?(?: on)? {_WHEN}"
    r"|\bput (?:you|it|us|this) (?:down )?in(?:to)? (?:the|my|our) (?:diary|calendar)\b"
    r"|\bi(?:['’]ve| have)?(?: just)? (?:sent|accepted) (?:you |over )?(?:a|an|the|your) (?:calendar )?"
    r"(?:invite|invitation)\b"
    r"|^(?:just )?(?:calendar )?invite (?:sent|is out)\b|\beinladung ist (?:raus|verschickt)\b"
    r"|\b(?:i(?:['’]ve| have)?(?: just)?|just) booked a (?:slot|time|call|meeting|demo)\b"
    r"|\bhabe (?:ihnen |dir )?(?:eine|die) einladung\b[^.!?\n]{0,30}\b(?:geschickt|gesendet|verschickt)\b"
    r"|\bhabe (?:mir )?(?:einen|den) (?:termin|slot)\b[^.!?\n]{0,30}\bgebucht\b",
    re.I | re.M,
)
_OPEN = re.compile(
    r"\?|\b(?:not|cannot|cant|no need|nobody|no one|better|competitors?|if|whether|maybe|perhaps|might"
    r"|unless|would|could)\b|n['’]t\b"
    r"|\b(?:nicht|kein\w*|falls|wenn|ob|vielleicht|eventuell|sofern|könnte|würde)\b",
    re.I,
)
"""What leaves a sentence open, or denies it."""
_ABROAD = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi),? (?:à|vers) \d{1,2} ?h(?: ?\d\d)?,? (?:(?:me|nous) (?:va"
    r"|convient)(?: (?:très )?bien| parfaitement)?"
    r"|c['’]est (?:parfait|bon|noté)|est (?:parfait|noté))(?=\W|$)"
    r"|^(?:ok|d['’]accord|entendu|parfait|très bien),? (?:pour )?(?:lundi|mardi|mercredi|jeudi"
    r"|vendredi),? à \d{1,2} ?h(?: ?\d\d)?[.!]?$"
    r"|\b(?:lunes|martes|miércoles|jueves|viernes),? a las? \d{1,2}(?:[:.]\d\d)?,? (?:(?:me|nos) (?:viene|va) (?:bien"
    r"|perfecto|genial)|está bien)(?=\W|$)"
    r"|^(?:ok|vale|de acuerdo|perfecto),? (?:el )?(?:lunes|martes|miércoles|jueves"
    r"|viernes),? a las? \d{1,2}(?:[:.]\d\d)?[.!]?$"
    r"|\b(?:luned|marted|mercoled|gioved|venerd)ì,? alle (?:ore )?\d{1,2}(?:[:.]\d\d)?,? (?:(?:mi|ci) va bene"
    r"|va (?:bene|benissimo)|è perfetto)(?=\W|$)"
    r"|^(?:ok|d['’]accordo|perfetto|va bene),? (?:luned|marted|mercoled|gioved"
    r"|venerd)ì,? alle (?:ore )?\d{1,2}(?:[:.]\d\d)?[.!]?$"
    r"|\b(?:maan|dins|woens|donder|vrij)dag,? om \d{1,2}(?:[:.]\d\d)?(?: uur)?,? (?:past(?: (?:me|ons|prima|goed))*"
    r"|is (?:goed|prima)|schikt)(?=\W|$)"
    r"|^(?:ok|akkoord|prima|goed),? (?:maan|dins|woens|donder|vrij)dag,? om \d{1,2}(?:[:.]\d\d)?(?: uur)?[.!]?$",
    re.I | re.M,
)
_OPEN_ABROAD = re.compile(
    r"\?|\b(?:pas|si|peut-être|sauf|plutôt|serait|mieux|no|quizás?|tal vez|salvo|mejor|non|se|forse|tranne|meglio"
    r"|niet|geen|als|misschien|tenzij"
    r"|beter|mais|pero|ma|maar|annul\w*|cancel\w*|reporte\w*|aplaz\w*|rimand\w*|uitgesteld|verzet\w*)\b",
    re.I,
)
"""The same of the other languages: what leaves a sentence open, denies it, or likes another time better."""
_SUITS_POLITELY = re.compile(rf"{_WHEN},? {_POLITELY}\b", re.I)
_TAKEN_BACK = re.compile(
    r"\b(?:cancel\w*|declin\w*|can['’]?t make it|cannot make it|actually,? no|postpone\w*|absagen"
    r"|abgesagt|abgelehnt|verschieben)\b",
    re.I,
)
_SENTENCE = re.compile(rf"(?<=[!?;\n])|(?<=\.)(?=\s)(?!\s{_MONTH}\b)", re.I)


def agrees_to_meet(text: str) -> bool:
    """Whether an answer, without what it quotes, says that a meeting is agreed; to ask for one is not enough."""
    text = text.strip()
    if not text or len(text.split()) > LONGEST or _TAKEN_BACK.search(text):
        return False
    return any(
        (_AGREED.search(each.strip()) and not _OPEN.search(_SUITS_POLITELY.sub(" ", each)))
        or (_ABROAD.search(each.strip()) and not _OPEN_ABROAD.search(each))
        for each in _SENTENCE.split(text)
    )
