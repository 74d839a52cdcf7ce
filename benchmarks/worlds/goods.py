"""The trades, products and people that several worlds write about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .situation import ECHOES, RELATIONS, ROLES, TRADES, Product, Vocabulary


def _product(name: str, trade: str, mentions: str) -> Product:
    return Product(name, re.compile(rf"\b{re.escape(name)}s?\b|{mentions}", re.I), trade)


GOODS = (
    _product("recall planner", "dental", r"\brecalls?\b|\bpatient reminders?\b"),
    _product(
        "matter tracker", "legal", r"\btrack\w* (?:your |all |every |the )?(?:matters|deadlines)\b|\bmatter list\b"
    ),
    _product(
        "parts catalogue",
        "garage",
        r"\bparts? (?:catalog\w*|list|search|finder|order\w*)\b|\bfinds? (?:the right )?parts?\b",
    ),
    _product("timetable app", "school", r"\btimetabl\w+|\bcover lessons?\b"),
    _product("site diary", "builder", r"\bsite (?:diar\w+|log|journal|notes|records?)\b"),
    _product(
        "stock counter", "retail", r"\bstock[- ]?(?:count\w*|take|taking|check\w*)\b|\bcount\w* (?:the |your )?stock\b"
    ),
    _product("waiting list tool", "clinic", r"\bwaiting[- ]lists?\b|\bcancell?ed appointments?\b"),
    _product(
        "herd book",
        "farm",
        r"\bherd (?:book|record|register|list|log)\w*\b|\brecords? (?:of|on) (?:the |your )?(?:herd|cattle|cows)\b",
    ),
    _product(
        "donor register",
        "charity",
        r"\bdonor (?:register|records?|list|file|data\w*)\b|\b(?:thank|track)\w* (?:your )?donors\b",
    ),
    _product("job costing tool", "agency", r"\bjob cost\w*|\bcost\w* of (?:each|every|a) (?:job|project)\b"),
    _product("press planner", "print", r"\bpress (?:plan\w*|schedul\w*|board)\b|\bplan\w* (?:the |your )?presses\b"),
    _product("release calendar", "software", r"\brelease (?:calend\w+|plan\w*|schedul\w*|dates?)\b"),
)
TRADE_NAMES = {
    "dental": ("dental practice", "dental practices", "patients"),
    "legal": ("law firm", "law firms", "clients"),
    "garage": ("garage", "garages", "car owners"),
    "school": ("school", "schools", "parents"),
    "builder": ("building firm", "building firms", "clients"),
    "retail": ("shop", "shops", "customers"),
    "clinic": ("physio clinic", "physio clinics", "patients"),
    "farm": ("dairy farm", "dairy farms", "buyers"),
    "charity": ("charity", "charities", "donors"),
    "agency": ("design agency", "design agencies", "clients"),
    "print": ("print shop", "print shops", "customers"),
    "software": ("software house", "software houses", "users"),
}
"""Trade -> one, several, whom they serve."""
PEOPLE = {
    "finance": ("finance manager", "accounts manager", "financial controller"),
    "founder": ("owner", "founder", "managing director"),
    "operations": ("operations manager", "office manager"),
    "it": ("IT manager", "systems manager"),
    "people": ("HR manager", "head of people"),
    "quality": ("quality manager", "compliance officer"),
}


@dataclass(frozen=True)
class Case:
    """Whom an email is for; what a context is rendered from. ``role``: a key of :data:`PEOPLE`, ``title``: as said."""

    role: str
    title: str
    product: Product
    relation: str
    size: int

    @property
    def trade(self) -> str:
        return self.product.trade

    def fields(self) -> dict[str, str]:
        one, many, served = TRADE_NAMES[self.trade]
        an = "an" if one[0] in "aeiou" else "a"
        return {
            "trade": one,
            "a_trade": f"{an} {one}",
            "trades": many,
            "served": served,
            "product": self.product.name,
            "title": self.title,
            "size": str(self.size),
        }


def vocabulary(products: tuple[Product, ...] = GOODS, echoes: Mapping[str, re.Pattern[str]] = ECHOES) -> Vocabulary:
    """The words of worlds that sell these goods."""
    trades = {product.trade: TRADES[product.trade] for product in products}
    return Vocabulary(products, trades, ROLES, RELATIONS, echoes)
