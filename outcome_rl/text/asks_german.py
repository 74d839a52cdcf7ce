"""How German sales emails ask for something: patterns of one sentence, each with an example (``re.VERBOSE``)."""

from __future__ import annotations

_START = r"(?:^|[,;:–—(!]\s*|\b(?:und|oder|dann|aber|also)\s+)"
_LEAD = r"^(?:(?:hallo|hi|liebe[r]?|guten\s(?:tag|morgen))\b[^,!]{0,40}[,!]\s*)?"
_POLITE = r"(?:(?:bitte|einfach|gern[e]?|jetzt|doch|nur|kurz)\s+)*"
_DO = r"""(?: antworten | melden | rufen | schreiben | sagen | geben | senden | schicken | klicken
        | buchen | vereinbaren
    | testen | bestellen | registrieren | nutzen | sichern | probieren | laden | wählen | nennen
    | leiten | lassen | schauen
    | besuchen | fordern | starten | kontaktieren | teilen | reservieren | bestätigen | erfahren
    | sehen | lesen | werfen
    | überzeugen | sprechen | zögern | greifen | kommen | unterschreiben | kaufen | holen | finden
    | entscheiden | verweisen )"""
_DO_FAMILIAR = (
    r"(?:antworte|melde\sdich|ruf|schreib|sag|gib|schick|sende|klick|buch|teste|bestell|probier|schau"
    r"|wähl|nenn|leite|lass)e?"
)
_OFFER = r"""(?: zeig | send | schick | ruf | komm | stell | erstell | lass | führ | erklär | berat | bring
        | mach | unterbreit
    | beantwort | besuch | leih | biet | präsentier )\w*"""

PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "Soll ich Ihnen ein Beispiel schicken?",
        rf"{_START}{_POLITE}(?:darf|soll|sollte|sollen|kann|können|könnte|könnten|dürfte|dürfen|wollen"
        rf"|möchten|würden|könnte)\s(?:ich|wir)\b.*\?",
    ),
    (
        "Möchten Sie es testen?",
        rf"{_START}{_POLITE}(?:möchten|mögen|würden|könnten|können|wollen|hätten|wären|dürften|magst|möchtest"
        rf"|willst"
        rf"|kannst|könntest|hättest|wärst|würdest|hast|habt|hättet|könnt|wollt|möchtet)\s(?:sie|du"
        rf"|ihr)\b(?!\ssich\s(?:leisten|vorstellen))"
        rf"(?:.*\?)",
    ),
    (
        "Haben Sie Interesse?",
        r"\bwann\s(?:darf|dürfte|kann|könnte|soll)\s(?:ich|wir)\b.*\?|\bin\sihrem\ssinne\b.*\?"
        r"|\bhaben\ssie\b.*\b(?:zeit|minuten|interesse|lust|bedarf|fragen|moment|viertelstunde)\b.*\?",
    ),
    (
        "Passt Ihnen Dienstag?",
        r"\b(?:passt|passte|passen|ginge|geht\ses|würde\b.*\bpassen|klappt|klappte|wäre\b.*\b(?:recht"
        r"|möglich|hilfreich))\b.*\?",
    ),
    (
        "Klingt das interessant?",
        r"\b(?:klingt|wäre|ist|lohnt|hilft|würde|könnte)\s(?:das|dies|es|sich|so\setwas"
        r"|ein)\b.*\b(?:interessant|etwas|relevant"
        r"|hilfreich|spannend|thema|blick|gespräch|helfen|für\s(?:sie|dich|euch)|sinnvoll|gut|nützlich)\b.*\?",
    ),
    (
        "Bin ich damit bei Ihnen richtig?",
        r"\b(?:bin|spreche|rede|schreibe|liege|habe|sind|haben)\s(?:ich|wir)\b.*\b(?:richtig\w*|falsch\w*|zu\sfrüh|zu\sspät)\b.*\?",
    ),
    (
        "Liegt das bei Ihnen?",
        r"\b(?:liegt|steht|fällt|gehört|trifft|brennt)\s(?:das|dies|es|so\setwas)\s(?:\w+\s)?"
        r"(?:bei|in|auf|zu)\s(?:ihnen|ihre[nmr]?|dir|euch)\b.*\?",
    ),
    ("Beschäftigt Sie das?", r"\b(?:beschäftigt|interessiert|betrifft|reizt)\s(?:sie|dich|euch)\b.*\?"),
    ("Ist jemand anderes die bessere Adresse?", r"\b(?:ist|wäre)\s(?:jemand|eine?\skolleg\w+)\b.*\?"),
    ("Kommt Ihnen der Montag gelegen?", r"\b(?:kommt|käme)\b.*\bgelegen\b.*\?"),
    (
        "Interesse?",
        rf"{_START}(?:interesse|neugierig|interessiert|lust|fragen|einverstanden|kurzes\s(?:gespräch"
        rf"|telefonat)|kaffee|termin)\b[^?]{{0,40}}\?",
    ),
    (
        "Wann erreiche ich Sie?",
        r"\bwann\b.*\b(?:erreiche|passt|haben|hätten|können|könnten|wäre|sprechen|zeit|recht)\b.*\?",
    ),
    ("Wie sieht es am Donnerstag aus?", r"\bwie\s(?:sieht|wäre|klingt|steht)\s(?:es|ihr|dein|das|\w+tag)\b.*\?"),
    ("Was meinen Sie?", r"\bwas\s(?:meinen|halten|sagen|denken|meinst|hältst|sagst|spricht)\b.*\?"),
    (
        "Wer ist zuständig?",
        r"\b(?:wer|wen|an\swen)\b.*\b(?:zuständig|kümmert|entscheidet|verantwort\w+|ansprechpartner\w*"
        r"|richtige|wenden|ansprechen"
        r"|bei\s(?:ihnen|euch|dir)|betreut)\b.*\?",
    ),
    (
        "Sind Sie der richtige Ansprechpartner?",
        r"\b(?:sind\ssie|bist\sdu|gibt\ses)\b.*\b(?:richtige|ansprechpartner\w*|zuständig|jemand\w*|bereit"
        r"|offen"
        r"|interessiert|verantwortlich)\b.*\?",
    ),
    (
        "Antworten Sie einfach mit Ja.",
        rf"(?:{_LEAD}|^(?:wenn|falls|sollte|bei|um|sobald)\b[^?]*,\s*|\bund\s|\boder\s"
        rf"|:\s*){_POLITE}{_DO}\ssie\b(?![^?]*\?)",
    ),
    (
        "Antworte einfach mit Ja.",
        rf"(?:{_LEAD}|^(?:wenn|falls|sobald)\b[^?]*,\s*|\bund\s){_POLITE}{_DO_FAMILIAR}\b(?![^?]*\?)(?!\w)",
    ),
    ("Bitte melden", rf"\bbitte\b.*\b(?:um\s(?:ihre|eine|kurze|rück)\w*|{_DO})\b"),
    (
        "Bescheid geben",
        r"\b(?:gib|geben\ssie|sag|sagen\ssie|gebt)\b.*\bbescheid\b|\blassen\ssie\s(?:uns|mich)\b"
        r"|\blass(?:t)?\suns\b",
    ),
    (
        "Ich freue mich auf Ihre Rückmeldung.",
        r"\b(?:freu\w*|erfreut|dankbar)\b.*\b(?:rückmeldung|antwort|gespräch|nachricht|rückruf|austausch"
        r"|telefonat"
        r"|hören|termin|kennenlernen|auftrag|einladung)\b(?!.*\b(?:gefreut|danke|dank)\b)|\b(?:antwort"
        r"|rückmeldung|gespräch|telefonat|austausch|rückruf)\b.*\bfreu\w*",
    ),
    (
        "Gern zeige ich Ihnen das.",
        rf"\bgern[e]?\s{_OFFER}\s(?:ich|wir)\b|\b{_OFFER}\s(?:ich\s|wir\s)?(?:ihnen|dir|euch|sie)\s(?:das\s"
        rf"|es\s|dazu\s)?gern"
        rf"|\b(?:würde|würden|möchte|möchten)\s(?:ich\s|wir\s)?(?:ihnen|dir|sie|dich|euch)\b.*\b(?:zeigen"
        rf"|senden|schicken|vorstellen|anrufen|besuchen"
        rf"|anbieten|einladen|erklären|präsentieren)\b|\b(?:ich|wir)\s(?:kann|können|könnte"
        rf"|könnten)\s(?:ihnen|dir|sie)\s.*\b(?:senden|schicken|zeigen|anbieten)\b",
    ),
    (
        "Hier können Sie einen Termin buchen",
        r"\bhier\s(?:können|kannst|geht|finden|klicken)\b.*\b(?:buch\w+|wähl\w+|vereinbar\w+|reservier\w+"
        r"|termin|kalender|anmeld\w+|zum\b)"
        r"|\bin\smeinem\skalender\b",
    ),
    (
        "Ein Name würde mir helfen.",
        r"\b(?:hilft|hülfe|genügt|reicht)\s(?:mir|uns)\s(?:schon\s)?ein\s(?:\w+\s)?(?:name|hinweis|tipp)\b"
        r"|\bein\s(?:\w+\s)?(?:name|hinweis|tipp)\s(?:würde|hilft|genügt|reicht)\b",
    ),
    ("Ein kurzes Ja genügt.", r"\b(?:ja|nein|antwort|zeile|mail|wort|anruf)\b[\"'”“]?\s(?:genügt|reicht|wäre\b)"),
)
