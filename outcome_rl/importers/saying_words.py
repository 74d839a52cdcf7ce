"""What people write into a sheet of their own about what came of an email, by what it says: seven languages.

Each pattern is looked for where a part of the note begins, so that "samples not sent" is no email that was not sent.
"""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uary|uar|uari|vier|eiro)?|enero|gennaio|feb(?:ruary|ruar|ruari|rero|braio)?|février|févr|fevereiro"
    r"|mar(?:ch|s|zo|ço)?|märz|mrz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mei|mayo|maggio|maio"
    r"|june?|juni|juin|junio|giugno|junho|july?|juli|juil(?:let)?|julio|luglio|julho|aug(?:ust|ustus)?|août|agosto"
    r"|sept?(?:ember|embre)?|septiembre|settembre|setembro|o[ck]t(?:ober|obre)?|octubre|ottobre|outubro"
    r"|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embre|embro)?|déc(?:embre)?|dic(?:embre|iembre)?)\b\.?"
)
_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur)day|(?:mon|diens|donners|frei|sams)tag|mittwoch|lundi|mardi|mercredi|jeudi"
    r"|vendredi|lunes|martes|miércoles|jueves|viernes|lunedì|martedì|mercoledì|giovedì|venerdì|maandag|dinsdag"
    r"|woensdag"
    r"|donderdag|vrijdag|segunda|terça|quarta|quinta|sexta"
)
_HOUR = r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr|h\b|u\b)|\d{1,2}[:.]\d\d"
DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)? (?:de |di )?{_MONTH}(?:,? 20\d\d\b)?|\b{_MONTH} \d{{1,2}}\b"
    rf"|\b\d{{1,2}}\.\d{{1,2}}\.(?:\d\d)*"
    rf"|\b\d{{1,2}}/\d{{1,2}}\b|\d{{4}}-\d\d-\d\d|(?:{_WEEKDAY}),? (?:at |um |à |a las |alle |om |às )?(?:{_HOUR}))"
)
"""A day that somebody has written down."""
START = r"(?:^|(?<=[,;!(])|(?<=\. )|(?<= [-–—/] )|(?<=: ))\s*"
"""Where a note or a part of it begins."""
END = r"(?=\s*(?:[.,;:!)]|[-–—] |$))"
_OF_OURS = r"(?:e ?-?mails?|mails?|messages?|nachrichten|courriels?|correos|berichten|mensagens)"

TOO_EARLY = re.compile(
    r"too early(?: to (?:say|tell|know))?|zu früh|trop tôt|demasiado pronto|troppo presto|te vroeg|cedo demais", re.I
)
"""The whole of a note that an email is too young."""
NOT_YET = re.compile(
    r"(?:nothing|no (?:reply|answer|response|word)|not)\s*\(?(?:yet|so far)\??\)?"
    r"|noch (?:nichts|keine antwort|keine rückmeldung)|(?:rien|pas de réponse) (?:encore|pour l['’]instant)"
    r"|pas encore(?: de réponse)?|(?:aún|todavía) (?:nada|sin respuesta)|(?:nada|sin respuesta) (?:aún|todavía)"
    r"|ancora (?:niente|nulla|nessuna risposta)|nog (?:niets|niks|geen antwoord|geen reactie)|ainda (?:nada"
    r"|sem resposta)",
    re.I,
)
"""The whole of a note that nothing has come so far; the email's age tells the rest."""
UNSENT = re.compile(
    rf"{START}(?:(?:but |aber |mais )?(?:not|never) (?:actually )?sent|forgot to send|nie (?:abge|ver)schickt"
    rf"|nicht (?:ab|ver)?ge(?:sendet|schickt)|nicht (?:versendet|verschickt)|(?:pas|jamais|non) envoyée?\b"
    r"|(?:no|nunca) (?:se )?(?:enviad[oa]|envi[óo])|(?:non|mai) (?:inviat[oa]|spedit[oa]|mandat[oa])\b"
    rf"|(?:niet|nooit) (?:verstuurd|verzonden)|(?:não|nunca) enviad[oa]){END}",
    re.I,
)
BOUNCED = re.compile(
    rf"{START}(?:(?:mail|email|it) )?(?:bounced\b|undeliver(?:able|ed)\b|(?:his |her |their )?(?:mailbox"
    rf"|inbox) (?:is )?full\b"
    r"|(?:no such|wrong|dead|unknown|invalid) (?:e-?mail )?(?:address|mailbox)\b|address (?:is )?(?:wrong|dead"
    r"|unknown|invalid)\b"
    r"|address (?:does not|doesn['’]t|no longer) exists?\b"
    r"|unzustellbar\b|postfach (?:ist )?voll\b|(?:adresse|e-?mail) (?:ist )?(?:falsch|ungültig|unbekannt"
    r"|existiert nicht)\b"
    r"|boîte (?:mail )?pleine\b|adresse (?:inconnue|fausse|erronée|invalide)\b|buzón lleno\b|reb(?:otó|otado)\b"
    r"|(?:dirección|correo) (?:incorrect[oa]|equivocad[oa]|no existe|inexistente)\b|casella piena\b|rimbalzat[oa]\b"
    r"|indirizzo (?:errato|sbagliato|inesistente)\b|mailbox (?:is )?vol\b|adres (?:onbekend|klopt niet"
    r"|bestaat niet)\b"
    r"|onbestelbaar\b|caixa cheia\b|endereço (?:errado|inexistente|inválido)\b)",
    re.I,
)
_ONLY = r"(?:(?:only|just)(?: an?| the)? )?"
_MACHINE = (
    r"(?:auto(?:matic|mated)?[ -]?(?:repl(?:y|ies)|respon(?:se|der)s?|answer|message|confirmation)\b|auto\s?:|ooo\b"
    r"|out of (?:the )?office\b|automatische (?:antwort|nachricht)\b|auto-?antwort\b|abwesenheits\w+"
    r"|eingangsbestätigung\b|réponse automatique\b|absente? du bureau\b|respuesta automática\b"
    r"|fuera de (?:la )?oficina\b|risposta automatica\b|fuori ufficio\b|automatisch antwoord\b|afwezigheids\w+"
    r"|resposta automática\b|fora do escritório\b)"
)
"""That a machine has answered: the one home of these words."""
_AWAY = (
    r"(?:abwesen\w+|afwezig\w*|(?:met |op )?(?:vakantie|verlof)\b|(?:en )?cong[ée]s?\b|absente?\b|ausente?\b"
    r"|(?:im )?urlaub\b|on (?:holiday|vacation|leave)\b)"
)
"""That somebody is away: beside a column that says that an answer came, it was a machine's; alone it may be a plan."""
AUTOMATIC = re.compile(
    rf"{START}{_ONLY}(?:{_MACHINE}|(?:(?:ist )?im )?urlaub(?=[.!]*$))"
    r"(?:,? (?:only|alone|nur|seulement|solo|alleen|só))?(?:(?<=:)|(?=\s*(?:$|[.,;:!)–—-]|\d"
    r"|(?:till?|until|back|from|since|on|to|bis|am|ab|jusqu|hasta|fino|tot|até)\b)))",
    re.I,
)
AUTOMATIC_BESIDE_A_REPLY = re.compile(rf"\s*{_ONLY}(?:{_MACHINE}|{_AWAY})(?P<rest>.*)", re.I | re.S)
"""The whole of a note beside a column that says that an answer came."""
SOMETHING_LATER = re.compile(
    r"\b(?:then|later|but|after(?:wards)?|dann|später|aber|puis|mais|luego|pero|poi|ma)\b|[?;]|->", re.I
)
"""What tells of another answer after an automatic one."""
NEGATIVE = re.compile(
    rf"{START}(?:says? |said )?(?:(?:he|she|they)(?:['’]s|['’]re| is| are| was| were)? )?"
    r"(?:(?:not|n['’]t) (?:really |at all )?interested\b|no interest\b(?! rate)|not for (?:us|them|him"
    r"|her)\b(?! to\b)"
    rf"|(?:said|says) no{END}"
    rf"|no,? (?:thanks|thank you)\b(?! to\b)|turned (?:me|us|it) down{END}|declined{END}|refused{END}"
    rf"|(?:does not|doesn['’]t|do not|don['’]t) want (?:any )?(?:more |further )?(?:{_OF_OURS}\b|(?:it|this){END})"
    rf"|wants no (?:more )?{_OF_OURS}\b|(?:asked|wants?|told me) (?:me )?(?:to (?:be )?)?(?:stop\b(?! (?:by"
    rf"|over|in|at|for|round)\b)|unsubscribed?\b"
    r"|(?:take|taken|remove|removed|get|come) (?:him |her |them |off )?(?:off|from)? ?(?:the |my "
    r"|our )?(?:mailing )?list\b)"
    rf"|unsubscribed{END}|kein(?:en)? (?:interesse|bedarf)\b|nicht interessiert\b|nein,? danke\b|(?:hat )?(?:abgesagt"
    rf"|abgelehnt){END}"
    rf"|absage{END}|will (?:das |es )?nicht{END}|will keine {_OF_OURS} mehr\b|pas intéressée?s?\b|non,? merci\b"
    rf"|(?:a )?refusé{END}|refuse{END}"
    rf"|refus{END}|ne veut plus (?:de |d['’])?{_OF_OURS}\b|pas pour (?:nous|eux)\b|no (?:le|les) interesa\b"
    rf"|no interesad[oa]s?\b"
    rf"|(?:no está|sin) (?:interesad[oa]|interés)\b|no,? gracias\b|dijo que no{END}|rechaz(?:ó|ado){END}"
    rf"|no quiere más {_OF_OURS}\b"
    rf"|non (?:è )?interessat[oa]\b|non (?:gli|le) interessa\b|no,? grazie\b|ha detto (?:di )?no\b"
    rf"|(?:ha )?rifiutato{END}"
    rf"|non vuole più {_OF_OURS}\b|geen interesse\b|(?:is )?niet geïnteresseerd\b|nee,? (?:bedankt|dank je|dank u)\b"
    rf"|afgewezen{END}"
    rf"|wil geen {_OF_OURS} meer\b|sem interesse\b|não (?:tem interesse|está interessad[oa]|interessad[oa])\b"
    rf"|não,? obrigad[oa]\b"
    rf"|recusou{END}|não quer mais {_OF_OURS}\b)(?: (?:he|she|they|it) (?:says?|said)\b)?",
    re.I,
)
NONE = re.compile(
    rf"{START}(?:nothing(?: (?:at all|came|came back|heard|whatsoever))?|not a (?:word|peep|thing)|(?:heard"
    rf"|got) nothing"
    r"|no (?:reply|answer|response|reaction|word)(?: (?:at all|ever))?|(?:radio )?silence|crickets|ghosted(?: me)?"
    r"|(?:has |have )?never (?:answered|replied|responded|wrote back|reacted)"
    r"|(?:has not|hasn['’]t|did not|didn['’]t) (?:answer|reply|respond|write back|react)(?:ed)?"
    r"|(?:gar )?nichts(?: (?:gehört|gekommen))?|nix|funkstille|schweigen"
    r"|(?:keine|ohne) (?:antwort|reaktion|rückmeldung|rückm\b\.?)"
    r"|(?:hat )?(?:nie|nicht) (?:geantwortet|reagiert|zurückgeschrieben)|rien(?: du tout)?|silence radio"
    r"|(?:aucune|pas de|sans) (?:réponse|nouvelles?)|n['’]a (?:pas|jamais) répondu|nada(?: de nada)?|ni una palabra"
    r"|silencio|no (?:contestó|respondió|ha contestado|ha respondido)|sin (?:noticias|respuesta)|niente|nulla"
    r"|nessuna risposta|silenzio|(?:non|mai) ha(?: mai)? risposto|niets(?: gehoord)?|niks|stilte|geen (?:antwoord"
    r"|reactie|woord|bericht)"
    rf"|(?:heeft )?(?:nooit|niet) (?:geantwoord|gereageerd)|nem uma palavra|silêncio|não respondeu|sem (?:resposta"
    rf"|notícias)){END}",
    re.I,
)
THEN_NOTHING = re.compile(
    r"[,;.]?\s*(?:[-–—] )?(?:(?:and |but |und |aber |et |mais |y |e |maar )?(?:then|since(?: then)?|after(?:wards)?"
    r"|dann|danach"
    r"|seither|seitdem|puis|depuis|luego|después|desde entonces|poi|dopo|daarna|sindsdien|depois),? "
    r"(?:nothing|silence|no (?:reply|answer|response|word)|not a word|nichts|nix|funkstille|keine antwort|rien"
    r"|plus rien|silence radio"
    r"|nada|silencio|niente|nulla|silenzio|niets|niks|stilte|silêncio)(?: more| mehr| since| else| di più| meer"
    r"| mais)?"
    r"|(?:nothing|silence|no (?:reply|answer|word)|nichts|rien) (?:since|after(?:wards)?|seither|seitdem"
    r"|depuis))\s*[.!]*$",
    re.I,
)
"""What stands at the end of a note that tells of something first: it changes nothing of that."""
_MEETING = (
    r"(?:tastings?|meetings?|demos?|appointments?|training(?: day)?|workshops?|site visits?|viewings?|walkthroughs?"
    r"|termin"
    r"|vorführung|verkostung|besichtigung|besprechung|rdv|rendez-?vous|réunion|dégustation|démo|cita|reunión"
    r"|demostración|cata"
    r"|degustación|appuntamento|riunione|degustazione|afspraak|proeverij|reunião|degustação)"
)
_COMING = (
    r"(?:visits?|calls?|trials?|surveys?|lunch|coffee|consultations?|besuch|anruf|gespräch|visite?|visita|appel"
    r"|llamada"
    r"|chiamata|bezoek|gesprek)"
)
"""What may be a plan of the seller's own where nothing says that it was agreed."""
_FIXED = (
    r"(?:booked|fixed|set(?: up)?|agreed|arranged|confirmed|scheduled|in the diary|held|done|went well|took place"
    r"|vereinbart"
    r"|gebucht|ausgemacht|fix(?:iert)?|steht(?! an\b)|bestätigt|prise?|fixée?|confirmée?|calée?|convenue?"
    r"|prévue?|fijad[oa]"
    r"|confirmad[oa]"
    r"|agendad[oa]|acordad[oa]|concertad[oa]|fissat[oa]|confermat[oa]|concordat[oa]|prenotat[oa]|gemaakt|gepland"
    r"|bevestigd"
    r"|vastgelegd|staat|marcad[oa])"
)
_SOLD = (
    r"(?:(?:(?:first|small|big|an?) )?order(?:s|ed)?|won|bought|sold|signed(?: up| the contract)?|purchased|paid"
    r"|new customer"
    r"|became (?:a )?customers?|bestellt|hat bestellt|bestellung|gekauft|verkauft|neuer? kunde|neukunde"
    r"|auftrag(?: erteilt| erhalten| bekommen)?|(?:hat )?beauftragt"
    r"|unterschrieben|(?:a )?commandé"
    r"|commande|(?:a )?acheté|vendu|(?:a )?signé|nouveau client|compró|(?:ha )?comprado|pedido|vendido|firm(?:ó|ado)"
    r"|(?:nuevo cliente|cliente nuevo)|(?:ha )?ordinato|ordine|(?:ha )?comprato|acquistato|venduto|firmato"
    r"|nuovo cliente"
    r"|cliente nuovo|besteld|bestelling|gekocht|verkocht|getekend|nieuwe klant|comprou|encomendou|encomenda|assinou"
    r"|novo cliente"
    r"|cliente novo)"
)
_UNIT = r"(?:kg|kilos?|g|l|t|lbs?|pcs|st(?:ück|k)?|x|k|bags?|boxes|cases|units?|säcke?|sacs?|sacos?)"
_HOW_MUCH = rf"(?!(?:19|20)\d\d\b)[1-9]\d*(?:[.,]\d+)? ?(?:{_UNIT}\b|(?=[!.,;:)]|$))"
"""An amount; a year is none, and "3 samples" may be no order."""
CONVERSION = re.compile(
    rf"{START}(?:a |the |eine? |un[ae]? |een )?(?:{_MEETING}|{_COMING}) (?:is |was |now |ist "
    rf"|est )?{_FIXED}\b(?: (?:for|on|am|für|le|el|il|op|em))?"
    rf"(?: {DAY})?"
    rf"|{START}(?:a |the )?{_MEETING} (?:on |am |le |el |il |op |em )?{DAY}"
    rf"|{START}(?:booked|agreed|fixed|confirmed|arranged) (?:in |for )?(?:an? |the )?(?:{_MEETING}"
    rf"|{_COMING})\b(?: (?:on|for) {DAY})?"
    rf"|{START}(?:[^\W\d_]+ to (?:the )?[^\W\d_]+, )?{_SOLD}(?=\s*(?:[!.,;:)]|[-–—] "
    rf"|{_HOW_MUCH}|$))(?: ?{_HOW_MUCH})?",
    re.I,
)
VISIT_ON = re.compile(
    rf"{START}(?:{_COMING}|i (?:go|am|come|drive)(?: there| over| round)?) (?:on |am |le |el |il |op )?{DAY}", re.I
)
"""A day that was agreed where the note says that they answered or said yes."""
SAID_YES = re.compile(
    rf"{START}(?:(?:he|she|they) )?(?:said|says) yes\b|{START}(?:hat )?(?:ja gesagt|zugesagt)\b|{START}a dit oui\b"
    rf"|{START}dijo que sí\b|{START}ha detto (?:di )?sì\b|{START}zei ja\b|{START}disse que sim\b",
    re.I,
)
ANSWERED = re.compile(
    rf"{START}(?:(?:he|she|they) )?(?:(?:has |have )?(?:answered|replied|responded)|wrote back|rang back|called back"
    rf"|phoned back|got back to me"
    r"|(?:(?:a )?(?:very )?(?:nice|kind|friendly|short|long|polite|warm|quick|good) )?(?:answer|reply"
    r"|response)(?= from|,|$)"
    r"|(?:hat |haben )?(?:geantwortet|zurückgeschrieben|zurückgerufen|sich gemeldet|angerufen)|meldet sich"
    r"(?: wieder| noch)?(?=[.!]*$)|rückfragen?(?=[.!]*$)|(?:nette|freundliche"
    r"|kurze) antwort"
    r"|(?:m['’])?a (?:répondu|rappelé)|(?:belle|bonne|gentille|courte) réponse|(?:contestó|respondió)"
    r"|ha (?:contestado|respondido)"
    r"|(?:mi )?ha (?:risposto|richiamato)|heeft (?:geantwoord|gereageerd|teruggebeld)|respondeu)\b"
    r"(?: (?:after|within|nach|après|después de|dopo|na|depois de) (?:\d+|an?|two|three|eine[rm]?|zwei|drei|une?|deux"
    r"|un[ao]?|dos|due) [^\W\d_]+)?",
    re.I,
)
_TOPIC = (
    r"(?:(?:the |a |our |more |some )?(?:prices?(?: list)?|pricing|info(?:rmation)?|details|quotes?|samples?"
    r"|references|brochure|offer|catalogue"
    r"|catalog|terms)\b|to (?:know|see|hear)\b)"
)
ASKED = re.compile(
    rf"{START}(?:(?:he|she|they) )?(?:asked (?:me )?(?:what|how|when|where|which|whether|about|for {_TOPIC})\b"
    rf"|asks (?:what|how|when|whether|about|for {_TOPIC})"
    rf"|(?:wants?|would like|needs) {_TOPIC}|said thanks\b|(?:has|have|needs?|will|must) (?:to )?(?:ask|check with"
    rf"|talk to|speak to)"
    r" (?:the |his |her |their |my )?(?:owner|boss|wife|husband|partner|manager|board|team|head office|chef|director"
    r"|landlord)\b|will think\b"
    r"|passed (?:it|this|me|the mail) on\b|passed on to\b|(?:not (?:my|his|her|their) (?:job|area|department"
    r"|decision),? )?ask the \w+"
    r"|fragt (?:nach|was|wie|wann|ob)\b|will (?:preise|ein angebot|mehr wissen|infos?|muster)\b|möchte (?:preise"
    r"|ein angebot|infos?|muster)\b"
    r"|hat (?:es )?weitergeleitet\b|überlegt es sich\b|muss (?:den |die |mit dem )?(?:chef|inhaber|inhaberin) \w+"
    r"|(?:demande|a demandé) (?:les |un |le |si |combien|comment|quand)|veut (?:les |un |en )?(?:prix|tarifs|devis"
    r"|savoir)\b"
    r"|va (?:y )?réfléchir\b|(?:pregunta|preguntó) (?:por|si|cuánto|qué|cómo|cuándo)\b|quiere (?:precios|saber"
    r"|presupuesto|información)\b"
    r"|lo (?:va a pensar|pensará)\b|(?:chiede|ha chiesto) (?:i|il|se|quanto|come|quando|un)\b|vuole (?:i |il "
    r"|un )?(?:prezzi|listino|preventivo|sapere)\b"
    r"|ci pensa\b|vraagt (?:naar|of|wat|hoe|wanneer)\b|wil (?:prijzen|weten|meer weten|een offerte)\b|(?:pergunta"
    r"|perguntou) (?:por|se|quanto|como|quando)\b"
    r"|quer (?:preços|saber|orçamento)\b|vai pensar\b)",
    re.I,
)
PLAIN = re.compile(
    rf"{DAY}|(?:{_HOUR})|\b(?:{_WEEKDAY})\b|\b{_MONTH}|(?!(?:19|20)\d\d\b)(?:[£$€] ?)?\d+(?:[.,:]\d+)? ?(?:kg|g"
    rf"|l|t|lbs?|pcs|x|k|%|£|\$"
    rf"|€)?\b"
    r"|\b(?:an?|the|per|each|every|weeks?|months?|years?|days?|daily|weekly|monthly|for|on|in|at|from|starting|with"
    r"|him|her|them|us|me|and"
    r"|new customers?|first|already|now|today|tomorrow|next week|for now|this week|i go there|pro|woche|monat|am|um"
    r"|ab|im|mit|uns|ihm|ihr"
    r"|par|semaine|mois|le|la|à|dès|avec|por|semana|mes|el|de|desde|con|al|il|alle|dal|settimana|mese|op|om|vanaf|met"
    r"|em|às|com)\b",
    re.I,
)
"""What may stand beside a meeting or a sale without a word taken back: when, how much, how often."""
LATER = re.compile(
    rf"\b{_MONTH}|\b20\d\d\b"
    r"|\b(?:is|does|will|would|might)\s*[.!]*$"
    r"|\b(?:wants?|would like|will|möchte|veut|voudrait|quiere|vuole|wil|quer|only|took|calls?|ask|phone|ring"
    r"|retry|before"
    r"|sister|brother|wife|husband|boss|chef|head office|hand(?:ed|s) (?:it )?on|schon|nur|vor|erst|frag\w*"
    r"|anrufen|nochmal"
    r"|seulement|avant|rappeler|relancer|recontacter|transmis|voir avec|siège|solo|antes|hasta|llamar|hablar|jefe)\b"
    r"|\?|\b(?:maybe|perhaps|but|yet|now|later|until|till|for the moment|at the moment|currently|this (?:year|month"
    r"|quarter)|next|again|though|spring|summer|autumn|winter"
    r"|vielleicht|aber|noch|jetzt|später|derzeit|momentan|nächste\w*|wieder|peut-être|mais|maintenant|plus tard"
    r"|l['’]instant|prochaine?"
    r"|quizás?|pero|ahora|más tarde|próxim[oa]|forse|ma|adesso|ora|più tardi|prossim[oa]|misschien|maar|nu|later"
    r"|volgend\w*|talvez|mas|agora|depois|then|after\w*|yes|zur ?zeit|bis|aktuell|im moment|herbst|frühjahr|sommer|ja"
    r"|oui|sí|sì|dann|puis|luego|poi|daarna)\b",
    re.I,
)
"""What makes a refusal less than one, beside what :func:`~outcome_rl.text.refusals.says_more` knows."""
DENIED = re.compile(
    r"\?|\b(?:not|no|never|nobody|nothing|without|auto\w*|out of office|nicht|kein\w*|nie|nichts|niemand|pas|jamais"
    r"|rien|personne|nunca|nada|nadie|non|mai|niente"
    r"|nessuno|niet|geen|nooit|niets|não|ninguém|nein|nee|nej|stop\w*|remov\w*|delet\w*|unsubscri\w*|opt(?:ed)? out"
    r"|spam|privacy|gdpr|dsgvo|rgpd|complain\w*|lawyer|police|angry|rude|mistake|accident|wrong|left alone"
    r"|address|machine|filter|goodbye|already|absente?|ausente|abwesen\w*|urlaub|congés?|vacation|holiday"
    r"|voice ?mail|myself|another"
    r"|anders|anrufbeantworter|selbst|verärgert|wütend|böse|beschwer\w*|versehen|irrtum|abmeld\w*|lösch\w*"
    r"|anwalt|adresse"
    r"|répondeur|messagerie|fâchée?|colère|arrêt\w*|retir\w*|retrait|désinscri\w*|erreur|avocat|autre"
    r"|contestador|enfadad[oa]"
    r"|enojad[oa]|mal|baja|borr\w*|abogado|dirección|otr[oa])\b|n['’]t\b",
    re.I,
)
"""What makes it doubtful that a person answered."""
A_MEETING = re.compile(
    rf"\b(?:{_MEETING}|{_COMING}|order\w*|trial\w*|deal|contract|contrat\w*|bestell\w*|auftrag|vertrag)\b", re.I
)
"""What an answer speaks of that may be more than an answer, so that only who wrote the note knows."""
