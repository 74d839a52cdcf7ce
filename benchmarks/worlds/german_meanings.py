"""Was ein deutscher Satz sagt: groups of meaning for German emails, each with many words for one thing."""

from __future__ import annotations

import re


def _group(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


NUTZEN = {
    "zeit": _group(
        r"\b(?:spar\w*|gewinn\w*|schenk\w*|verkürz\w*|halbier\w*)\b[^.?!]{0,40}\b(?:zeit|stunden?|minuten|tage?"
        r"|nachmittage?|abende?)\b",
        r"\b(?:stunden?|minuten|tage?)\b[^.?!]{0,25}\b(?:gespart|statt|anstatt|weniger|zurück|eingespart)\b"
        r"|\bstatt (?:\w+ )?(?:stunden?|tagen?|minuten|neun|acht|zehn)\b",
        r"\b(?:schneller|zeitsparend\w*|zeitersparnis|zeitaufw\w+|im handumdrehen|auf einen blick|feierabend"
        r"|pünktlich)\b",
        r"\b(?:abtipp\w*|abgetippt|von hand|händisch\w*|zettelwirtschaft|doppelt (?:erfass\w*|eingeb\w*"
        r"|eintrag\w*)|papierkram|automatisch\w*|wie von selbst)\b",
    ),
    "geld": _group(
        r"\b(?:senk\w*|spar\w*|reduzier\w*|verringer\w*|weniger|niedriger\w*|gesunken|sink\w*"
        r"|halbier\w*)\b[^.?!]{0,40}\b(?:kosten|ausgaben|überstunden|euro|geld|budget)\b",
        r"\b(?:kosten|ausgaben|überstunden|geld)\b[^.?!]{0,45}\b(?:senk\w*|gesunken|gespart|sparen|weniger"
        r"|niedriger|halbiert|runter)\b",
        r"\b(?:günstiger|rechnet sich|gerechnet|amortisier\w*|rendite|marge|gewinn\b|ersparnis|doppelt bezahlt"
        r"|doppelte arbeit|zu viel bezahl\w*|bares geld|kostet\b[^.?!]{0,40}\beuro im monat, ohne dass)",
    ),
    "risiko": _group(
        r"\b(?:risik\w+|prüfung\w*|prüfer\w*|betriebsprüf\w*|bußgeld\w*|strafe\w*|haftung|haften|nachweis\w*"
        r"|nachweisbar|rechtssicher\w*|frist(?:en)? (?:verpass\w*|versäum\w*)|versäumt\w*|verpasst\w*)\b",
        r"\b(?:fehler\w*|irrtümer|pannen?|ausfall|ausfälle|reklamation\w*|unfall|unfälle|vergessen\w*"
        r"|übersehen\w*|verloren geht|geht verloren|fehlt|schiefgeh\w*|böse überraschung\w*)\b",
        r"\b(?:sicher (?:sein|gehen|schlafen)|ruhig(?:er)? schlafen|auf der sicheren seite|lückenlos\w*"
        r"|hält [^.?!]{0,20} fest|festgehalten|dokumentier\w*)\b",
    ),
    "menschen": _group(
        r"\b(?:kündig(?:en|t|ten|ung\w*)|fluktuation|abwander\w*|krankenstand|krankmeldung\w*|überlast\w*"
        r"|ausgebrannt|stress\w*|druck|betriebsklima|zufrieden\w*|motiv\w*|wertschätz\w*|vereinbarkeit"
        r"|familie)\b",
        r"\b(?:leute|mitarbeiter\w*|mitarbeitend\w*|team|kollegen|kolleginnen|fachkräfte|personal"
        r"|belegschaft)\b[^.?!]{0,40}\b(?:bleib\w*|halten|entlast\w*|gehen|verlier\w*|verlassen|wissen"
        r"|früh genug)\b",
        r"\b(?:halten sie|entlast\w*|binden)\b[^.?!]{0,30}\b(?:leute|mitarbeiter\w*|team|personal|fachkräfte)\b"
        r"|\bdieselben (?:\w+ )?(?:leute|kollegen)\b",
    ),
    "daten": _group(
        r"\b(?:dsgvo|datenschutz\w*|verschlüssel\w*|server\w* in deutschland|deutsche[nr]? (?:server\w*"
        r"|rechenzentr\w*)|auftragsverarbeitung\w*|zugriff\w*|berechtigung\w*|protokollier\w*|rechtekonzept"
        r"|backup\w*|schnittstelle\w*|kundendaten)\b"
    ),
}
"""Zeit gespart, Geld gespart, Risiko vermieden, Menschen gehalten, Daten geschützt."""

LAUT = _group(
    r"\b(?:führende[rns]?|marktführ\w*|nummer eins|weltklasse|einzigartig\w*|revolution\w*|unschlagbar\w*"
    r"|sensationell\w*|das beste|der beste|die beste|spannend\w*|begeister\w*|genial\w*|preisgekrönt\w*"
    r"|perfekt\w*|sichern sie sich|nur (?:noch )?heute|noch heute|jetzt zuschlagen|letzte chance|rabatt)\b"
)
LEER = _group(
    r"\b(?:lösung(?:en)?|innovativ\w*|ganzheitlich\w*|nachhaltig\w*|optimier\w*|synergi\w*|mehrwert"
    r"|maßgeschneidert\w*|umfassend\w*|vielzahl|effizien\w*|prozesse|zukunftssicher\w*|skalierbar\w*"
    r"|potenzial\w*|digitale transformation|leistungsstark\w*)\b"
)
ENGLISCH = _group(
    r"\b(?:game-?changer|workflow|call|demo|feature\w*|benefits?|win-win|quick win|insights?|mindset|business"
    r"|deep dive|pain points?|touchpoint\w*|use case\w*|roadmap|state of the art|onboarding)\b"
)
DU = re.compile(r"\b(?:du|dir|dich|dein\w*|euch|euer|eure\w*|hast du|schreib mir)\b", re.I)
SIE = re.compile(r"\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b")
FÖRMLICH = re.compile(r"\b(?:sehr geehrte|guten tag|mit freundlichen grüßen|freundliche grüße)", re.I)
BELEG = re.compile(
    r"(?=.*(?:\d|\b(?:eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|halb"
    r"|drittel)\b))(?=.*(?:\bfirma\b|\bbei [A-ZÄÖÜ]|\bkunde\w*|[A-ZÄÖÜ]\w+ & [A-ZÄÖÜ]"
    r"|\bin [A-ZÄÖÜ]\w+ ))(?=.*\b(?:statt|gesunken|vorher|jetzt|braucht|spart|hatte|seit|weniger|von \d+ auf"
    r"|senkt\w*|halbiert\w*))",
    re.I,
)
GRUND = re.compile(
    r"\b(?:weil|da sie|vielen dank,? (?:dass|für)|sie (?:waren|haben|wollten|suchen|hatten)"
    r"|habe (?:ich )?gesehen|gelesen|empfehlung|empfohlen|meinte|gesprochen|anfrage|schön, dass|in vielen \w+"
    r"|viele \w+ (?:kennen|verlieren|zahlen)|seit sie|deshalb|aufgefallen|stellen? ausgeschrieben)\b",
    re.I,
)
BITTE = re.compile(
    r"\b(?:passt|darf ich|dürfte ich|hätten sie|haben sie|soll ich|sollen wir|könnten wir|können wir|wollen wir"
    r"|möchten sie|wäre|wann|antworten sie|schreiben sie|rufen sie|nennen sie|sagen sie|melden sie sich"
    r"|geben sie|hast du|schreib mir|buchen sie|ich lade sie|interesse)\b[^.!?]*[?.!]|\b(?:freue mich auf"
    r"|stehen wir ihnen|bei fragen)\b",
    re.I,
)
TERMIN = re.compile(
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag)\w*\b|\bum \d{1,2}(?:[:.]\d\d)? ?uhr\b|\bam \d{1,2}\."
    r"|\bnächste woche\b",
    re.I,
)
GROSS = re.compile(
    r"\b(?:workshop|ganztägig\w*|90 minuten|60 minuten|einer stunde|eine stunde|präsentation"
    r"|vertrag unterschreiben|bestellen|führungskräfte|demo)\b",
    re.I,
)
ANLASS = {
    "referral": re.compile(
        r"\b(?:empfehlung|empfohlen|frau brandt|meinte|hat mir (?:ihren namen|von ihnen)|riet mir|legte mir nahe)\b",
        re.I,
    ),
    "price": re.compile(
        r"\b(?:anfrage|angefragt|nach dem preis|(?:preis|kosten)[^.?!]{0,20}gefragt|wissen, was|preisanfrage)\b", re.I
    ),
    "webinar": re.compile(r"\b(?:webinar\w*|online-?seminar\w*|aufzeichnung)\b", re.I),
    "fair": re.compile(r"\b(?:messe\w*|an unserem stand|messestand|kennengelernt)\b", re.I),
    "former": re.compile(
        r"\b(?:kunde bei uns|uns (?:2022 )?verlassen|früher mit uns|damals|wieder(?:kommen|gewinnen)|ehemalig\w*"
        r"|seit 2022)\b",
        re.I,
    ),
    "cold": re.compile(
        r"\b(?:kennen uns (?:noch )?nicht|kennen uns nicht|noch nicht (?:gesprochen|begegnet|kennengelernt)"
        r"|bisher (?:keinen|kein) kontakt|unaufgefordert)\b",
        re.I,
    ),
}
"""Woran man sieht, dass der Absender weiß, wie der Kontakt begann."""


def nutzen_in(sentence: str) -> frozenset[str]:
    """Which benefits a German sentence names."""
    return frozenset(name for name, pattern in NUTZEN.items() if pattern.search(sentence))
