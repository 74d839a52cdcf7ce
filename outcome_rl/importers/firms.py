"""The firm that an address tells of: its domain, made readable; none where strangers share the domain."""

from __future__ import annotations

import re
from functools import lru_cache

_DOMAIN = re.compile(r"@([\w.-]++)")
_SHARED = """live.com live.de live.fr live.nl live.co.uk live.com.au me.com mac.com web.de t-online.de
freenet.de arcor.de posteo.de mailbox.org proton.me pm.me tutanota.com tuta.io fastmail.com hey.com mail.com
email.com zoho.com yandex.ru yandex.com mail.ru bk.ru inbox.ru list.ru ukr.net qq.com 163.com 126.com
sina.com naver.com hanmail.net daum.net orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr
libero.it virgilio.it alice.it tiscali.it tin.it telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl
xs4all.nl hetnet.nl bluewin.ch sunrise.ch chello.at aon.at a1.net seznam.cz email.cz centrum.cz wp.pl o2.pl
onet.pl interia.pl poczta.onet.pl telia.com online.no terra.com.br uol.com.br bol.com.br ig.com.br
btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com comcast.net att.net verizon.net
sbcglobal.net bellsouth.net cox.net charter.net earthlink.net rediffmail.com bigpond.com optusnet.com.au
shaw.ca rogers.com sympatico.ca telus.net xtra.co.nz sapo.pt"""
_FREEMAIL = frozenset(_SHARED.split())
_ANY_ENDING = "gmail googlemail hotmail outlook yahoo ymail rocketmail icloud gmx aol msn protonmail"
_SHARED_NAMES = frozenset(_ANY_ENDING.split())
"""Providers whose domains end in many ways, as ``yahoo.co.jp``."""
_SECOND = "co com org net ac edu gov gob gouv ne or go ltd plc"
_BEFORE_COUNTRY = frozenset(_SECOND.split())
"""What may stand between a firm's name and a country: ``acme.co.uk``."""
SHORT = 3
"""Letters up to which a domain is written in capitals, as ``BMW``."""


def is_freemail(domain: str) -> bool:
    """Whether strangers share a domain."""
    domain = domain.lower()
    return domain in _FREEMAIL or _name_of(domain) in _SHARED_NAMES


@lru_cache(maxsize=4096)
def firm_of(address: str) -> str:
    """``kate@bright-smile.co.uk`` is of ``Bright Smile``; ``""`` where an address tells of no firm."""
    found = _DOMAIN.search(address)
    domain = found[1].lower().strip(".") if found else ""
    name = _name_of(domain)
    if not name or is_freemail(domain):
        return ""
    if len(name) <= SHORT:
        return name.upper()
    return " ".join(word.capitalize() for word in _readable(name).split("-") if word)


def _name_of(domain: str) -> str:
    """The part of a domain that somebody has registered, without the ending; ``""`` where there is none."""
    parts = domain.split(".")
    ending = 2 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _BEFORE_COUNTRY else 1
    name = parts[-1 - ending] if len(parts) > ending else ""
    return name if any(map(str.isalpha, name)) else ""


def _readable(name: str) -> str:
    """A name as people write it, ``münchen`` for ``xn--mnchen-3ya``."""
    try:
        return name.encode().decode("idna")
    except UnicodeError:
        return name
