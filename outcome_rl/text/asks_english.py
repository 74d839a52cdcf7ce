r"""How English sales emails ask for something: patterns of one sentence, each with an example.

Written with ``re.VERBOSE``: a space is written as ``\s``. Sentences are at most 500 characters long, so ``.*`` is safe.
"""

from __future__ import annotations

START = r"(?:^|[,;:–—(!]\s*|\b(?:and|or|so|but|then|if\snot|okay|ok|also)\s+)"
"""Where a clause begins."""
LEAD = r"(?:^(?:hi|hello|dear|hey)\b[^,!]{0,40}[,!]\s*|^)(?:[*•\-–>]+\s*|\d{1,2}[.)]\s*)?"
"""The beginning of a sentence, after a greeting or a list mark."""
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_TIME = (
    rf"(?:\w*\s?minutes?|quarter|hour|call|visit|chat|day|week|month|time|slot|demo|meeting"
    rf"|walk-?through|trial|pilot|tour"
    rf"|coffee|lunch|look|talk|session|{_DAY}s?|morning|afternoon|january|february|march|april|may|june|july|august"
    rf"|september|october|november|december|it|this|that|either|one|summary|sample|example|checklist|guide|copy)"
)
_ADVERB = r"(?:(?:also|gladly|happily|perhaps|maybe|just|quickly|simply|then|briefly|kindly|please)\s+)*"
_VERB = r"""(?: reply | respond | answer | book | schedule | reserve | pick | choose | select | call | ring
        | phone
    | text | e-?mail | mail | write | click | tap | visit | register | sign | join | download | try
    | test | start
    | send | tell | drop | give\s(?:me|us|it|yourself) | let\s(?:me|us)\sknow | get\s(?:back
    |in\stouch|started|your)
    | reach\sout | contact | find\s(?:a|out|the|your|me|us) | grab | claim | confirm | forward
    | suggest | name | watch
    | see\s(?:for\syourself|it|how|what|the|our|a|why) | ask | check\s(?:out|it|the|our|your) | say
    | request | order
    | buy | upgrade | subscribe | create | have\sa\slook | take\s(?:a\slook|advantage|the\stour)
    | read | return | act
    | bring\syour | share\s(?:your|this|the|a|with) | point\sme | connect\s(?:me|with) | introduce
    | shoot | ping | add
    | hit | decide | swing\sby | stop\sby | drop\sby | come | be\sso\skind | feel\sfree | don'?t\shesitate
    | do\snot\shesitate | speak | talk | explore | discover | learn\s(?:more
    |how) | opt | leave )\b"""
_NOUN = r"""(?! \s* [-:] | \s+(?:cent(?:er|re)s? | forms? | rates? | marketing | campaigns? | volumes?
        | lists? | messages?
    | times? \s+(?:are|is|have|fell|rose) | handling | buttons? | logs? | queues? | accounts?
    | teams? | tools? | processes
    | data | results? | details | addresses | periods? | costs? | managers? | notes? | screens?
    | systems? | prices?
    | is | are | was | were | has | have | had | fell | rose | dropped | and\swait )\b )"""
_TO_OFFER = r"""(?: show | walk | send | call | demo\w* | set | share | arrange | visit | meet | discuss
        | connect
    | schedule | talk | chat | speak | run | offer | give | book | learn\smore | hear | explore
    | invite | bring | help
    | jump | hop | answer | drop | stop\sby | come | lend | welcome | prepare | get\s(?:on|together
    |your) | see\s(?:you|how)
    | take\syou | make\s(?:you|an) | tell\syou | introduce | guide | tailor | put\stogether
    | create | load | provide
    | understand\s(?:your|how|what) | know | pay\syou )\b"""

_PLACE = (
    r"(?:person|people|man|woman|one|place|desk|inbox|mailbox|door|address|contact|department|team|colleague"
    r"|number|tree)"
)
"""Where an email may have come to, rightly or wrongly."""

PATTERNS: tuple[tuple[str, str], ...] = (
    # questions with a verb of wishing or allowing
    ("shall I send it?", rf"{START}{_ADVERB}(?:would|could|can|may|might|shall|should)\s(?:i|we)\b(?!\sbe\swrong).*\?"),
    (
        "would you be open to a call?",
        rf"""{START}{_ADVERB}(?:would|could|can|will|won't|might|may)\s(?:you|anyone|someone)\b
        (?!\s(?:believe|imagine|afford|notice|guess|see\swhich|see\swhere|tell\sat|say\swith
        |still|really|always)).*\?""",
    ),
    (
        "would it be useful?",
        r"\b(?:would|will|might|could|does|do|is)\s(?:it|this|that|there|any\sof\s(?:this|that))\s"
        r".*\b(?:useful|of\s(?:use|interest|help|value)|helpful|help|interest(?:ing)?|suit|work"
        r"|make\ssense|worth|welcome|fit|fair"
        r"|match|sound|resonate|relevant|ok(?:ay)?|appeal|on\syour\s(?:list|radar|agenda|roadmap)"
        r"|a\s(?:topic|priority)"
        r"|good\s(?:time|fit)|your\s(?:area|desk|remit)|convenient|be\sof)\b.*\?",
    ),
    (
        "would Thursday suit you?",
        rf"""\b(?:would|does|do|will|might|could|can|is|are)\s(?:[^?]{{0,60}}\s)?{_TIME}\b[^?]{{0,60}}?
        \b(?:suit|help|make\ssense|be\s(?:useful|welcome|helpful|of|good|ok|okay|fine|convenient
        |better)|convenient|fit\s(?:in|your|you)
        |work(?!\sfor\sthe)|possible)\b.*\?""",
    ),
    (
        "do you have ten minutes?",
        r"\b(?:do|would|might)\syou\s(?:happen\sto\s)?have\b.*\b(?:minutes?|time|slot|moment|hour"
        r"|window|interest|capacity|questions?)\b.*\?",
    ),
    ("do you want to hear how?", r"\bdo\syou\s(?:want|wish|fancy|need\s(?:help|me|anything|more\sinformation))\b.*\?"),
    (
        "are you free on Thursday?",
        r"\b(?:are|is)\s(?:you|anyone)\b(?!\snurses).*\b(?:free|open\sto|open\sfor|available|around"
        r"|up\sfor"
        r"|interested|ready\sto|willing|keen|curious|the\s(?:right|best)|in\stown|at\sthe\sfair|coming"
        r"|attending|joining"
        r"|in\scharge|responsible)\b.*\?",
    ),
    (
        "could one of your planners try it?",
        r"\b(?:would|could|can|might|may)\s(?:(?:one|two|some|any)\sof\s)?your\b.*\b(?:try|test|join|send"
        r"|spare|use|have|take|see|open\sto)\b.*\?",
    ),
    (
        "is Friday a good moment?",
        r"\bis\b.*\b(?:good|convenient|right|better)\s(?:moment|time|day|slot)\b.*\?"
        r"|\bis\sthere\sa\b.*\b(?:we|i)"
        r"\s(?:might|could|can)\b.*\?",
    ),
    (
        "is there an hour that day when yours is free?",
        r"\bis\sthere\s(?:an?|any)\s(?:\w+\s)?(?:minute|quarter|half\shour|hour|slot|gap|morning|afternoon|time|day)\s"
        rf"(?:(?:that|this|next)\s(?:{_DAY}|day|week|month|morning|afternoon)|(?:on\s)?{_DAY}|tomorrow"
        r"|in\syour\s(?:diary|calendar)|for\s(?:an?|me|us)\b).*\?",
    ),
    # who, when, which, how about
    (
        "who would be the right person?",
        r"\bwho(?:m|ever)?\b.*\b(?:looks?\s(?:after|at)|responsible|in\scharge|right|best|handles?"
        r"|owns|decides?|should\s(?:i|we)|can\s(?:i|we)|could\s(?:i|we)|to\s(?:speak|talk|ask|contact)"
        r"|on\syour\s(?:team|side)"
        r"|at\syour|in\syour|takes\scare|runs|manages|would\sbe)\b.*\?",
    ),
    (
        "am I talking to the right person?",
        rf"\b(?:am|are|have|did|was)\s(?:i|we)\b.*\b(?:right|wrong|best|correct)\s(?:{_PLACE}\b|to\swrite|in\swriting).*\?"
        rf"|\b(?:right|wrong|best)\s{_PLACE}\?",
    ),
    ("am I too early?", r"\bam\si\s(?:too\s(?:early|late|soon)|mistaken|wide\sof\sthe\smark)\b.*\?"),
    (
        "should somebody else get this?",
        r"\b(?:should|would|could|might)\s(?:anyone|anybody|someone|somebody|a\scolleague|another)\b.*\?"
        r"|\b(?:does|do)\s(?:anyone|anybody|someone|somebody)\selse\b.*\?",
    ),
    (
        "is this on your mind?",
        r"\b(?:is|are|does|do)\b.*\b(?:on\syour\s(?:mind|list|plate|desk|table|radar|agenda|roadmap)"
        r"|yours(?:\sto\s\w+)?(?:\stoo)?\?|your\s(?:call|remit|field)|something\s(?:that\s)?you(?:'re|'d)?\b"
        r"|a\s(?:topic|priority|concern|headache|question|subject)\b.*\b(?:you|yours|your\s\w+)\b).*\?",
    ),
    ("is there someone else?", r"\bis\s(?:there\s)?(?:anyone|anybody|someone|somebody|a\scolleague|another)\b.*\?"),
    (
        "when would suit you?",
        r"\b(?:when|which\s(?:day|time|slot)s?|what\s(?:day|time)s?)\b.*\b(?:suits?|works?|free|convenient"
        r"|good|best|better|talk|speak|come|call|meet|reach|available|around)\b.*\?",
    ),
    (
        "which of the two would you prefer?",
        r"\b(?:which|what)\b.*\b(?:would|do)\syou\s(?:prefer|like|want|say|think|choose)\b.*\?",
    ),
    (
        "how does Friday look?",
        r"\bhow\s(?:does|do|about|would|is)\b.*\b(?:look|sound|suit|coffee|call|chat|day|week|minutes|demo"
        rf"|trial|pilot|{_DAY}|like\sto)\b.*\?|\bhow\sabout\b.*\?|\bwhat\sabout\s(?:a|an|this|next|{_DAY})\b.*\?",
    ),
    (
        "what does your calendar look like?",
        r"\bwhat(?:'s|\sis|\sdoes|\sare)\s(?:your|the\sbest)\b.*\b(?:calendar|diary|week|schedule"
        r"|availability|time|day|number|way\sto|take|thoughts?)\b.*\?",
    ),
    ("why not test it?", r"\bwhy\s(?:not\s(?!been)|don'?t\s(?:we|you|i)\b).*\?"),
    # questions without a verb
    (
        "worth a look?",
        rf"(?:^|[,;:–—]\s*|\b(?:and|so|but|or)\s+)(?:(?:perhaps|maybe|quick)\s)?(?:worth\s(?:an?|your|it"
        rf"|ten|fifteen"
        rf"|exploring|discussing|trying|looking|talking|seeing|\d+)|open\sto|up\sfor|ready\sto|free\s(?:on"
        rf"|for|at|this|next|{_DAY}|tom)"
        rf"|interested|curious|keen|any\s(?:interest|thoughts|questions|chance|feedback|time|openings?)"
        rf"|fancy|want\s(?:to|me|a|us)"
        rf"|care\s(?:to|for)|sounds?\s(?:good|fair|interesting|useful|like\sa\splan|ok)|make\ssense"
        rf"|thoughts|fair\senough|ok(?:ay)?"
        rf"|deal|agreed|game|available|mind\sif|shall\swe)\b.*\?",
    ),
    (
        "lunch on Thursday?",
        rf"{LEAD}(?:perhaps\s|maybe\s|say\s)?(?:an?\s)?(?:quick\s|short\s|brief\s)?(?:lunch|coffee"
        rf"|breakfast|call"
        rf"|chat|demo|tour|tea|{_DAY}|tomorrow|next\sweek|this\sweek|today)\b[^?]{{0,50}}\?",
    ),
    ("a fresh look?", r"\b(?:fresh|closer|quick|short|second)\s(?:look|chat|call|demo)\?"),
    # imperatives
    (
        "please reply",
        rf"(?:\b(?:please|pls|kindly)\s+|(?:^|[,;:–—]\s*|\b(?:and|or|so|then)\s+)(?:just|simply)\s+)"
        rf"{_ADVERB}{_VERB}{_NOUN}",
    ),
    (
        "please have your foreman join",
        r"(?:^|[,;:–—]\s*|\b(?:and|so|but|then)\s)(?:please|pls|kindly)\s(?!(?:find|note|accept|excuse"
        r"|forgive"
        r"|be\saware|ignore|bear|pardon|rest|don'?t|do\snot)\b)[a-z]+\b",
    ),
    ("reply with yes", rf"{LEAD}{_ADVERB}{_VERB}{_NOUN}(?![^?]*\?$)"),
    (
        "if you like, send me one",
        rf"^(?:if|when|whenever|once|should|to|in\scase|until|before|for\s(?:more|any"
        rf"|questions))\b[^?]*[,:;]\s*"
        rf"(?:then\s)?{_ADVERB}{_VERB}{_NOUN}",
    ),
    (
        "and tell me what is missing",
        r"\b(?:and|or|so|then|but)\s+(?:just\s|please\s)?(?:tell|send|give|call|contact|write|text|ring|e-?mail"
        r"|show|ask"
        r"|drop|answer|point)\s(?:me|us)\b|\b(?:and|or)\s(?:reply|respond|sign\sup|get\sback)\b(?!\srates?)",
    ),
    (
        "if you send me a day of stops, I will plan it",
        r"^if\syou\s(?:send|give|tell|share|export|forward|mail|name|like|want|agree|wish|prefer"
        r"|are\s(?:open|curious|interested|up))\b.*[,\s]\s*(?:then\s)?(?:i|we|my\scolleagues?)(?:'d|'ll"
        r"|\swould|\swill|\scan|\scould)\b",
    ),
    (
        "if you feel like a chat",
        r"\bif\syou\s(?:ever\s)?(?:feel\slike|fancy|would\slike|want|have\stime\sfor)\s(?:an?|to)\b",
    ),
    (
        "I suggest a short call",
        r"\b(?:i|we)(?:'d|\swould)?\s(?:suggest|propose)\s(?:that\s)?(?:we\b|an?\s.*\b(?:session|call"
        r"|meeting|visit|demo"
        r"|trial|pilot|chat|workshop)\b)",
    ),
    ("it would please me to hear", r"\bit\swould\s(?:make|help|please)\b.*\bto\s(?:hear|know|learn|see)\b"),
    (
        "let me know",
        r"\blet\s(?:me|us)\s(?:know|have|lend|show|send|prepare|arrange)\b|\bget\sback\sto\s(?:me|us)\b"
        r"|\bgive\s(?:me|us)\sa\s(?:call|ring|shout)\b"
        r"|\bfeel\sfree\sto\b|\b(?:not|n'?t)\shesitate\sto\b",
    ),
    (
        "let's talk",
        r"\blet(?:'?s|\sus)\s(?:talk|chat|meet|connect|schedule|discuss|set|find|book|speak|catch|hop|jump"
        r"|get|do|try|see|make"
        r"|arrange|start|explore|have)\b",
    ),
    # offers that wait for a yes
    (
        "I'd love to show you",
        rf"\b(?:i|we)(?:'d|'ll|'m|'re|\swould|\scould|\scan|\swill|\sam"
        rf"|\sare)?\s(?:be\s)?{_ADVERB}(?:more\sthan\s)?"
        rf"(?:very\s|really\s|so\s)?(?:happy|glad|love|like|pleased|delighted|keen|eager|want|excited"
        rf"|honou?red)\sto\s{_ADVERB}"
        rf"(?:be\sable\sto\s)?{_TO_OFFER}",
    ),
    (
        "happy to jump on a call",
        rf"^(?:(?:very|more\sthan|always)\s)?(?:happy|glad|delighted|pleased)\sto\s{_ADVERB}{_TO_OFFER}",
    ),
    (
        "we can set up a trial for you",
        rf"\b(?:i|we)(?:'ll|'d|\scan|\scould|\swill|\swould)\s{_ADVERB}(?:like\sto\s)?(?:show|walk|send"
        rf"|call"
        rf"|demo|set\sup|arrange|visit|bring|run|switch|prepare|share|lend|drop\sby|give|invite|reserve"
        rf"|hold|load|make|mail|come|put\syou\sin\stouch"
        rf"|be\sthere|ask|mark|spend)\b.*(?:\byou|\bif\b|\byours?\b)|\b(?:i|we)(?:'d"
        rf"|\swould)\s{_ADVERB}(?:come\sback|prepare|send|bring)\b",
    ),
    (
        "I would welcome a call",
        r"\b(?:i|we)(?:'d|\swould)\s(?:really\s|much\s|also\s)?(?:welcome|appreciate|value|be\s(?:grateful"
        r"|thankful"
        r"|interested|curious))\b.*\b(?:chance|opportunity|reply|answer|call|pointer|word|thoughts?"
        r"|introduction|meeting|feedback|time"
        r"|minutes?|hear|learn|know|chat|conversation|talk)\b",
    ),
    (
        "it would be great to connect",
        r"\bit\s?(?:would|'d)\sbe\s(?:great|good|nice|lovely|wonderful|a\spleasure)\s(?:to|if)\s(?:talk"
        r"|connect|meet"
        r"|hear|chat|speak|see|we|you|have|show|get|discuss)\b",
    ),
    (
        "a short yes is enough",
        r"\b(?:yes|no|reply|word|answer|one-liner|line|email|message|call|okay)\b[\"'”]?\s(?:(?:to|by|from"
        r"|on)\s\w+\s(?:\w+\s)?)?"
        r"(?:is|would\sbe|will\sbe|will|would)\s(?:enough|fine|do\b|suffice|all\s(?:i|it)|welcome"
        r"|appreciated|okay|plenty|great)"
        r"|\ba\s(?:name|pointer|hint|short\s\w+|quick\s\w+)\swould\s(?:\w+\s)?(?:help|be\s(?:a\shelp|kind))\b",
    ),
    (
        "looking forward to your reply",
        r"\blook(?:ing)?\sforward\sto\s(?:an?\s|the\s)?(?:your\s(?:\w+\s)?(?:reply|response|answer"
        r"|thoughts|feedback|call|email"
        r"|message|decision|order|visit)|hear(?:ing)?|speak(?:ing)?|talk(?:ing)?|meet(?:ing)?"
        r"|chat(?:ting)?|connect(?:ing)?|discuss(?:ing)?"
        r"|show(?:ing)?\syou|a?\s?(?:conversation|chat|call|reply))",
    ),
    ("all you need to do is forward it", r"\ball\s(?:you|it\stakes|that)\b.*\b(?:need|have|takes?)\b.*\bis\b"),
    (
        "unless you tell me not to",
        r"\bunless\syou\s(?:tell|write|say|object|prefer)|\b(?:call|ring|reach|e-?mail|text"
        r"|write\sto)\s(?:me|us)\s(?:at|on|under|any)"
        r"|\bi\sexpect\s(?:the|your|a)\b",
    ),
    (
        "you can pick a time here",
        r"\byou\s(?:can|could|may)\s(?:also\s|simply\s|just\s)?(?:pick|choose|book|grab|find|reserve"
        r"|schedule|sign|register|see"
        r"|reach|reply|try|call|contact)\b.*\b(?:here|link|at\s\+?\d|me|us|directly)\b",
    ),
    (
        "order now",
        r"(?<!do\syou\s)\b(?:sign|order|buy|upgrade|pay|act|decide|register|book|call"
        r"|subscribe)\s(?:\w+\s)?(?:now|today)\b",
    ),
)
