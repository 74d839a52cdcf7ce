"""Answers that turn the writer down: "not interested", "please remove me", told by a short answer's own words.

Wary: an answer that also asks, agrees, hands on, or says when to come back is none. English, German, French, Spanish,
Italian, Dutch, Portuguese, Polish, Danish, Norwegian and Swedish forms. :mod:`.supplied` knows "we have a provider".
"""

from __future__ import annotations

import re

from .supplied import BUT, is_supplied

LONGEST = 60
"""Words of an answer that may be a refusal; a longer one is a talk."""
_END = r"(?=\s*(?:[.!;–—\n]|-\s|$))"
_NO_MORE = (
    r"\s*(?:[.!;\n]|$|pour le moment|pour l['’]instant|actuellement|de (?:ce|cette|vos|votre|tels?)\b"
    r"|por (?:ahora|el momento)"
    r"|de momento|no momento|al momento|per ora|op dit moment|momenteel|at (?:the|this) (?:moment|time)|right now"
    r"|,? (?:thanks|thank you|merci|gracias|grazie|dank|bedankt"
    r"|obrigad))"
)
_THANKS = (
    r"no,? (?:thanks|thank you)|nein,? (?:vielen )?danke?|non,? merci|no,? (?:muchas )?gracias|no,? grazie"
    r"|nee,? (?:dank(?: je| u)?|bedankt)|não,? obrigad[oa]|nie,? dziękuj\w+|nej,? ta(?:ck|k)|nei,? takk"
)
_NOT_INTERESTED = re.compile(
    r"(?<!if )(?<!if you are )(?<!if you['’]re )(?:\bnot|n['’]t|\bnever)(?: be)?"
    r" (?:really |at all |currently |personally |particularly )?interested\b"
    r"|\b(?:no|zero) interest\b(?! rate)|\buninterested\b|\bnot a (?:good )?(?:fit|match) for (?:us|me)\b"
    r"|\bno need for (?:this|it|that|your)\b(?! to\b)"
    rf"|\b(?:do not|don['’]t) need (?:this|that|it|your \w+|any of this)(?={_NO_MORE})"
    rf"|\bnot (?:something (?:we|i) need|for us)(?={_NO_MORE})"
    rf"|\b(?:i|we)(?:['’]ll| will)?(?: have to)? pass(?: on this(?: one)?)?(?:,? thanks)?{_END}"
    r"|\bkein(?:en|erlei)? (?:interesse|bedarf)\b|\bnicht interessiert\b"
    r"|\b(?:das|dies|es|(?:ihr|dein) (?:angebot|produkt)) (?:ist|kommt) (?:leider |derzeit |aktuell )?für (?:uns"
    r"|mich)"
    r" (?:leider |derzeit |aktuell |momentan )?(?:nicht (?:interessant|relevant|in ?frage)|kein thema)\b"
    r"|\b(?:das|dies) ist (?:leider )?nicht (?:interessant|relevant) für (?:uns|mich)\b"
    r"|\bpas intéressée?s?\b|\bpas d['’]intérêt\b|\bpas besoin de (?:vos|votre)\b"
    r"|\bne (?:m['’]|nous )intéresse(?:nt)? pas\b|\bn['’](?:avons|ai) pas de besoins?\b"
    rf"|\bn['’](?:en )?(?:avons|ai) pas (?:besoin|l['’]utilité)(?={_NO_MORE})"
    r"|\bne (?:donner(?:ons|ai)|souhait(?:ons|e) pas (?:y )?donner)(?: pas)? suite\b"
    rf"|\bno (?:l[oa]s? necesit(?:amos|o)|(?:nos|me) hace falta)(?={_NO_MORE})|\bno encaja con nosotros\b"
    rf"|\bnon (?:ne (?:abbiamo|ho) (?:bisogno|necessità)|ci serve)(?={_NO_MORE})|\bnon fa per noi\b"
    rf"|\b(?:hebben|heb) (?:dit|dat|het|hier|daar)(?: momenteel| nu)? niet nodig(?={_NO_MORE})"
    r"|\b(?:dit|dat|het) is (?:helaas )?niet (?:interessant|relevant) voor (?:ons|mij)\b"
    rf"|\bnão (?:precisamos|preciso|necessitamos)(?: disso| disto)?(?={_NO_MORE})|\bnão (?:nos|me) interessa\b"
    r"|\bnão é do nosso interesse\b"
    r"|\bno (?:me|nos) interesa\b|\bno est(?:oy|amos) interesad[oa]s?\b|\bsin interés\b"
    r"|\bnon (?:sono|siamo) interessat[oaie]\b|\bnon (?:mi|ci) interessa\b|\bnessun interesse\b"
    r"|\bgeen (?:interesse|belangstelling|behoefte)\b|\bniet geïnteresseerd\b"
    r"|\bnão (?:tenho|temos|há) interesse\b|\bnão (?:estou|estamos) interessad[oa]s?\b|\bsem interesse\b"
    r"|\bnie (?:jestem|jesteśmy) zainteresowan\w+|\b(?:ikke|inte) (?:interesser\w+|intresserad\w*)"
    rf"|^(?:{_THANKS}){_END}"
    r"|^no,? (?:thanks|thank you), (?:[\w'’-]+ ){1,4}?(?:does|handles?|looks after|takes care of|deals with) "
    r"(?:all (?:of )?)?(?:this|that|it|these|everything)(?: for us)?(?=\s*(?:[.!;\n]|$))"
    rf"|(?:^|[.,;!] ?)(?:daher |deshalb |also |somit )?leider nein{_END}",
    re.I | re.M,
)
_FROM_A_LIST = (
    r"(?: (?:off|from|out of) (?:\w+ ){1,3}(?:lists?|database|mailings?|mails?|e-?mails?|system|crm|campaigns?"
    r"|records|sequence))?"
)
_REMOVE = re.compile(
    r"\b(?:remove|unsubscribe|delete|take) (?:me|us|my (?:e-?mail|address|name)(?: address)?|this address)"
    rf"{_FROM_A_LIST}(?:,? (?:please|thanks|thank you))?(?:\?|{_END})"
    r"|(?<!n['’]t )(?<!not )(?<!never )\b(?:stop|quit) (?:e-?mailing|contacting|writing|messaging|spamming)\b"
    r"|\bstop sending (?:me|us)\b(?! (?:pdfs?|files?|links?|attachments?)\b)"
    rf"|\b(?:do not|don['’]t|never) (?:contact|e-?mail|write|message) (?:me|us)(?: again| any ?more| further)?{_END}"
    r"|\b(?:do not|don['’]t|stop) send(?:ing)? (?:me |us )?(?:any ?more|any further|further|more)"
    rf"(?: (?:of )?(?:these|e-?mails?|messages))?{_END}"
    r"|\b(?:streichen|entfernen|löschen) sie (?:bitte )?(?:mich|uns|(?:meine|unsere)(?! alte))\b"
    r"|\bnehmen sie (?:bitte )?(?:mich|uns|(?:meine|unsere) (?:e-?mail-?)?adresse) (?:bitte )?(?:aus|von)\b"
    r"|\bkeine (?:weiteren|werbe-?) ?(?:e-?mails?|mails?|nachrichten|werbung)\b"
    r"|\b(?:merci de|veuillez) (?:me |nous )?(?:retirer|désinscrire|supprimer|désabonner|ne plus)\b"
    r"|\bne (?:me|nous) (?:contactez|écrivez|recontactez) plus\b|\bdésinscrivez[- ]moi\b"
    r"|\b(?:elimínenme|bórrenme|quítenme|sáquenme|denme de baja|darme de baja)\b"
    r"|\bno (?:me|nos) (?:escriban?|contacten?|envíen?) más\b"
    r"|\b(?:cancellatemi|rimuovetemi|toglietemi)\b|\bnon (?:mi|ci) (?:scriv|contatt)\w+ più\b"
    r"|\bverwijder (?:mij|me|ons)\b|\bschrijf (?:mij|me|ons) uit\b|\bme (?:remova|descadastre|retire)m?\b"
    r"|\bproszę (?:o usunięcie|mnie usunąć|nie pisać)\b",
    re.I,
)
_ALONE = re.compile(
    r"(?:please |bitte )?(?:unsubscribe|remove|stop|opt out|abmelden|abbestellen|désinscription|désabonner|baja"
    r"|uitschrijven|afmelden|descadastrar)(?: please)?[.!]*",
    re.I,
)
"""A first line that asks for an end, with nothing else on it."""
_WRONG_PERSON = re.compile(
    r"(?:(?:hi|hello|hey|dear|hallo|guten tag|sorry|thanks|thank you|danke)\b[^,.!]{0,20}[,.!]\s*)*"
    r"(?:(?:but|i think|i['’]m afraid|i am afraid|leider)\s+)*"
    r"(?:(?:(?:i['’]m|i am|you['’]ve(?: got)?|you have(?: got)?|this is|that['’]s)\s+)?"
    r"(?:not the right|the wrong|wrong) (?:person|contact|address|department)(?: (?:for|about) [\w ]{1,30})?"
    r"|ich bin (?:dafür |hier )?(?:nicht zuständig|(?:nicht der richtige|der falsche) ansprechpartner)(?: dafür)?)"
    r"[,.!]*(?:\s*(?:sorry|apologies|thanks|thank you|danke)[,.!]*)*"
    r"(?:\s*(?:best|regards|kind regards|best wishes|cheers|grüße|viele grüße)[,.!]*(?:\s+\w+){0,2})?",
    re.I,
)
"""A whole answer that only says that it came to the wrong person, and not to whom it should go."""
_MORE = re.compile(
    r"\b(?:until|unless|deal(?! with)|(?:i|we)['’]?ll (?:buy|take|order)|sign (?:us|me) up"
    r"|(?:mon|tues|wednes|thurs|fri)day|bestell\w*|angebot an"
    r"|yes(?!,? thank)|go ahead|order form|please (?:book|extend|add|start)"
    r"|where we want|we want (?:you|one|it|ten|more)|(?:we|i)(?:['’]ll)? take(?! care)|looks right"
    r"|(?:nehmen|unterschreiben|kaufen) wir"
    r"|wir (?:nehmen|unterschreiben)|wollen kaufen|dagegen|mit \w+ ja|losgehen|auftrag folgt"
    r"|oui(?!,? merci)|en revanche|je prends|(?:nous|on|je) (?:sign|command)(?:ons|e)"
    r"|(?:nous|vous que nous) choisissons|ajoutez|voyons-nous|venez"
    r"|interested|let['’]?s|happy to|glad to|call me|send (?:me|us|over|the)|sounds (?:good|great)|tell me more"
    r"|(?<!& )colleagues?|copied|in copy|cc['’]?e?d|forwarded|passed (?:it|this|your)|(?:speak|talk) (?:to|with)"
    r"|reach out|get in touch"
    r"|(?:check|come|circle) back|try (?:me |us )?again|follow up|later|next (?:quarter|month|year|week)"
    r"|in (?:a few|a couple of|two|three|four|six|\d+) (?:weeks?|months?)|q[1-4]"
    r"|(?<!& )(?<!\bund )(?<!\bu\. )kolleg\w+"
    r"|weitergeleitet|melden sie sich|wenden sie sich|später|nächste[ns]? (?:jahr|quartal|monat)"
    r"|in \w+ (?:wochen|monaten)|rufen sie|schicken sie|gerne"
    r"|collègues?|plus tard|prochaine?s?|rappelez|volontiers|colegas?|más adelante|próximo|llámeme"
    r"|colleg(?:a|hi|he)|più avanti|prossim[oa]|volentieri|volgend\w*|mais tarde)\b",
    re.I,
)
"""What a refusal does not say besides: where to ask instead, when to come back, what is of interest."""
_BUT = re.compile(rf"\b(?:{BUT}|ale)\b", re.I)


def says_more(rest: str) -> bool:
    """Whether what stands beside a refusal asks, agrees, hands on, or says when to come back."""
    return _MORE.search(rest) is not None


def is_refusal(text: str) -> bool:
    """Whether an answer, without what it quotes, turns its reader down and does nothing else."""
    text = text.strip()
    if not text or len(text.split()) > LONGEST:
        return False
    if _WRONG_PERSON.fullmatch(text):
        return True
    rest = _NOT_INTERESTED.sub(" ", _REMOVE.sub(" ", text))
    if says_more(rest):
        return False
    if _ALONE.fullmatch(text.partition("\n")[0].strip()) or _REMOVE.search(text):
        return True
    if is_supplied(text):
        return True
    found = _NOT_INTERESTED.search(text)
    return found is not None and "?" not in text and not _BUT.search(text, found.end())
