"""What an English sentence is about, by groups of meaning: many words for one thing, so that a paraphrase counts too.

Each group is a list of patterns, written by hand; a sentence belongs to a group where any of them is found. The
benefits want a thing *and* what happens to it ("cuts ... overtime", "fewer mistakes"), so that a bare list of nouns
says little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_N = (
    r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|half(?: an?)?|a few|several)"
)
_LESS = (
    r"\b(?:cut(?:s|ting)?|lower(?:s|ed|ing)?|reduc\w+|sav(?:e|es|ed|ing)|trim(?:s|med|ming)?|halv\w+|shrink\w*"
    r"|shrank|shav\w+"
    r"|drop(?:s|ped|ping)?|f[ae]ll(?:s|en|ing)?|less|fewer|without|no longer|no more|not|never|instead of"
    r"|rather than|down|end(?:s|ed)? (?:the|of)"
    r"|avoid(?:s|ed|ing)?|prevent\w*|stop(?:s|ped|ping)?|spar(?:e|es|ed|ing)|remov\w+|rid of|bring(?:s"
    r"|ing)? down|brought|keep(?:s|ing)?|kept|went from|free(?:s|d|ing)? (?:of|up))\b"
)
_MORE = (
    r"\b(?:more|grow\w*|grew|rais\w+|rose|ris\w+|increas\w+|lift(?:s|ed)?|win(?:s|ning)?|won|gain\w*|doubl\w+|extra"
    r"|additional|higher|better|fill(?:s|ed|ing)?|up by|another)\b"
)
_TIME = (
    r"(?:time|hours?|minutes?|days?|weeks?|afternoons?|mornings?|evenings?|nights?|weekends?|sundays?|fridays?"
    r"|mondays?|half[- ]days?)"
)
_MONEY = (
    r"(?:(?:costs?|spend\w*|budgets?|bills?|overtime|money|pounds?|dollars?|euros?|expens\w+|fees?|outlay"
    r"|agency (?:staff|calls?|shifts?|spend\w*|invoices?)|(?:the|an) agency)\b|[£$€] ?\d[\d,.]*)"
)


def _group(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


_STAFF = (
    r"(?:people|staff|team|nurses?|carers?|drivers?|crews?|bakers?|lifeguards?|waiters?|cooks?|pickers?|cleaners?"
    r"|colleagues|everyone|everybody|employees|technicians?|mechanics?|teachers?|assistants?|students?|coaches|leads"
    r"|hands)"
)
_SERVED = (
    r"(?:sales|orders?|bookings?|customers?|guests?|members?|revenue|enquir\w+|jobs|tenders?|contracts?|tables?"
    r"|rooms?|seats?|covers|clients?|leads|reviews|repeat business|patients?|users?|donors?|parents|buyers?|pupils"
    r"|work|owners|business|appointments?)"
)
BENEFITS = {
    "time": _group(
        rf"\b(?:sav(?:e|es|ed|ing)|wins?|won|frees|freed|freeing|gains?|gives?|gave|gets? (?:back|you|them|their"
        rf"|your)|cuts?|cutting|halv\w+|shav\w+|spar(?:e|es|ed)|buys?|claw\w*"
        rf"|hands? back)\b[^.?!]{{0,40}}\b{_TIME}\b(?: back| off| a| each| every| per| of| on| in|[,.]|$)",
        rf"\b{_TIME}\b[^.?!]{{0,30}}\b(?:instead of|rather than|down from|from|where it (?:was|took|used)"
        rf"|used to (?:take|spend|need)|saved|shorter|less|lighter|(?<!heard )(?<!write )back)\b",
        rf"\b(?:instead of|rather than|down from|went from|from)\b {_N} {_TIME}\b",
        rf"\b(?:takes?|took|taking|costs?|spends?|spent|go(?:es)? on|needs?"
        rf"|lose[sd]?)\b[^.?!]{{0,50}}\b(?:{_N} (?:hours?|minutes?|days?|mornings?|afternoons?|evenings?)"
        rf"|most of an? \w+day|the best part of|all (?:day|morning|afternoon|evening)"
        rf"|longer than)\b(?! (?:to (?:set up|show|talk)|call|chat|look|talk|demo))",
        rf"\b(?:done|ready|finished|closed|found|built|written|checked|settled)\b[^.?!]{{0,15}}\b(?:in"
        rf"|within) (?:{_N} )?(?:minutes?|hours?|seconds|one morning|one day)\b|\bdone by (?:noon|lunch|\w+day)",
        r"\b(?:quick|swift)(?:er|ly)\b|\b(?:faster|in no time|time[- ](?:saver|saving|sink|consuming)"
        r"|at a glance|in seconds|within minutes|in a few clicks)\b",
        r"\b(?:less|fewer|no more|without|end of|spares? \w+|instead of|stop(?:s|ped)?) (?:the |any |your "
        r"|all (?:the|that) )?(?:admin\w*|paperwork|typing|retyping|re-keying|rekeying|chasing|phoning"
        r"|phone calls|hand[- ]?work|copying|busywork|data entry|double entry|spreadsheets?|clipboards?)\b",
        r"\b(?:by hand|twice over|done twice|doing (?:it|things) twice|typ\w+[^.?!]{0,25}\btwice|from scratch"
        r"|one by one|retyp\w+|re-?key\w*|copy and paste|until midnight|after hours|stays? late"
        r"|on (?:a )?sundays?)\b",
        r"\b(?:automat\w+|on its own|by itself|writes itself|fills? itself|does the (?:rest|sums|counting"
        r"|typing)|drafts? (?:the|your|four|itself)|nobody (?:types|walks|has to (?:type|search|copy|chase)))\b",
        r"\b(?:hours?|afternoons?|evenings?|weekends?|mornings?)\b[^.?!]{0,20}\b(?:lost|gone|wasted|spent"
        r"|swallowed|eaten|disappear\w*|vanish\w*)\b",
        r"\b(?:eats?|swallows?|takes? up|costs? (?:you|them|her|him))\b[^.?!]{0,30}\b(?:hours?|half an hour"
        r"|days?|afternoons?|evenings?|weekends?|mornings?)\b",
        rf"\b{_N} (?:minutes?|hours?|days?) (?:before(?! the)|to {_N}\b)|\b{_N} (?:minutes?"
        rf"|hours?)\b[^.?!]{{0,25}}\bgo(?:es)? (?:on|into)\b",
    ),
    "money": _group(
        rf"{_LESS}[^.?!]{{0,45}}(?<!\w){_MONEY}",
        rf"(?<!\w){_MONEY}[^.?!]{{0,35}}\b(?:cut|lower\w*|reduced|saved|down|less|f[ae]ll\w*|dropped|halved"
        rf"|shr[aiu]nk\w*|by a (?:third|quarter|fifth|half))\b",
        r"[£$€] ?\d[\d,.]*(?:k|m)?\b[^.?!]{0,25}\b(?:less|saved|cheaper|lower|a (?:month|year|week) (?:less"
        r"|saved)|back|down|leak\w*|lost|wasted|corrected|in overtime)\b",
        r"\b(?:cheap(?:er|est)?|margins?|profit\w*|pays? (?:for itself|its way|back)|paid for itself|payback"
        r"|return on|savings?|cash ?flow|bottom line|earns? back|worth its price|save more than|overpay\w*"
        r"|overpaid|overspen\w+|wage bill|overtime|refund\w*|twice the (?:hourly )?rate|takings)\b",
        r"\b(?:leaks?|wast\w+|burns?|loses?|losing|lost|throws? away)\b[^.?!]{0,25}\b(?:money|cash"
        r"|[£$€] ?\d[\d,.]*|budget)",
        r"\bcosts?\b[^.?!]{0,50}\b(?:money|thousands|hundreds|a (?:third|quarter) more|a fortune|more than"
        r"|dearly|margin|too much)\b|\b(?:costs? less|costs? little|costs? (?:of )?doing)\b",
        r"\b(?:pay(?:s|ing)?|paid)\b[^.?!]{0,25}\b(?:an agency|the agency|for (?:the queue|nothing"
        r"|hours (?:that )?nobody|neither)|twice|that nobody|too much)\b|\bstill paid\b|\bmoney stays\b"
        r"|\b(?:late (?:agency )?calls|calls? (?:to )?the agency|agency invoices?)\b|\bpeople too many\b",
    ),
    "risk": _group(
        r"\b(?:risks?|risky|exposure|exposed|liab\w+|lawsuits?|tribunals?|fines\b|fined|(?:the|a|an|any|no|heavy"
        r"|hefty) fine\b|penalt\w+|breach\w*)\b",
        r"\b(?:audit\w*|inspect\w+|complian\w+|regulat\w+|legal(?:ly)? (?:limit|duty|rest)|by law"
        r"|working[- ]time|rest periods?|traceab\w+|paper trail|evidence|allergen|below the minimum"
        r"|minimum wage)\b",
        r"\b(?:mistakes?|errors?|mix-?ups?|faults?|incidents?|accidents?|near miss\w*|injur\w+|recalls? of"
        r"|product recalls?|outages?|failures?|downtime)\b",
        r"\b(?:caught out|goes? wrong|went wrong|go wrong|going wrong|slips? through|slipped through"
        r"|falls? through|fell through|get(?:s|ting)? lost|got lost|forgotten|overlooked|missed|unnoticed"
        r"|nobody (?:has )?noticed|nobody wrote|nasty surprises?|no surprises|blind spots?"
        r"|find (?:out )?too late|weeks too late|no gap|the gap|a gap|the union|miss(?:es"
        r"|ing)? (?:\w+ )?(?:checks?|pool|deadlines?|entries)|misses one)\b",
        r"\b(?:saf(?:e|er|ely|ety)|secure\w*|protect\w*|sleep (?:better|at night|easier|well)|peace of mind"
        r"|on the safe side|prove|proof for|documented|on record|keeps a record|records? (?:of )?who|signed off"
        r"|signs it off|settled in writing)\b",
        r"\b(?:expired?|lapsed?|out of date|overdue|unsigned|uncovered|unqualified|understaffed"
        r"|without a (?:trained|qualified|licensed|valid))\b",
    ),
    "people": _group(
        r"\b(?:staff turnover|turnover of (?:staff|people)|retention|retain\w*|leavers?|resign\w*|quit(?:s"
        r"|ting)?|hand(?:s|ed)? in (?:their|her|his) notice|walk(?:s|ed|ing)? out|gave notice)\b",
        rf"\b(?:{_STAFF}|they)\b[^.?!]{{0,55}}\b(?:stay(?:s|ed|ing)?|leave|leaving|left(?! alone)|happ(?:y|ier)"
        rf"|content|calmer|tired|exhausted|worn out|complain\w*|grumbl\w*|quarrel\w*|swap\w*|choose|chose"
        rf"|know where they stand|have a say|had a say|see their|go home on time|plan their (?:lives|weeks?))\b",
        rf"\b(?:keep(?:s|ing)?|kept|hold(?:s|ing)? on to|lose|losing|lost)\b[^.?!]{{0,25}}\b{_STAFF}\b",
        r"\b(?:morale|burn(?:t|ed|ing|s)?[- ]?out|stress\w*|overwork\w*|fairly|fairer|fairness|unfair\w*|(?:is"
        r"|are|be|feels?|seems?|was) fair\b|fair (?:share|rota|shifts?|to (?:both|all|every))|favou?rit\w+"
        r"|goodwill|sick (?:days?|leave|notes?)|call(?:s|ed)? in sick at|absen(?:ce|t\w*)|work[- ]life|childcare"
        r"|time with (?:the|their) famil\w+)",
        r"\b(?:mood|atmosphere|trust|grumbling|quarrels?|arguments?|complaints?|queries|questions) (?:in|of|on"
        r"|among|about|over) (?:the )?(?:team|staff|floor|ward|kitchen|crew|rotas?|shifts?|weekends?|pay\b"
        r"|who was told)|\bpay queries\b|\btrust the payslip\b|\bsours? a\b",
        r"\b(?:shifts?|rotas?|days? off|weekends?)\b[^.?!]{0,30}\b(?:weeks? ahead|in advance|early enough"
        r"|they (?:asked|wanted|want)|on (?:their|the) phones?|swap\w*|shared (?:out )?(?:fairly|evenly)"
        r"|in a row)\b|\bdays? off\b",
        r"\b(?:nobody has left|get the blame|gets the blame|hard on (?:any|the|your) (?:crew|team|people)"
        r"|fewer evenings|evenings were too long|lose the late shifts)\b",
    ),
    "growth": _group(
        rf"{_MORE}[^.?!]{{0,30}}\b{_SERVED}\b",
        rf"\b(?:new {_SERVED}|turn(?:s|ed|ing)? (?:\w+ ){{0,3}}(?:away|down))\b",
        r"\b(?:grow(?:s|ing|th)?|expand\w*|scal(?:e|es|ing) (?:up|without)|second (?:site|shop|branch)"
        r"|new (?:sites?|shops?|branch\w*|markets?)|sell(?:s|ing)? (?:more|out)|come back (?:more|again)"
        r"|repeat (?:orders?|business|customers?|guests?))\b",
        r"\b(?:sales|bookings?|revenue|orders?|takings|occupancy)\b[^.?!]{0,25}\b(?:up|rose|risen|grew|higher"
        r"|doubled|climb\w*|went up)\b",
    ),
}
"""What a sentence promises or reports: time saved, money saved, risk avoided, people kept, business won."""

BOAST = _group(
    r"\b(?:(?:market|industry|world)?[- ]?lead(?:ing|er)|number one|no\. ?1|#1|world[- ]class"
    r"|best[- ]in[- ]class|award[- ]winning|cutting[- ]edge|state[- ]of[- ]the[- ]art|next[- ]gen\w*|unrivall?ed"
    r"|unmatched|unbeatable|unparalleled)\b",
    r"\b(?:revolution\w+|game[- ]chang\w+|groundbreaking|ground-breaking|incredible|amazing|fantastic"
    r"|outstanding|exceptional|superb|phenomenal|perfect|ultimate|premier|finest|second to none"
    r"|head and shoulders)\b",
    r"\b(?:the (?:very )?best|only (?:real )?choice|everyone (?:loves|raves)|they love it|customers love"
    r"|thrilled|excited to|proud(?:ly)? (?:to|of|present)|transform\w*|supercharge\w*|skyrocket\w*|unlock\w*"
    r"|like no other|nobody else (?:can|has)|will blow)\b",
)
PEER = _group(
    r"\b(?:you (?:may|might|will|probably|no doubt)(?: well)? (?:already )?(?:have (?:this|that|it)|know (?:this"
    r"|that|better|all)|be (?:sorted|fine|covered))|you know (?:this|your \w+|that|it)? ?better than|i (?:may"
    r"|might|could) be wrong|correct me if|tell me (?:if|where) i(?: am|'m)? wrong|i do(?:n't| not) know (?:how"
    r"|whether|if|your))\b",
    r"\b(?:if (?:it|this|that)(?: is|'s) (?:not|no|nothing)|if not,? (?:no|that|fine|i)|no (?:harm|hard feelings"
    r"|offence|need to (?:reply|answer))|a no is|\"?no\"? is (?:a )?(?:fine|perfectly|also|quite)"
    r"|feel free to ignore|ignore (?:this|me)|happy to be told|glad to be told|say so and)\b",
    r"\b(?:not (?:for everyone|right for every\w*|every)|may not (?:be|suit|fit)|might not (?:be|suit|fit)"
    r"|won't suit|not the right (?:thing|tool|fit)|we learned|we got (?:it|this|that) wrong|it took us"
    r"|to be (?:honest|fair|frank)|honestly|in (?:my|our) experience|between us|i used to|i (?:was"
    r"|worked as) an?\b|i have (?:been there|done that)|been there)\b",
    r"\b(?:i(?:'d| would) (?:rather|like to) (?:hear|learn|understand|ask|listen)|curious (?:how|whether|what)"
    r"|how do you (?:handle|do|deal|cope|manage)|what(?: do|'s| is) your (?:view|take|experience)"
    r"|how does .{0,30} (?:work|go) (?:at|for|with) you)\b",
)
VAGUE = _group(
    r"\b(?:solutions?|leverag\w+|synerg\w+|seamless\w*|holistic\w*|robust|innovati\w+|empower\w*|streamlin\w+"
    r"|optimi[sz]\w+|cutting[- ]edge|next level|value[- ]add\w*|add(?:ed|s)? value|best practices?"
    r"|end[- ]to[- ]end|scalab\w+|ecosystem|paradigm|digital transformation|future[- ]proof\w*|journey|landscape"
    r"|touch base|reach(?:ing)? out|circle back|deep dive|pain points?|stakeholders?|game plan|boost\w*"
    r"|enhanc\w+|elevat\w+|various|a wide (?:range|variety)|variety of|state of the art|needs and (?:goals"
    r"|requirements)|unique needs|tailor(?:ed|-made)|comprehensive|efficien\w+|effective\w*|productivity)\b",
)
FORMAL = _group(
    r"\b(?:dear (?:mr|mrs|ms|dr|sir|madam|prof)|kindly|regarding|with (?:reference|regard) to|further to"
    r"|furthermore|moreover|therefore|pleased to|grateful|at your (?:earliest )?convenience|should you (?:wish"
    r"|require|have|prefer)|please find|enclosed|we would be (?:glad|pleased|delighted|honoured)|i remain"
    r"|sincerely|faithfully|yours truly|respectfully|hereby|in accordance|upon|permit me|allow me|may i)\b",
)
CASUAL = _group(
    r"\b(?:hi|hey|hiya|cheers|thanks|quick (?:one|question|note|thing)|stuff|bit of|a bit|loads|gonna|no worries"
    r"|fancy|pop (?:over|by|in|round)|drop (?:me|by|in)|give (?:me|us) a shout|chat|guys|kind of|sort of|yep"
    r"|nope|ok|okay|pretty much|mess(?:y|ing)?|faff|hassle|grab)\b",
    r"\b\w+(?:'re|'ve|'ll|'d|n't|'m)\b|\b(?:it|that|there|what|here|who|let)'s\b",
)
PRICE = _group(
    r"[£$€] ?\d[\d,.]*[^.?!]{0,30}\b(?:per|a|each|for each|every|once|one-off)\b",
    r"\b(?:costs?|priced?|charge\w*|fee|from)\b[^.?!]{0,25}(?:[£$€] ?\d|\d+ (?:pounds|euros|dollars|pence|cents))",
    r"\b(?:the price|no set-?up fee|no setup (?:fee|cost)|price list|price (?:is|stands|per))\b",
)
LIMIT = _group(
    r"\b(?:not (?:for everyone|the right|right for|suited|made for|a fit)|does(?:n't| not) (?:do|help|replace"
    r"|suit|work|pay|cover|handle)|cannot do|can't do|what it (?:can(?:no|')t|does not)|won't (?:help|suit|do)"
    r"|only (?:pays|makes sense|worth|helps) (?:off |it )?(?:if|when|from|where|above)|drawback|downside|catch"
    r"|below that|too small for|honest limit|where it falls short|falls short|no use (?:to|for)|of little use"
    r"|less suited|it takes (?:some|a little|two|three|a few) (?:weeks?|days?|getting))\b",
)
PRESSURE = _group(
    r"\b(?:act now|last chance|final (?:notice|offer|chance|call)|limited[- ]time|today only|expires?|hurry"
    r"|urgent\w*|before it(?:'s| is) too late|only \w+ (?:left|places|spots|slots)|don't miss|do not miss"
    r"|must (?:act|decide|sign|buy|book)|sign (?:today|now|by)|buy now|order now|guarantee\w*|risk[- ]free"
    r"|no[- ]brainer|now or never|this week only|ends (?:on )?(?:friday|today|tonight|tomorrow|soon))\b",
)


@lru_cache(maxsize=100_000)
def groups_in(sentence: str) -> frozenset[str]:
    """Which benefits a sentence names."""
    return frozenset(name for name, pattern in BENEFITS.items() if pattern.search(sentence))


def matches(sentences: Iterable[str], pattern: re.Pattern[str]) -> int:
    """How many sentences belong to a group."""
    return sum(_belongs(sentence, pattern) for sentence in sentences)


@lru_cache(maxsize=200_000)
def _belongs(sentence: str, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(sentence))
