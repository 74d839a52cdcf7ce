"""Phrases by which German sales emails claim something: patterns of one sentence (``re.VERBOSE``)."""

from __future__ import annotations

from .claim_phrases import EARLIER_TALK, OFFER, PRESENCE, RELATION, REPUTATION, RESULT

PATTERNS: tuple[tuple[str, str], ...] = (
    (
        REPUTATION,
        r"\b(?:marktführe\w+|weltmarktführer|führende[rnms]?|preisgekrönt\w*|mehrfach\sausgezeichnet\w*"
        r"|ausgezeichnet\smit|nummer\s(?:eins|1)|nr\.\s?1|zertifiziert\w*|renommiert\w*|weltweit\sgenutzt"
        r"|testsieger|bewährt\w*)\b",
    ),
    (
        REPUTATION,
        r"\b(?:tausende|hunderte|dutzende|zahlreiche|viele\stausend)\s(?:\w+\s)?(?:kund\w+|firmen"
        r"|unternehmen|nutzer\w*|betriebe|menschen|anwender\w*)\b(?:\svertrauen)?|\bvertrauen\s(?:uns"
        r"|auf\suns|darauf)\b|\bgenutzt\svon\b|\b(?:der|die|das)\s(?:beste|größte|beliebteste"
        r"|meistgenutzte)\w*\b",
    ),
    (
        RESULT,
        r"\b(?:senk\w+|spar\w+|steiger\w+|erhöh\w+|reduzier\w+|verkürz\w+|verbesser\w+|halbier\w+"
        r"|verdoppel\w+|verdreifach\w+)\b[^.,;!?]{0,60}?\bum\s(?:bis\szu\s|rund\s|fast\s|mehr\sals\s"
        r"|über\s)?(?:(?:ein|zwei|drei)\s)?(?:die\s)?(?:drittel|viertel|fünftel|hälfte|\d[\d.,]*\s?(?:%"
        r"|prozent)?|\w+\sprozent)",
    ),
    (RESULT, r"\b(?:halbiert|verdoppelt|verdreifacht|halbierten|verdoppelten|verdreifachten)(?:en)?\b"),
    (
        EARLIER_TALK,
        r"\b(?:wie\s)?(?:besprochen|vereinbart|angekündigt|versprochen|telefonisch\sbesprochen"
        r"|gewünscht)\b(?=\s(?:sende|schicke|erhalten|finden|melde|anbei|komme)|,)|\bwie\s(?:besprochen"
        r"|vereinbart|versprochen|angekündigt|gewünscht|abgemacht)\b",
    ),
    (
        EARLIER_TALK,
        r"\b(?:danke|dank)\b.{0,30}\bfür\s(?:das|ihr\w*|dein\w*|euer\w*|eure\w*|unser\w*|den|die"
        r"|ihre)\s(?:\w+\s)?(?:gespräch|interesse|anfrage|anruf|zeit|besuch|rückmeldung|nachricht|antwort"
        r"|teilnahme|mail|e-mail|frage|telefonat|bestellung|vertrauen|termin|kontakt)\b",
    ),
    (
        EARLIER_TALK,
        r"\b(?:bei|in|nach|seit)\sunserem\s(?:letzten\s)?(?:gespräch|telefonat|treffen|termin|austausch)\b"
        r"|\bunser\w*\s(?:letzte\w*|gestrige\w*|heutige\w*)\s(?:gespräch|telefonat|treffen|mail"
        r"|austausch)\b|\b(?:hatten|haben)\s(?:sie|wir)\s(?:uns\s)?\b.*\b(?:erwähnt|gesprochen|unterhalten"
        r"|getroffen|gefragt|angefragt|gesagt|geschrieben|telefoniert|heruntergeladen|teilgenommen)\b",
    ),
    (
        EARLIER_TALK,
        r"\b(?:sie|du)\s(?:haben|hatten|hast|hattest)\b.*\b(?:erwähnt|gefragt|angefragt|gesagt|geschrieben"
        r"|heruntergeladen|teilgenommen|angefordert|besucht|erzählt)\b"
        r"|\bich\shatte\sihnen\b.*\bgeschrieben\b|\bes\swar\s(?:schön|nett|eine\sfreude)\b.*\b(?:kennen"
        r"|sprechen|treffen)\w*",
    ),
    (
        RELATION,
        r"\b(?:ihr|ihre|dein|deine|ein|unser)\s(?:kolleg(?:e|in)|chef|chefin|freund|freundin|partner"
        r"|bekannter|nachbar)\b(?=.*\b(?:empfohlen|empfahl|gegeben|gesagt|meinte|erzählt|verwiesen"
        r"|vorgeschlagen)\b)|\bauf\sempfehlung\b|\bgemeinsame[rn]?\s(?:bekannte|kontakt)\w*",
    ),
    (
        RELATION,
        r"\bsie\s(?:waren|sind)\s(?:\w+\s){0,4}(?:kunde|kundin|nutzer(?:in)?)\b"
        r"|\bsie\s(?:hatten|haben|waren)\s(?:\w+\s){0,4}bei\suns\b|\bseit\sihre[mr]\sletzten\s(?:auftrag|bestellung|besuch)\b"
        r"|\bihr\w*\s(?:probe|test)\w*\s(?:ist\sabgelaufen|endete|lief)\b|\b(?:sie|ihre)\s(?:\w+\s)?zurückgewinnen\b",
    ),
    (
        PRESENCE,
        r"\b(?:ich\s(?:war|bin)|war\sich|wir\swaren)\s(?:\w+\s)?(?:in|bei|vor|an)\s(?:ihr\w*|dein\w*"
        r"|euer\w*|der|dem)\s\w+|\b(?:ich\shabe|habe\sich|wir\shaben)\b.*\b(?:ihre?n?"
        r"|deine?n?)\s\w+\b.*\b(?:gesehen|gelesen|besucht|bemerkt|gehört|entdeckt)\b"
        r"|\bist\smir\saufgefallen\b|\bmir\sist\saufgefallen\b"
        r"|\b(?:ich\shabe|habe\sich|wir\shaben)\s(?:\w+\s)?(?:gesehen|gelesen|bemerkt|gehört|entdeckt),?\sdass\s(?:sie|ihr|du)\b"
        r"|\b(?:ich|wir)\s(?:sah|sahen|las|lasen|hörte|hörten),?\sdass\s(?:sie|ihr|du)\b(?:\s\w+)?"
        r"|(?<!wenn\s)(?<!falls\s)\bsie\ssuchen\s(?:gerade|derzeit|zurzeit)\b(?:\s\w+){0,2}",
    ),
    (
        OFFER,
        r"\b(?:das|dieses|unser)\sangebot\s(?:gilt|endet|läuft)\b.*|\bnur\snoch\s\w+\s\w+"
        r"|\bletzte\schance\b|\bnur\s(?:heute|bis|diese\swoche)\b(?:\s\w+)?|\brabatt\w*\b|\bkostenlos\w*\b"
        r"|\bgratis\b|\bkostenfrei\w*\b|\bsonderpreis\b|\b\d+\s?(?:%|prozent)\s(?:rabatt|nachlass"
        r"|günstiger)|\bgeld-zurück\b|\bunverbindlich\w*\skostenlos\w*",
    ),
)
