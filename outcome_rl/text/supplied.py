"""Answers that turn the writer down as somebody else serves them: "we already have a provider", "all set, thanks".

Wary: what asks, doubts its provider, speaks of prices, of other offers or of the end of a contract, or works with the
writer already, is a talk. English, German, French, Spanish, Italian, Dutch and Portuguese forms.
"""

from __future__ import annotations

import re

LONGEST = 45
"""Words of an answer that may say so; a longer one tells more."""
_YOURS = (
    r"(?:you|your|ihnen|euch|dir|dich|ihre?[mnrs]?|eure?[mnr]?|vous|toi|votre|vos|ustedes|usted|vosotros"
    r"|vuestr\w+|sus?|voi"
    r"|lei|vostr\w+|suo[ij]?|u|uw|jullie|jou|jouw|vocês?|vós|seus?|suas?|the same|hochdruck|vollgas|limited)"
)
_OF = r"(?:\w+ (?:\w+ )?(?:of|von|de) |eine[mr] )?"
_WITH = rf"(?!{_OF}(?:the |il |la |i |le |os? |as? |el |los |las |den |der |die )?{_YOURS}\b)\w"
"""Whom somebody works with, other than the writer."""
_ADJECTIVES = rf"(?:(?!{_YOURS}\b)[\w'’-]+ ){{0,2}}?"


def _served(determiners: str, nouns: str) -> str:
    """A provider or the like, with or without an article and adjectives; no participle between."""
    return rf"(?:(?:{determiners}) {_ADJECTIVES})?(?:un['’]|l['’])?(?:{nouns})\b"


_EN = _served(
    r"an?|another|our(?: own)?|one|two|the|some|several",
    r"(?:supplier|provider|vendor|partner|agency|contractor|solution|tool|system|platform|set[- ]?up)s?|agencies"
    r"|some(?:one|body)",
)
_DE = _served(
    r"ein(?:e[nrms]?)?|unser(?:e[nrms]?)?|zwei|de[nr]|d(?:ie|as)",
    r"\w*anbieter(?:in|s|n)?|\w*dienstleister(?:n|s|in)?|\w*lieferant(?:en|in)?|(?!ansprech)\w*partner(?:n|s|in)?"
    r"|\w*agentur|\w*lösung|\w*system|\w*tool|\w*software|jemanden",
)
_FR = _served(
    r"une?|des|notre|nos|deux|le|la",
    r"prestataires?|fournisseurs?|partenaires?|solutions?|outils?|logiciels?|agences?|systèmes?|quelqu['’]un",
)
_ES = _served(
    r"un[ao]?s?|nuestr[oa]s?|varios|dos|el|la|otr[oa]s?",
    r"proveedor(?:es|a)?|socios?|soluci(?:ón|ones)|herramientas?|agencias?|sistemas?|colaborador(?:es)?|a alguien",
)
_IT = _served(
    r"un[oa]?|dei|degli|delle|il|la|due|(?:il |la |i |le )?nostr[oaie]|altr[oie]",
    r"fornitor[ei]|partner|soluzion[ei]|strument[oi]|agenzi[ae]|sistem[ai]|collaborator[ei]|consulent[ei]|qualcuno",
)
_NL = _served(
    r"een|onze?|ons|de|het|twee",
    r"\w*leveranciers?|\w*aanbieders?|(?!gespreks)\w*partners?|\w*oplossing(?:en)?|\w*bureau|\w*systeem|\w*tool"
    r"|\w*dienstverleners?|iemand",
)
_PT = _served(
    r"uma?s?|uns|dois|duas|(?:[oa]s? )?noss[oa]s?|outr[oa]s?|[oa]",
    r"fornecedor(?:es|a)?|parceir[oa]s?|prestador(?:es|a)?|soluç(?:ão|ões)|ferramentas?|agências?|sistemas?|alguém",
)
_DELIVERED = (
    r"(?:the|de[mr]|l['’]|l[ae]) ?(?!(?:current|existing|present|bisherig|jetzig|aktuell|derzeitig)\w*\b)"
    r"(?:tools?|solutions?|systems?|platform|setup|\w*lösung|\w*system|\w*tool|\w*software|outils?|logiciels?|systèmes?)\b"
)
"""What a customer of the writer is content with: "the tool", where another one's is "our tool"."""
_SUPPLIED = re.compile(
    "|".join(
        (
            rf"\b(?:we|i)(?:['’]ve| have)? (?:already|currently) (?:have|got|use) {_EN}",
            rf"\b(?:we|i)(?:['’]ve got| have(?: got)?) {_EN} (?:already|in place)\b",
            rf"\b(?:we['’]re|we are) already (?:working|partnered|contracted) with {_WITH}",
            rf"\bwe already work with {_WITH}",
            rf"\b(?:happy|satisfied|content|pleased) with (?!{_DELIVERED})(?:current|existing|present|{_EN})",
            r"\bwe(?:['’]re| are) (?:all (?:set|sorted)|(?:already )?(?:well )?covered|good),?"
            r" (?:thanks|thank you|for now|here)\b",
            r"\bwe(?:['’]re| are) (?:all (?:set|sorted)|(?:already |well )covered)(?=\s*(?:[.!\n]|$))",
            r"\bwe (?:do|handle|manage|run|keep) (?:all |most )?(?:of )?(?:this|that|it|these)(?: \w+)?"
            r" (?:in[- ]house|internally|ourselves)\b|\bwe(?:['’]ve| have) (?:already )?got (?:this|that"
            r"|it) covered\b",
            r"\bwe(?:['’]ve| have)? (?:(?:only|just|recently|already) ){1,2}(?:signed|gone|went) with"
            r" (?:an?|another|some(?:one|body)|one of)\b",
            rf"\bsind (?:bereits|schon) kund\w+ (?:bei|von) {_WITH}",
            r"\b(?:machen|erledigen|lösen|betreuen) (?:wir )?(?:das |dies |es |alles )?(?:bereits |schon |komplett )?"
            r"(?:intern|selbst|inhouse|in eigenregie)\b",
            rf"\b(?:haben|habe|nutzen|nutze|verwenden)(?: wir| ich)?(?: dafür| hierfür| da| hier| leider| derzeit"
            rf"| aktuell)?"
            rf" (?:bereits|schon) {_DE}",
            rf"\barbeiten?(?: wir| ich)?(?: hier| dafür| da)? (?:bereits|schon)(?: seit \w+ \w+| lange)? mit {_WITH}",
            rf"\bmit (?!{_DELIVERED}){_DE} (?:sehr |recht |rundum |voll |bestens )?zufrieden\b"
            rf"|\bzufrieden mit (?!{_DELIVERED}){_DE}",
            r"\bsind (?:wir )?(?:hier |da |dafür |diesbezüglich |in diesem bereich )?(?:bereits |schon )?"
            r"(?:bereits|schon|gut|bestens|ausreichend) (?:versorgt|aufgestellt|ausgestattet|bedient)\b"
            r"(?! (?:mit ihr|für de[nr] ))",
            rf"\b(?:avons|on a|j['’]ai|disposons|utilisons) déjà (?:d['’]|de )?{_FR}",
            rf"\b(?:travaillons|travaille|collaborons) déjà avec {_WITH}",
            r"\b(?:sommes|on est) déjà (?:bien )?(?:équip|accompagn|fourni|pourvu|servi)(?:é?e?s?)\b",
            rf"\b(?:satisfait|content)e?s? de (?!{_DELIVERED}){_FR}",
            r"\b(?:gérons|faisons|traitons|réalisons) (?:cela|ça|tout|ce sujet|ces sujets)(?: déjà)? en interne\b",
            rf"\bvenons de signer (?:avec|chez) {_WITH}",
            r"\blo (?:hacemos|gestionamos|llevamos)(?: todo)? (?:internamente|nosotros mismos)\b",
            r"\bya (?:lo )?tenemos (?:(?:eso|esto|ese tema|el tema) )?cubierto\b",
            rf"\bya (?:tenemos|tengo|contamos con|cuento con|disponemos de|usamos|utilizamos) {_ES}",
            rf"\bya (?:trabajamos|trabajo|colaboramos) con {_WITH}",
            rf"\b(?:content|satisfech)[oa]s? con {_ES}",
            r"\bestamos (?:ya )?(?:bien )?cubiertos\b",
            rf"\b(?:abbiamo|ho|utilizziamo|usiamo) già {_IT}|\bdisponiamo già di {_IT}",
            rf"\b(?:lavoriamo|lavoro|collaboriamo) già con {_WITH}",
            rf"\b(?:soddisfatt|content)[ioae] (?:del(?:la)? |dei |delle |di |con )(?:nostr[oaie] )?{_IT}",
            rf"\b(?:soddisfatt|content)[ioae] (?:del(?:la)? |dei |delle )nostr[oaie] (?:attual[ei] )?{_IT}",
            r"\bsiamo (?:già )?(?:coperti|ben serviti|a posto così)\b",
            r"\b(?:gestiamo|facciamo) (?:tutto |già |questo )?internamente\b",
            r"\b(?:dat|dit|het) doen (?:wij|we) (?:zelf|intern)\b|\b(?:wij|we) doen (?:dat|dit|het) (?:zelf"
            r"|intern)\b",
            r"\b(?:fazemos|gerimos|tratamos) (?:isso|disso|tudo) internamente\b",
            rf"\b(?:hebben|heb|gebruiken)(?: wij| we| ik)?(?: hier(?:voor)?| daar(?:voor)?| momenteel)? (?:al"
            rf"|reeds) {_NL}",
            rf"\bwerken?(?: wij| we| ik)? (?:al|reeds) (?:jaren )?(?:samen )?met {_WITH}",
            r"\bzijn (?:wij |we )?(?:hier(?:in|van)? |daarin )?(?:al|reeds|goed) (?:goed )?voorzien\b",
            rf"\btevreden (?:met|over) {_NL}",
            rf"\bjá (?:temos|tenho|contamos com|dispomos de|usamos|utilizamos) {_PT}",
            rf"\bjá (?:trabalhamos|trabalho) com {_WITH}",
            rf"\b(?:satisfeit[oa]s?|contentes?|felizes) com {_PT}",
            r"\bjá (?:somos|estamos) (?:bem )?(?:atendidos|servidos|cobertos)\b",
        )
    ),
    re.I,
)
_OPEN = re.compile(
    "|".join(
        (
            r"\?",
            # complaints, what is lacking, what the writer delivered, what is agreed
            r"\b(?:awful|terrible|hate|costs? us|a fortune|mess|crash\w*|nobody|drown\w*|regret\w*|missing|finish\w*"
            r"|ends|in mind|would love|by you|yours|per week|all week|except|only (?:for|covers))\b",
            r"\byou (?:sold|delivered|built|recommended|installed|set up)\b",
            r"\b(?:schlecht\w*|ärger\w*|furchtbar|fehl(?:t|en)|hinterher|aufhört|endet|(?<!mehr )von ihnen|freigegeben"
            r"|(?:den|die|das) sie (?:uns )?\w+ (?:haben|hatten)|angepasst|gebeten|daran|begeistert|war nichts)\b",
            r"\b(?:déçoi\w+|plant(?:e|ent)|manque\w*|coût\w*|livrée?s?|recommandée?s?|(?:que|par) vous|vos équipes"
            r"|en vue|pas de celui|seulement|sauf)\b",
            # English
            r"\b(?:if|whether|although|though|not sure|unhappy|disappointed|dissatisfied|expensive|cheaper"
            r"|contract|expir\w*"
            r"|renew\w*|compar\w*|quotes?|pric(?:e|es|ing)|offers?|proposals?|alternativ\w*|open to|switch\w*"
            r"|replac\w*"
            r"|look(?:ing)? (?:for|at|into)|curious|send|call|show|meet(?:ing)?|copied|chang(?:e|ing)"
            r"|shortlist\w*|pitch\w*"
            r"|evaluat\w*|test(?:ed|ing|s)?|trials?|cancel\w*|see you|invite|booked|(?:mon|tues|wednes|thurs|fri)day"
            r"|january|february|april|june|july|august|september|october|november|december)\b",
            r"(?:\b(?:not|no longer)|n['’]t)(?: \w+)? (?:happy|satisfied|content|pleased|covered|set)\b",
            # German
            r"\b(?:falls|wenn|ob|obwohl|unzufrieden\w*|teuer|günstiger|\w*vertr[aä]g\w*|läuft|wechsel\w*|vergl\w+"
            r"|\w*angebote?|preis\w*|offen|ersetz\w*|suchen|neugierig|schicken|senden|zeigen|in kopie|anrufen"
            r"|termin\w*"
            r"|angefragt|gesucht|eingeladen|kontaktiert|getestet|ausprobiert|gekündigt|bestellt|gekauft|januar"
            r"|februar"
            r"|märz|mai|juni"
            r"|juli|oktober|dezember)\b",
            r"\b(?:nicht|kaum|wenig|nie)(?: \w+){0,2} (?:zufrieden|glücklich|versorgt|aufgestellt)\b",
            # French
            r"\b(?:s['’]il|si|bien que|insatisf\w+|mécontent\w*|(?:trop|plus|très|assez) ch(?:er|ère)s?|contrats?"
            r"|échéance"
            r"|renouvel\w*|devis|tarifs?|prix|offres?|propositions?|ouverte?s? à|remplac\w*|cherch\w*|curieu\w+"
            r"|envoy\w*"
            r"|montr\w+|en copie|appel\w*|rendez-vous|janvier|février|mars|avril|juin|juillet|août|septembre"
            r"|octobre|novembre"
            r"|décembre)\b",
            r"\b(?:pas|plus|peu)(?: \w+){0,2} (?:satisfait|content|équipé)\w*",
            # Spanish
            r"\b(?:aunque|descontent\w+|(?:muy|más|demasiado) car[oa]s?|contratos?|vence|renov\w+|compara\w*"
            r"|presupuestos?"
            r"|precios?|ofertas?|propuestas?|abiert[oa]s? a|cambi\w+|buscamos|buscando|curios\w+|env[ií]\w+"
            r"|mánde\w*|llám\w+"
            r"|en copia|reunión|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
            r"|diciembre)\b",
            r"\bno(?: \w+){0,2} (?:content|satisfech|cubiert)\w+",
            # Italian
            r"\b(?:anche se|sebbene|insoddisfatt\w+|troppo car[oi]|contratt[oi]|scad\w+|rinnov\w+|confront\w+"
            r"|preventiv\w+"
            r"|prezz\w+|offert[ae]|propost[ae]|apert[ie] a|cerchiamo|cercando|mandi\w*|invii?\w*|chiam\w+"
            r"|riunione|gennaio"
            r"|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre)\b",
            r"\bnon(?: \w+){0,2} (?:content|soddisfatt|copert)\w+",
            # Dutch
            r"\b(?:als|indien|hoewel|ontevreden|te duur|goedkoper|contract\w*|loopt|verleng\w*|vergel[ei]+j?k\w*"
            r"|offertes?"
            r"|prijs\w*|prijzen|aanbod|voorstel|openstaan|overstap\w*|vervang\w*|zoeken|nieuwsgierig|stuur\w*"
            r"|bellen|afspraak"
            r"|uitgenodigd|getest|januari|februari|maart|mei|juli|augustus)\b",
            r"\bniet(?: \w+){0,2} (?:tevreden|blij|voorzien)\b",
            # Portuguese
            r"\b(?:embora|insatisfeit\w+|muito car[oa]s?|orçamentos?|preços?|propostas?|abert[oa]s? a|troca\w*"
            r"|mudar|procuramos"
            r"|envie\w*|mande\w*|lig(?:ue|ar)\w*|reunião|janeiro|fevereiro|março|maio|junho|julho|setembro"
            r"|outubro|novembro"
            r"|dezembro)\b",
            r"\bnão(?: \w+){0,2} (?:content|satisfeit|felizes|atendid)\w*",
        )
    ),
    re.I,
)
"""What leaves a door open: a question, a doubt of who serves them, prices and contracts, what to do next."""
_THANKED_FOR = re.compile(
    r"\b(?:for|für|pour|de|por|per|voor|pel[oa]s?|of) ?(?:(?:your|the|ihr(?:e|en)?|das|den|votre|cette|su|tu|la"
    r"|vostra|l['’]"
    r"|uw|het|je|sua|o|a) ?)?(?:[\w-]+ )?(?:offers?|proposals?|angebot|vorschlag|offre|proposition|oferta"
    r"|propuesta|offerta"
    r"|proposta|aanbod|voorstel|aanbieding|call|message)\b",
    re.I,
)
BUT = (
    r"but|however|aber|jedoch|allerdings|sondern|mais|cependant|toutefois|pourtant|pero|sino|sin embargo|però|ma"
    r"|tuttavia|maar|echter|mas|porém|contudo"
)
"""What turns an answer that has declined so far."""
_BUT = re.compile(rf"\b(?:{BUT}|yet)\b", re.I)


def is_supplied(text: str) -> bool:
    """Whether an answer says that somebody else serves its writer, and nothing that leaves a door open."""
    if len(text.split()) > LONGEST:
        return False
    found = _SUPPLIED.search(text)
    return found is not None and not _OPEN.search(_THANKED_FOR.sub(" ", text)) and not _BUT.search(text, found.end())
