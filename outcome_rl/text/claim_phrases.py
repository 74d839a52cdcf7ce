r"""Phrases by which a sales email claims something: patterns of one sentence (``re.VERBOSE``: a space is ``\s``).

Each kind has English and German patterns. Sentences are at most 500 characters long, so ``.*`` is safe.
"""

from __future__ import annotations

REPUTATION, RESULT, EARLIER_TALK, RELATION, PRESENCE, OFFER = (
    "reputation",
    "result",
    "earlier_talk",
    "relation",
    "presence",
    "offer",
)

_AMOUNT = r"(?:an?\s|one\s|two\s|three\s|about\s|around\s|over\s|up\sto\s|nearly\s|more\sthan\s|almost\s|another\s|some\s)*(?:half|thirds?|quarters?|fifth|tenth|\d[\d.,]*\s?(?:%|percent|per\scent|x|times)?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|ten)\s(?:percent|per\scent)|[\d.,]+|hours?|days?|weeks?|minutes?)"
_MANY = r"(?:\d[\d.,]*\s?(?:k|million|thousand)?\+?|many|most|numerous|several|leading|top|thousands|hundreds|millions|dozens|over|more\sthan|the|some|countless|all)"
_YOUR = r"(?:your|one\sof\syour|a|an|our)\s(?:\w+\s)?"

ENGLISH: tuple[tuple[str, str], ...] = (
    (REPUTATION, rf"""\b(?:is|are|been|being|and|,)?\s?(?:used|trusted|loved|chosen|recommended|praised|relied\son|recogni[sz]ed|endorsed|valued)\s(?:and\s\w+\s)?
        (?:by\s{_MANY}\b(?:\s(?:of|than|the|top|leading))*(?:\s[\w.,-]+){{0,4}}|by\b|across\b|world\s?wide\b)"""),
    (REPUTATION, r"\b(?:the\s)?(?:undisputed\s)?(?:number\s(?:one|1)\b|no\.\s?1\b|\#\s?1\b)(?:\s(?:supplier|provider|vendor|choice|tool|platform|app|company)\w*)?"),
    (REPUTATION, r"\b(?:multi-?\s?)?award[\s-]winning\b|\bwon\s(?:\w+\s){0,3}awards?\b|\bawards?\sfor\b|\bprize-winning\b"),
    (REPUTATION, r"""\b(?:an?|the|our|are|as|is|your|one\sof\s(?:the|our))\s(?:\w+[’'\w]*\s)?(?:leading|market[\s-]lead\w+|top-?rated|foremost|premier|renowned|reputable|well-known|trusted|world-class
        |best-in-class|industry-leading|world-leading|best-selling|highly\srated|highly\srecommended)\b(?!\s(?:cause|reason|indicator))(?:\s[a-z][\w-]*){0,2}"""),
    (REPUTATION, r"\b(?:market|industry|world)\sleaders?\b|\bthe\s(?:always\s)?leader\b|\bworld-class\b|\bbest-in-class\b|\bindustry-leading\b|\bworld[’']s\s\w+"),
    (REPUTATION, r"\bthe\s(?:most\s(?:popular|trusted|advanced|loved|used|powerful|complete|reliable|innovative|recommended|successful)|biggest|largest|(?<!all\sthe\s)best|finest|fastest|cheapest|only)\b"
        r"(?:\s\w+)?(?=\s(?:one|on|in|of|for|team|tool|platform|provider|supplier|price|software|solution|app|company|choice|service)\b|[.!,]|$)"),
    (REPUTATION, r"\b(?:best|first|leader)\s(?:in|on)\s(?:the\s)?(?:market|class|world|industry|field)\b|\bbest[\s-]of[\s-]breed\b|\bbest\sin\sclass\b|\bunrivall?ed\b|\bunmatched\b|\bworld\sfamous\b"
        r"|\b(?:we|we're|it's|ours|it|our\s\w+)\s?(?:are|is|were|was|have|has)?\s(?:always\s(?:been\s)?)?the\s(?:first|only|leaders?|best|biggest|largest|fastest|most\s\w+)\b(?!\s(?:to\ssay|one\syou))"),
    (REPUTATION, r"\b(?:thousands|hundreds|millions|dozens|tens\sof\sthousands)\sof\s(?:\w+\s){0,2}(?:customers?|clients?|companies|firms|users|people|businesses|teams|professionals|patients|merchants|hospitals|schools)\b"),
    (REPUTATION, r"\bproven\s(?:track\srecord|itself|results?|success|to\s\w+)\b|\btrack\srecord\b|\btested\sand\sproven\b|\bfortune\s\d+\b|\btime\sand\sagain\b"),
    (REPUTATION, r"(?<!without\s)(?<!need\s)\b(?:ISO|SOC)\s?[\d-]+(?:\scertified)?\b|\bcertified\b|\baccredited\b|\b(?:FDA|CE|TÜV|HIPAA|GDPR)[\s-](?:approved|certified|compliant|tested)\b|\bendorsed\sby\b"),
    (REPUTATION, r"\b(?:numerous|many|excellent|great|rave|positive|glowing|five-star)\s(?:positive\s)?(?:reviews?|feedback|testimonials?|references|ratings?)\b(?:\sfrom\s\w+)?|\brat(?:ed|ing)\s(?:of\s)?\d"
        r"|\b(?:our|happy|satisfied|delighted)\s(?:customers|clients|users)\s(?:love|praise|say|rave|are\s(?:happy|delighted))\b"),
    (RESULT, rf"""\b(?:cut|cuts|cutting|reduc\w+|increas\w+|sav(?:e[sd]?|ing)|boost\w*|rais\w+|rose|f[ae]ll|falls|grew|grown|grow|improv\w+|lower\w*|dropp?\w*|shrink|shrank|slash\w*
        |gain\w*|speeds?\sup|sped\sup|lift\w*|earn\w*|shorten\w*|halv\w+)\b[^.,;!?]{{0,60}}?\b(?:by|to|from|of|up\sto)?\s?{_AMOUNT}\b(?:\s(?:to|a|per|an)\s\w+(?:\s(?:minutes|hours|days|percent|week|month|year))?)?%?"""),
    (RESULT, r"\b(?:doubl|tripl|quadrupl|halv)(?:ed|es|ing|e)\b(?:\s[\w’']+){0,3}"),
    (RESULT, r"\bbrought\b[^.,;!?]{0,60}\b(?:down\s)?from\s\w+\sto\s\w+(?:\s\w+)?|\bwent\s(?:up|down)\s(?:by|from)\b.*\b\d\w*"),
    (RESULT, rf"\b(?:return\son\sinvestment|ROI)\s(?:of|within|in)\s{_AMOUNT}\b|\b{_AMOUNT}\s(?:faster|cheaper|fewer|more|less|higher|lower|quicker|better)\b|\b\d+\s?(?:x|times)\b"),
    (EARLIER_TALK, r"\bas\s(?:we\s|i\s|you\s)?(?:discussed|promised|agreed|mentioned|requested|announced|arranged|spoke)\b(?:\s(?:in|on|at|by|during)\s(?:the|our|your)\s(?:\w+\s){0,2}\w+)?"),
    (EARLIER_TALK, r"\b(?:when|since|after|where|as)\s(?:we|i|you\sand\si)\s(?:last\s)?(?:spoke|talked|met|chatted|discussed)\b|\bwe\s(?:recently\s|just\s|already\s)?(?:spoke|talked|met\b|chatted|have\smet|agreed|discussed)(?!\sstill)"),
    (EARLIER_TALK, r"\b(?:i|we)\s(?:just\s|recently\s|had\sthe\s\w+\sof\s)?(?:met|meeting|spoke\swith|speaking\swith|talked\sto|talking\sto)\s(?:with\s)?you\b"),
    (EARLIER_TALK, r"\b(?:our|your)\s(?:last|recent|previous|earlier|latest)\s(?:call|conversation|meeting|e-?mails?|chat|discussion|message|talk|exchange|correspondence|visit|request|enquiry|inquiry)\b"),
    (EARLIER_TALK, r"\b(?:it\swas|was)\s(?:so\s|really\s|very\s)?(?:great|good|nice|lovely|a\s(?:real\s|great\s)?pleasure|wonderful|fantastic|fun)\s(?:to\s(?:meet|talk|speak|chat|see|have|hear|connect)|meeting|talking|speaking|chatting|seeing|connecting)\b(?:\s(?:to|with))?(?:\syou)?"),
    (EARLIER_TALK, r"^(?:\W*(?:hi|hello|dear)[^,]{0,40},\s*)?(?:great|good|nice|lovely)\s(?:meeting|talking|speaking|chatting|seeing|to\s(?:meet|see|talk))\b(?:\s(?:to|with))?\s?(?:you)?"),
    (EARLIER_TALK, r"""\b(?:thanks?|thanks\sagain|thank\syou)(?:\s(?:so|very)\s(?:much))?\s(?:again\s)?for\s(?:the\s|your\s|our\s)(?:\w+\s){0,2}?(?:call|interest|time|questions?|enquiry|inquiry|request|reply|replies|message|visit|e-?mail
        |order|feedback|conversation|chat|meeting|answer|response|trust|patience|registration|purchase|referral|introduction|note|loyalty|help)\b"""),
    (EARLIER_TALK, r"""\b(?:thanks?|thank\syou)(?:\s(?:so|very)\s(?:much))?\s(?:again\s)?for\s(?:\w+ly\s)?(?:attending|joining|requesting|asking|downloading|stopping|trying|signing|coming|meeting|talking|speaking|calling|contacting|reaching|getting
        |writing|visiting|registering|testing|using|sending|sharing|taking\sthe\stime|taking\spart|participating|showing\sinterest|being|expressing|inviting|agreeing|choosing|having|rescuing|considering)\b(?:\s\w+){0,3}"""),
    (EARLIER_TALK, r"\byou\s(?:recently\s|kindly\s|also\s|once\s|just\s|have\s|had\s|'ve\s)*(?:asked|wrote|told|mentioned|requested|downloaded|attended|signed\sup|said|explained|described|joined|registered|visited\sour|inquired|enquired|contacted"
        r"|called\s(?:us|me)|e-?mailed|expressed|filled\s(?:in|out)|wanted\s(?:proof|to\sknow)|promised|shared|left\s(?:us|a)|reached\sout|tested|tried|added|sent\s(?:us|me))\b(?:\s(?:me|us|that|whether|how|about|to))*(?:\syour\s\w+)?"),
    (EARLIER_TALK, r"\b(?:following|follow(?:ing)?)[\s-]up\s(?:on|to|from)\s(?:our|your|my|the)\s\w+|\bmy\s(?:last|previous|earlier|first)\s(?:note|e-?mail|message|letter|call|voicemail)\b|\b(?:i|we)\s(?:already\s|have\s|had\s)?(?:wrote|written|e-?mailed|sent|called)\s(?:to\s)?you\b(?!\sto)"),
    (EARLIER_TALK, r"\byour\s(?:request|enquiry|inquiry|question|reply|order|registration|interest|message|call|e-?mail)\s(?:for|about|of|in|has|reached|was|regarding|on|to)\b|\bregarding\syour\s(?:request|enquiry|inquiry|question|order|message|call|e-?mail|interest|demo|visit)\b|\b(?:still|been)\swaiting\sfor\syour\b|\bwith\sreference\sto\syour\b"
        r"|\bin\s(?:reply|response|answer)\sto\syour\b"),
    (EARLIER_TALK, r"\bi\spromised\b(?:\s(?:to|you)\s\w+)?|\bmy\s(?:voicemails?|calls|e-?mails|messages|reminders?)\b|\b(?:second|third|fourth|fifth|final|last)\s(?:attempt|reminder|follow-?up|try|time\s(?:i|writing))\b|\byou\s(?:never|still\shave\snot|haven't|did\snot|didn't)\s(?:even\s)?(?:answer|repl|respond|react|call)\w*"),
    (RELATION, rf"\b{_YOUR}(?:colleague|boss|friend|partner|neighbou?r|director|manager|CEO|CFO|CTO|team|assistant|supplier|customer|client|contact)s?(?:\s(?:of\syours|of\smine))?,?\s(?:[A-Z]\S+\s){{0,3}}(?:\w+\s)?(?:recommended|suggested|told|gave|mentioned|said|referred|pointed|introduced|asked|spoke|thought)\b"),
    (RELATION, r"\b(?:a|our|one\sof\sour)\s(?:mutual|common|shared)\s(?:\w+\s)?(?:contact|friend|acquaintance|connection|partner|client|customer)s?\b|\bon\s(?:the\s)?recommendation\sof\b|\bbecause\sof\sthe\srecommendation\b"),
    (RELATION, r"\b(?:was|were|been|am|are|got|you)\s(?:kindly\s)?(?:recommended|referred|introduced)\s(?:to\s(?:me|us|you)\s)?by\b|\b(?:recommended|referred)\s(?:you|me|us)\b"),
    (RELATION, r"\b(?:i|we)(?:'ve|\shave|\shad|\srecently|\salso)*\s(?:had\s)?(?:the\s(?:pleasure|opportunity|privilege|honou?r)\sof\s)?(?:been\s)?(?:worked|working|partnered|partnering|collaborated|collaborating)\s(?:closely\s|alongside\s|together\s)*(?:with|alongside)(?:\s(?:your|a|the|many)\s\w+|\syou)?(?!\stogether)"),
    (RELATION, r"\bin\spartnership\swith\b|\bhas\sput\shis\sgood\sname\b"),
    (PRESENCE, r"\b(?:i|we)(?:'ve|\shave|'d)?\s(?:recently\s|just\s|also\s|even\s|personally\s)?(?:been|was|were)\s(?:in|at|to|near|inside)\s(?:your|the)\s(?:\w+\s)?\w+"),
    (PRESENCE, r"\b(?:i|we)(?:'ve|\shave)?\s(?:recently\s|just\s|also\s|even\s)?(?:visited|walked\s(?:past|by|through)|stopped\s(?:at|by)|drove\s(?:past|by)|passed|toured)\s(?:\w+\s)?your\s\w+"),
    (PRESENCE, r"\b(?:i|we)(?:'ve|\shave)?\s(?:recently\s|just\s|also\s|happened\sto\s)?(?:noticed?|saw|seen|read|watched|came\sacross|found|looked\sat|had\sa\slook\sat|checked|studied|reviewed|heard|followed|stumbled\s(?:on|across|upon)|have\sbeen\sfollowing|analy[sz]ed|tried\s(?:to|your))\s"
        r"(?:that\s|about\s|on\s|in\s)?(?:your|you)\b(?!\s(?:are\s(?:looking|interested)|might|may|need))(?:\s\w+)?"),
    (PRESENCE, r"\bi\s(?:read|saw|noticed|heard)\sthat\s(?:the\s\w+|you\s(?!are\s(?:looking|interested)|might|may|need)\w+)"),
    (OFFER, r"\b(?:this\s|the\s|our\s)?(?:\w+\s)?(?:offer|deal|discount|price|promotion|sale)s?\s(?:\w+\s)?(?:ends?|expires?|is\sonly|are\sonly|is\svalid|is\srunning|runs|go\sup|goes\sup|rises?|until|for\sattendees)\b(?:\s(?:on|at|in|this|until|by))?(?:\s\w+)?|\bexpires\s(?:tonight|today|tomorrow|soon|on|in|at)\b"),
    (OFFER, r"\b(?:only|just)\s(?:\w+\s)?(?:\w+)\s(?:\w+\s)?(?:seats?|licen[cs]es?|spots?|places?|slots?|units?|days?|hours?)\s(?:are\s)?(?:left|remain\w*|available)\b|\bwhile\s(?:stocks?|supplies)\slasts?\b"),
    (OFFER, r"\b(?:last|final)\s(?:chance|call|reminder|opportunity)\b|\blimited[\s-](?:time|offer|seats|period)\b|\bfor\sa\slimited\s(?:time|period)\b|\btoday\sonly\b|\bonly\stoday\b|\bthis\sweek\sonly\b|\bwithin\sthe\snext\s\d+\s\w+|\bbefore\s(?:it\sis|it's)\stoo\slate\b"),
    (OFFER, r"\b(?:\d+|\w+)\s?(?:%|percent|per\scent)\s(?:off|discount|cheaper|reduction)|\b(?:save|get|enjoy)\s(?:up\sto\s)?(?:\d+|\w+)\s?(?:%|percent|per\scent)|\b(?:an?|the|our|founder|special|exclusive|early[\s-]bird|discounted|charity)\s(?:\w+\s)?(?:discount|rebate|price\sreduction|deals?|rate)\b|\bdiscounts?\b|\bexclusive\s(?:offer|deal|price|rate)s?\b|\bspecial\s(?:offer|price)\b"),
    (OFFER, r"\b(?:free\sof\scharge|at\sno\s(?:extra\s)?(?:cost|charge)|for\sfree|free\s(?:trial|month|week|pilot|account|setup|set-up|licen[cs]e|consultation|version|gift|audit|upgrade)s?|complimentary(?:\s\w+)?|money[\s-]back(?:\sguarantee)?|no[\s-]cost|(?:months?|weeks?|days|users?|first\syear),?\sfree)\b"),
    (OFFER, r"\b(?:one|the|our|my|\d+)\slast\s(?:slot|seat|place|spot|licen[cs]e|unit|offer)\b|\b(?:valid|stands|guaranteed|held|reserved)\s(?:only\s)?(?:until|till|today|for\sone|to\sexpire)\b|\bonly\s(?:valid|this\s(?:week|month)|for\syou\b|until)|\b(?:until|till|before|by)\s\d{1,2}\s?(?:am|pm)\s(?:today|tonight)"
        r"|\bprices?\s(?:doubles?|rises?|goes|go|increases?)\b(?:\sup)?|\bwithout\s(?:any\s)?charge\b|\bno\s(?:extra\s)?charge\b|\b(?:\w+)\s(?:months?|weeks?|days?)\s(?:off|for\sfree|free|on\sus)\b|\b(?:a|an|get|plus|and|your|one)\sfree\s(?!to\b|on\b|for\b|at\b|of\b|and\b|slot|time|moment|hour|minute|day\b|afternoon|morning|flange|text)\w+"),
    (OFFER, r"\b(?:if|when)\syou\s(?:decide|sign|order|buy|act|book|register|upgrade)\s(?:now|today|this\s\w+|by\s\w+|before\s\w+|within\s\w+)|\b(?:sign|order|buy|decide|upgrade|register|act)\s(?:\w+\s)?(?:by|before)\s(?:\w+day|tonight|midnight|tomorrow|noon|the\send)\b|\block\sin\b.*\bprice"),
)  # fmt: skip

GERMAN: tuple[tuple[str, str], ...] = (
    (REPUTATION, r"\b(?:marktführe\w+|weltmarktführer|führende[rnms]?|preisgekrönt\w*|mehrfach\sausgezeichnet\w*|ausgezeichnet\smit|nummer\s(?:eins|1)|nr\.\s?1|zertifiziert\w*|renommiert\w*|weltweit\sgenutzt|testsieger|bewährt\w*)\b"),
    (REPUTATION, r"\b(?:tausende|hunderte|dutzende|zahlreiche|viele\stausend)\s(?:\w+\s)?(?:kund\w+|firmen|unternehmen|nutzer\w*|betriebe|menschen|anwender\w*)\b(?:\svertrauen)?|\bvertrauen\s(?:uns|auf\suns|darauf)\b|\bgenutzt\svon\b|\b(?:der|die|das)\s(?:beste|größte|beliebteste|meistgenutzte)\w*\b"),
    (RESULT, r"\b(?:senk\w+|spar\w+|steiger\w+|erhöh\w+|reduzier\w+|verkürz\w+|verbesser\w+|halbier\w+|verdoppel\w+|verdreifach\w+)\b[^.,;!?]{0,60}?\bum\s(?:bis\szu\s|rund\s|fast\s|mehr\sals\s|über\s)?(?:(?:ein|zwei|drei)\s)?(?:die\s)?(?:drittel|viertel|fünftel|hälfte|\d[\d.,]*\s?(?:%|prozent)?|\w+\sprozent)"),
    (RESULT, r"\b(?:halbiert|verdoppelt|verdreifacht|halbierten|verdoppelten|verdreifachten)(?:en)?\b"),
    (EARLIER_TALK, r"\b(?:wie\s)?(?:besprochen|vereinbart|angekündigt|versprochen|telefonisch\sbesprochen|gewünscht)\b(?=\s(?:sende|schicke|erhalten|finden|melde|anbei|komme)|,)|\bwie\s(?:besprochen|vereinbart|versprochen|angekündigt|gewünscht|abgemacht)\b"),
    (EARLIER_TALK, r"\b(?:danke|dank)\b.{0,30}\bfür\s(?:das|ihr\w*|dein\w*|euer\w*|eure\w*|unser\w*|den|die|ihre)\s(?:\w+\s)?(?:gespräch|interesse|anfrage|anruf|zeit|besuch|rückmeldung|nachricht|antwort|teilnahme|mail|e-mail|frage|telefonat|bestellung|vertrauen|termin|kontakt)\b"),
    (EARLIER_TALK, r"\b(?:bei|in|nach|seit)\sunserem\s(?:letzten\s)?(?:gespräch|telefonat|treffen|termin|austausch)\b|\bunser\w*\s(?:letzte\w*|gestrige\w*|heutige\w*)\s(?:gespräch|telefonat|treffen|mail|austausch)\b|\b(?:hatten|haben)\s(?:sie|wir)\s(?:uns\s)?\b.*\b(?:erwähnt|gesprochen|unterhalten|getroffen|gefragt|angefragt|gesagt|geschrieben|telefoniert|heruntergeladen|teilgenommen)\b"),
    (EARLIER_TALK, r"\b(?:sie|du)\s(?:haben|hatten|hast|hattest)\b.*\b(?:erwähnt|gefragt|angefragt|gesagt|geschrieben|heruntergeladen|teilgenommen|angefordert|besucht|erzählt)\b|\bich\shatte\sihnen\b.*\bgeschrieben\b|\bes\swar\s(?:schön|nett|eine\sfreude)\b.*\b(?:kennen|sprechen|treffen)\w*"),
    (RELATION, r"\b(?:ihr|ihre|dein|deine|ein|unser)\s(?:kolleg(?:e|in)|chef|chefin|freund|freundin|partner|bekannter|nachbar)\b(?=.*\b(?:empfohlen|empfahl|gegeben|gesagt|meinte|erzählt|verwiesen|vorgeschlagen)\b)|\bauf\sempfehlung\b|\bgemeinsame[rn]?\s(?:bekannte|kontakt)\w*"),
    (PRESENCE, r"\b(?:ich\s(?:war|bin)|war\sich|wir\swaren)\s(?:\w+\s)?(?:in|bei|vor|an)\s(?:ihr\w*|dein\w*|euer\w*|der|dem)\s\w+|\b(?:ich\shabe|habe\sich|wir\shaben)\b.*\b(?:ihre?n?|deine?n?)\s\w+\b.*\b(?:gesehen|gelesen|besucht|bemerkt|gehört|entdeckt)\b|\bist\smir\saufgefallen\b|\bmir\sist\saufgefallen\b"),
    (OFFER, r"\b(?:das|dieses|unser)\sangebot\s(?:gilt|endet|läuft)\b.*|\bnur\snoch\s\w+\s\w+|\bletzte\schance\b|\bnur\s(?:heute|bis|diese\swoche)\b(?:\s\w+)?|\brabatt\w*\b|\bkostenlos\w*\b|\bgratis\b|\bkostenfrei\w*\b|\bsonderpreis\b|\b\d+\s?(?:%|prozent)\s(?:rabatt|nachlass|günstiger)|\bgeld-zurück\b|\bunverbindlich\w*\skostenlos\w*"),
)  # fmt: skip

TOPICS: tuple[tuple[str, str], ...] = (
    ("pricing", r"pric(?:e|es|ing|ed)\b|cost(?:s|ing)?\b|\bquot(?:e|ation)|\brates?\b|\bpreis\w*|\bkosten\b|\bangebot"),
    ("webinar", r"webinar|seminar|\bsession|\bevent\b|\battend(?:ed|ing)?\b|\bworkshop|\bpresentation|\btalk\b(?=.*attend)|\bteilnahme"),
    ("referral", r"refer(?:red|ral)|recommend\w*|\bpartner\b|introduc\w+|knows\sa\scustomer|empfehl\w*|empfohlen"),
    ("document", r"white\s?-?paper|\bpaper\b|\bguide\b|\breport\b|e-?book|brochure|download\w*|checklist|heruntergeladen|leitfaden"),
    ("demo", r"\bdemo\w*|\basked\sto\ssee\b|walk-?through|vorführ\w*"),
    ("meeting", r"\bmet\b|\bmeet(?:ing)?\b|\bfair\b|trade\s?-?show|exhibition|conference|\bbooth\b|\bstand\b|\bmesse\b|\bspoke\b|\btalked\b"),
    ("call", r"\bcalled\b|\bphoned?\b|\btelephone|\bcall\b(?!\s?cent)|telefon\w*|\bangerufen"),
    ("trial", r"\btrial\b|\btest(?:ed|ing)?\b|\btried\b|\bpilot\b|testphase"),
    ("customer", r"past\scustomer|former\scustomer|was\sa\scustomer|\bex-customer|existing\scustomer|is\sa\scustomer|\bordered\b|\bbought\b|\bleft\sus\b|kunde\s(?:war|von)"),
    ("search", r"looking\s(?:for|at)|searching|\bseek\w*|\bsucht\b|in\sneed\sof"),
    ("interest", r"\binterested\b|\binterest\b|\benquir\w+|\binquir\w+|contacted\sus|\bwrote\sto\sus\b|filled\s(?:in|out)|\bgefragt\b|\bangefragt|\banfrage"),
)  # fmt: skip
"""How a contact may have begun, as a context tells it and as an email takes it up."""

INBOUND = frozenset({"pricing", "webinar", "document", "demo", "trial", "search", "interest", "call"})
"""Where the reader came forward: thanks for interest, a question or a message are in order."""
IN_PERSON = frozenset({"meeting", "call"})
"""Where both have spoken."""

TOLD = r"\b(?:told|mentioned|said|explained|described|promised|added|shared|agreed|wrote|asked\swhether|asked\sif|asked\show|wanted\sproof|erwähnt|gesagt|erzählt|geschrieben)\b"
"""Words that give the content of a talk, which no way of having met can vouch for."""
SPOKE = r"\b(?:spoke|talked|chatted|discussed|conversation|met|meet|meeting|speak\w*|talk\w*|chat\w*|gespräch|telefonat|besprochen|getroffen|treffen|time|see\syou|seeing|connect\w*)\b"
INTEREST = r"\b(?:interest\w*|questions?|enquiry|inquiry|request\w*|message|e-?mail|note|reaching|contacting|writing|getting|asked|trust|time|feedback|order|anfrage|interesse|frage|nachricht|inquired|enquired|contacted)\b"
