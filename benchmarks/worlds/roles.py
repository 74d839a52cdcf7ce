"""What a sentence does in the argument of an English email: reason for writing, product, proof, ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache

from .reading import Reading, words_of


class Role(Flag):
    """A sentence may do several things at once."""

    NONE = 0
    REASON = auto()
    PRODUCT = auto()
    PROOF = auto()
    ASK = auto()


REASON = re.compile(
    r"\b(?:i(?:'m| am)? (?:writ(?:e|ing)|wrote|saw|noticed|read|heard|spotted|understand|gather|hear|see|follow\w*)\b"
    r"|(?:we|they) (?:saw|noticed|read|heard|met|spoke)"
    r"|thank(?:s| you) for (?:coming|joining|attending|asking|stopping|your (?:question|enquiry|interest|time at"
    r"|visit)|taking part|the chat|talking|visiting|downloading|looking|getting in touch)"
    r"|you (?:asked|came|joined|attended|stopped|visited|mentioned|told|said|wrote|downloaded|requested|wanted"
    r"|were (?:with|at|on|a|in)|used|left|are (?:hiring|looking|opening|recruiting|building|moving)"
    r"|have (?:just )?(?:opened|taken|asked))"
    r"|(?:suggested|recommended|told me|mentioned|thought|said|reckons?|pointed|passed (?:me|on)"
    r"|gave me your name|asked me to|put me on to|introduced)\b"
    r"|because (?:you|your)|since (?:you|your)|when (?:you|we) (?:asked|came|met|spoke|visited|talked|stopped)"
    r"|after (?:your|our|the|seeing|reading|hearing)|as you (?:asked|are|were|wanted)"
    r"|following (?:your|our|the|up)|at (?:the|our) (?:webinar|stand|fair|show|session|booth|talk)|the reason i"
    r"|that is why|what made me|prompted me|your (?:job ad\w*|advert\w*|vacanc\w*|question|post|news\w*|article"
    r"|team (?:page|is)|enquiry|website (?:says|shows)|planning notice|announcement))\b"
    r"|\bin most (?:\w+ ){1,3}(?:i|we|the|it|somebody|someone|one)\b|\bmost (?:\w+ ){1,4}(?:i|we) (?:know|meet"
    r"|visit|talk|speak)",
    re.I,
)
PROOF = re.compile(
    r"\b(?:uses?|used|using|has used|have used|runs?|ran|relies|rely|switched|moved|works? with|chose|cut|went"
    r"|brought|now|since|halved|saved|closed?s?|dropped|fell|had|saw|report\w*|told us|tells us|says|said"
    r"|spends?|spent|takes?|took|needed|needs|down|reduced|left|lost|won|found|noticed|came|stayed|bakes|counts"
    r"|made|publish|pays?|closes)\b",
    re.I,
)
_FIGURE = re.compile(
    r"\d|\b(?:half|third|quarter|twice|halved|doubled|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|fifteen|twenty|thirty|forty|fifty|hundred)\b",
    re.I,
)
_CUSTOMER = re.compile(
    r"\b(?:customers?|clients?|homes?|hotels?|plants?|firms?|compan(?:y|ies)|teams?|depots?|bakery|clinics?"
    r"|sites?|practice|shop|a \w+ (?:in|near|of|from|with))\b|(?<=[a-z,] )[A-Z][a-z]+ (?:[A-Z][a-z]+|uses?|has"
    r"|now)\b|^[A-Z][a-z]+(?: [A-Z]\w+)+",
)
_ACTION = (
    r"(?:call|chat|talk|speak|demo\w*|meet\w*|conversation|walk\w*|tour|visit|trial|try|pilot|look|quote|proposal"
    r"|coffee|session|see|show\w*|send|hear|discuss|introduc\w+|example|sample|draft|copy|sheet|pages?|details"
    r"|numbers|recording|minutes?|half an hour|worth|interest\w*|help\w*|use|free|open|suit\w*|work|better"
    r"|convenient|yes|start|set up|come|bring|run|know|person|who|when|which)"
)
_ASK_PATTERNS = (
    rf"\b(?:would|could|can|may|might|shall|should|do|does|are|is|will|have|want|care"
    rf"|fancy)\b[^.?!]{{0,120}}\b{_ACTION}\b[^.?!]*\?",
    r"\b(?:when|which|what|who|where|how about|what about|any chance|okay if|ok if|happy for me"
    r"|worth)\b[^.?!]{0,90}\?",
    r"(?:^|[,;:–-] |\b(?:please|kindly|just|simply|then|and|or|so|to) )(?:reply|respond|answer|write|tell"
    r"|let (?:me|us)|send|drop|give|pick|choose|name|book|call|ring|phone|text|suggest|say|click|register|sign"
    r"|forward|pass|point|schedule|reserve|confirm|contact|get back|get in touch|download|order)\b(?! (?:us|you"
    r"|them|him|her|it) (?:that|how|what|a year)\b)",
    r"\b(?:i|we)(?:'d| would| could| can| will|'ll) (?:gladly |also |then |be |happily )*(?:show|send|walk|call"
    r"|ring|visit|set up|bring|come|run|book|drop|share|happy to|glad to|pleased to|like to|love to)\b",
    r"\bwould be (?:glad|happy|pleased|delighted) to (?:send|show|share|talk|call|visit|hear|walk|explain)\b",
    r"\b(?:let's|let us|let me) (?:talk|chat|meet|connect|schedule|discuss|set up|find|book|speak|catch|know"
    r"|show|send)\b|\blet (?:me|us) know\b|\bone word (?:is enough|will do|reply)\b|\ba (?:yes|word|line"
    r"|short reply|one-word|date)\b[^.?!]{0,30}\b(?:is enough|will do|is plenty|suffices|and i)\b",
    r"\b(?:got|am i (?:talking|writing|speaking)|any (?:use|interest)|minutes?|mind if|open to|interested"
    r"|the right person)\b[^.?!]*\?",
    r"\bi(?:'d| would) (?:suggest|propose|invite|recommend (?:a|that we)|welcome|appreciate|be grateful)\b"
    r"|\bi (?:invite|suggest|propose)\b",
    r"\b(?:looking forward to|look forward to) (?:hearing|your (?:reply|answer|call))\b",
)
ASK = re.compile("|".join(f"(?:{p})" for p in _ASK_PATTERNS), re.I)
BIG_ASK = re.compile(
    r"\b(?:\d{2,3}|ninety|sixty|forty-five)[- ]?(?:min\w*)|(?<!quarter of )(?<!half )\b(?:an|one|two|full"
    r"|whole)[- ]hours?\b|\b(?:(?:a|one|full|whole)[- ](?:day|morning|afternoon)|half[- ]day)\b(?! or\b)"
    r"|\b(?:workshop|on-?site|full demo\w*|demonstration|presentation|contract|sign(?:ed|ing)?|order|purchase"
    r"|board meeting|steering|with your (?:whole )?(?:team|management|board)|everyone involved|all decision"
    r"|budget|commit|roll-?out|proposal meeting)\b",
    re.I,
)
SMALL_ASK = re.compile(
    r"\b(?:(?:5|10|15|20|five|ten|fifteen|twenty|a few|a couple of)[- ]min\w*|quarter of an hour|(?:short|quick"
    r"|brief) (?:call|chat|look|talk|reply|note|word|phone call)|one[- ]word|a (?:yes|no|word|line|date)"
    r"|yes or no|reply with|single (?:line|word)|two[- ]pages?|one[- ]page|a page|the sheet|an example|a sample"
    r"|a draft|send (?:you|it|them|over|the|me)|worth (?:a|ten|five)|right person|who (?:looks after|is|would"
    r"|should|handles|plans|writes)|point me|shall i|should i|may i|can i send|which day|a month free"
    r"|free (?:month|trial))\b",
    re.I,
)
_DOCUMENT = (
    r"\b(?:pages?|sheets?|example|sample|draft|pdf|checklist|recording|film|video|summary|quote|price list|calculation"
    r"|template|case study|documents?|copy|report|guide|figures|numbers|notes|one-pager|write-up|spreadsheet|leaflet)\b"
)
DOCUMENT = re.compile(_DOCUMENT, re.I)
DOCUMENT_ASK = re.compile(
    r"\b(?:send|email|post|forward|share|drop|have|get|like|want|see|read)\b[^.?!]{0,50}" + _DOCUMENT, re.I
)
DATED_ASK = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri)day\b|\b(?:tomorrow|this week|next week|at \d{1,2}(?:[:.]\d\d| ?[ap]m)?"
    r"|on the \d{1,2}|\d{1,2}(?:st|nd|rd|th)\b|noon|before the weekend|morning|afternoon)\b",
    re.I,
)


@dataclass(frozen=True)
class Argument:
    """The roles of an email's sentences, in their order."""

    roles: tuple[Role, ...]

    def first(self, role: Role) -> int | None:
        return next((i for i, found in enumerate(self.roles) if role in found), None)

    def last(self, role: Role) -> int | None:
        return next((i for i in reversed(range(len(self.roles))) if role in self.roles[i]), None)

    def count(self, role: Role) -> int:
        return sum(role in found for found in self.roles)


def is_proof(sentence: str) -> bool:
    """Somebody named, what they do, and a figure: what a reader could check."""
    return bool(_FIGURE.search(sentence) and _CUSTOMER.search(sentence) and PROOF.search(sentence))


def is_ask(sentence: str) -> bool:
    return bool(ASK.search(sentence)) and len(words_of(sentence)) > 1


def argument(read: Reading, product: re.Pattern[str]) -> Argument:
    """What each sentence of the body does; ``product`` finds the seller's product."""
    return Argument(tuple(_own_role(s) | (Role.PRODUCT if product.search(s) else Role.NONE) for s in read.sentences))


@lru_cache(maxsize=100_000)
def _own_role(sentence: str) -> Role:
    """What a sentence does, whatever is sold; the same sentences come again and again."""
    role = Role.ASK if is_ask(sentence) else Role.PROOF if is_proof(sentence) else Role.NONE
    return role | (Role.REASON if REASON.search(sentence) else Role.NONE)
