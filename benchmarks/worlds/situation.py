"""What a buyer knows of himself: role, trade, product in question, how the contact began; read from the context."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .reading import words_of


@dataclass(frozen=True)
class Product:
    """``name``: as contexts say it. ``mentions``: finds it in an email, also in other words. ``trade``: who buys it."""

    name: str
    mentions: re.Pattern[str]
    trade: str = ""


@dataclass(frozen=True)
class Situation:
    """``role``, ``trade``, ``relation``: keys, empty where the context says nothing known.

    ``others``: what the seller sells besides. ``trade_words``: finds the trade in an email. ``name``: the first name.
    """

    text: str
    role: str
    trade: str
    relation: str
    product: Product
    others: tuple[Product, ...] = ()
    trade_words: re.Pattern[str] | None = None
    name: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The words of a world's contexts and emails; each mapping goes from a key to what finds it."""

    products: Sequence[Product]
    trades: Mapping[str, re.Pattern[str]]
    roles: Mapping[str, re.Pattern[str]]
    relations: Mapping[str, re.Pattern[str]]
    echoes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    """How an email shows that it knows the relation."""

    def read(self, context: str) -> Situation:
        """The situation that a context tells of; anything not known is left empty."""
        low = context.lower()
        named = [product for product in self.products if product.name.lower() in low]
        product = max(named, key=lambda p: len(p.name), default=None) or generic_product(context)
        others = tuple(p for p in self.products if p.name != product.name)
        trade = _first(self.trades, context)
        if product.trade in self.trades and self.trades[product.trade].search(context):
            trade = product.trade  # a print shop is no shop
        return Situation(
            text=context,
            role=_earliest(self.roles, context) or ("operations" if _SOME_MANAGER.search(context) else ""),
            trade=trade,
            relation=_first(self.relations, context),
            product=product,
            others=others,
            trade_words=self.trades.get(trade),
        )


def _first(groups: Mapping[str, re.Pattern[str]], text: str) -> str:
    return next((key for key, pattern in groups.items() if pattern.search(text)), "")


def _earliest(groups: Mapping[str, re.Pattern[str]], text: str) -> str:
    """The group that is found first in the text: a title stands before what is said of the firm."""
    found = {key: match.start() for key, pattern in groups.items() if (match := pattern.search(text))}
    return min(found, key=lambda key: found[key], default="")


_SOME_MANAGER = re.compile(r"\b(?:manager|head|director|lead|leiter\w*)\b", re.I)
_COMMON = frozenset(
    words_of(
        "the and for with from that this who was were has have had our your their firm business company customer person"
        " cold prospect webinar referred partner price pricing asked came met fair show trial demo product about email"
        " contact step staff people management manager director head lead software system tool service app platform"
        " suite solution solutions looking"
    )
)
"""Words of a context that name no product."""


@lru_cache(maxsize=5_000)
def generic_product(context: str) -> Product:
    """The product of a context that no vocabulary knows: the words after its last "product", "for" or "about"."""
    found = re.split(r"\bproduct\s*[:=]|\bfor an?\b|\babout (?:our|the)?\b|\bproduct\b", context)
    phrase = re.split(r"[·;|.,]", found[-1])[0].strip() if len(found) > 1 else context
    stems = sorted({w[:6].lower() for w in words_of(phrase) if len(w) > 2 and w.lower() not in _COMMON})
    pattern = "|".join(rf"\b{re.escape(stem)}" for stem in stems) or r"(?!)"
    return Product(phrase, re.compile(pattern, re.I))


def patterns(groups: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    """Compiled without regard to capitals, in the given order (the first that is found counts)."""
    return {key: re.compile(pattern, re.I) for key, pattern in groups.items()}


ROLES = patterns(
    {
        "finance": r"\bcfo\b|financ|controller|accounts? (?:lead|manager)|treasur|bookkeep|payroll",
        "people": r"\bhr\b|head of people|people (?:lead|partner|director|manager)|personnel|recruit",
        "it": r"\bcto\b|\bcio\b|(?-i:\bIT\b)|information|systems? (?:lead|manager)|\bdata\b",
        "quality": r"quality|safety|complian|hse\b|hygiene|regulatory",
        "sales": r"sales|marketing|commercial|growth|brand|revenue",
        "founder": r"founder|owner|\bceo\b|managing (?:director|partner)|proprietor|general manager|principal",
        "operations": r"operation|plant|site|warehouse|production|fleet|shift|depot|kitchen|practice|office|logistics"
        r"|registered manager|service|workshop|store|duty|procure|purchas|buyer|buying",
    }
)
TRADES = patterns(
    {
        "care": r"\bcare homes?\b|nursing|\bcare\b(?! at)|residents?\b",
        "hotel": r"\bhotel\w*|guest|front desk|housekeep\w*|\brooms?\b",
        "food": r"\bfood\b|baker\w*|dair(?:y|ies)|\blines?\b|batch\w*|recipe\w*|ovens?\b",
        "warehouse": (
            r"warehous\w*|storage|depot\w*|logistic\w*|pick(?:ers?|ing)\b|pallet\w*|loading|dock\b|haul\w*|truck\w*"
            r"|driver\w*"
        ),
        "leisure": r"leisure|pools?\b|\bgyms?\b|lifeguard\w*|swim\w*|fitness|members?\b",
        "dental": r"dental|dentist\w*|patient\w*|hygienist\w*|recall\w*",
        "legal": r"\blaw\b|legal|solicitor\w*|\bmatters?\b|fee[- ]earner\w*|lawyer\w*",
        "garage": r"garage\w*|workshop\w*|mechanic\w*|\bcars?\b|\bmot\b|vehicle\w*|fleet\w*",
        "school": r"school\w*|pupil\w*|teacher\w*|timetable\w*|parents?\b|lesson\w*|class(?:es|room\w*)",
        "builder": r"build(?:er|ers|ing firm)|construction|site managers?|subcontract\w*|scaffold\w*|roof\w*",
        "retail": r"retail|\bshops?\b|\bstores?\b|till\w*|shelf|shelves|stock\w*",
        "clinic": r"clinic\w*|physio\w*|surgery|\bgp\b|ward\w*|nurs\w*|hospital\w*",
        "farm": r"farm\w*|harvest\w*|crop\w*|herd\w*|grower\w*|dairy herd",
        "charity": r"charit\w*|donor\w*|volunteer\w*|grant\w*|fundrais\w*",
        "agency": r"agenc\w*|campaign\w*|client work|studio\w*|creative\w*",
        "print": r"print\w*|press(?:es)?\b|plates?\b|ink\b",
        "software": r"software (?:firm|house|company)|saas|\bcode\b|deploy\w*|releases?\b",
    }
)
RELATIONS = patterns(
    {
        "referral": r"referr|recommended|knows a customer|introduced by|sent to us by|suggested by|referral",
        "price": r"price|pricing|quote|quotation",
        "webinar": r"webinar|online session|our talk",
        "fair": (
            r"\bfair\b|\bmet (?:us|them|you|me)? ?at\b|trade show|\bstand\b|expo\b|exhibition|conference|(?:our"
            r"|the) booth|forum"
        ),
        "former": (
            r"former|past customer|used to (?:be|have)|lapsed|(?:was|were) (?:once )?a customer"
            r"|customer of ours until|left in"
        ),
        "trial": r"trial|demo\b",
        "guide": r"guide|whitepaper|white paper|download|checklist",
        "cold": (
            r"\bcold\b|not heard from us|no contact|never (?:been )?in touch|not been in touch|first contact|not met"
            r"|never spoken|bought list|no prior"
        ),
    }
)
ECHOES = patterns(
    {
        "referral": (
            r"\b(?:suggest(?:ed|ion)|recommended|recommendation|(?<!you )told me|tells me that the two"
            r"|(?<!you )mentioned|passed on your"
            r"|passed (?:me|on) your|gave me your name|pointed me|put (?:me|us) in touch|thought (?:you|we|this|it"
            r"|that you)\b|introduced"
            r"|said (?:you|that you|i should|to)|referr\w+|reckons?|asked me to (?:write|get in touch|drop)"
            r"|your name came up|speaks? highly of you)"
        ),
        "price": (
            r"\b(?:you asked|your (?:price )?(?:question|enquiry|request)|asking (?:about|for|what)|price you"
            r"|quote you"
            r"|you wanted (?:a price|to know|the price|prices|figures)|you (?:enquired|inquired))"
        ),
        "webinar": (
            r"(?:coming to|joining|attending|have you in|here for) [“\"]|\b(?:webinar|online session|recording of"
            r"|joined us|joining us|tun(?:ed|ing) in|slides|you (?:watched|attended|listened))"
        ),
        "fair": (
            r"\b(?:the (?:[\w'&]+ ){0,4}(?:fair|show|expo|exhibition|conference|forum|booth)\b|our stand|we (?:met"
            r"|talked|chatted) (?:at|in|during)"
            r"|(?:met|meet|meeting|talking to|speaking to|seeing) you (?:at|in)|(?:stopp\w+|came|coming) (?:by|at"
            r"|to) (?:our|the) (?:stand|booth)|care managers' day)"
        ),
        "former": (
            r"\b(?:you (?:used (?:to be|to work|brindlow|our|us|it until)|left|were (?:a|our|once a) customer"
            r"|worked with (?:us|our|brindlow))|when you (?:were|left|used)"
            r"|you (?:had|used) [\w ]{3,20} (?:until|back in|a couple|some years)|since you (?:left|stopped|last)"
            r"|former customer|old account|have you back"
            r"|(?:come|coming) back to us|look at us again|worked together)"
        ),
        "trial": r"\b(?:trial|your test|you tried|demo you)",
        "guide": r"\b(?:our guide|our paper|our checklist|download(?:ed|ing))",
        "cold": (
            r"\b(?:we(?: have|'ve)?(?: not|n't| never) (?:met|spoken|been in touch|talked)|we have(?:n't"
            r"| not) (?:met|spoken|been)|you do(?:n't| not) know (?:me|us)"
            r"|out of the blue|cold (?:email|note|call)|no connection|never (?:met|spoken))"
        ),
    }
)
