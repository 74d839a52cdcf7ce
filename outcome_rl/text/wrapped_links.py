"""Links that a mail filter or a sending tool wrapped into its own: put back where they hold the address, else gone.

Filters of whoever received or quoted an email: Outlook's Safe Links, Proofpoint's URL Defense, Barracuda, Cisco, Trend
Micro, Sophos, Symantec, FireEye, Google, LinkedIn, Slack. What counts clicks for HubSpot, Salesloft, Mailchimp and
others holds only a number, for one recipient and one link; nobody wrote it, nor reads it.
"""

from __future__ import annotations

import re
from base64 import b32decode, urlsafe_b64decode
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from .quotes import Cut

MOST_WRAPS = 3
"""Wrappings within each other: a counter's link in a filter's link."""
_LINK = re.compile(r"https?://[^\s<>\"“”]{4,4000}", re.I)
_TRAILING = ".,;:!?'’*_"
_MARK = "\ue001"
"""What stands for a link that goes, until its brackets and its line have gone too."""
_MARKED = re.compile(
    rf"[ \t]?(?:<{_MARK}>|\({_MARK}\)|\[{_MARK}\])|^[ \t]*+{_MARK}[ \t]*\n?|(?<![ \t])[ \t]*+{_MARK}", re.M
)
_IN_ANGLES = re.compile(r"[ \t]?<(https?://[^<>\s]{4,2000})>")
_FILTERS: Mapping[str, tuple[str, ...]] = {
    "safelinks.protection.outlook.com": ("url",),
    "safelinks.protection.office365.us": ("url",),
    "linkprotect.cudasvc.com": ("a",),
    "google.com/url": ("q", "url"),
    "linkedin.com/redir/redirect": ("url",),
    "linkedin.com/safety/go": ("url",),
    "slack-redir.net/link": ("url",),
    "clicktime.symantec.com": ("u",),
    "protect2.fireeye.com": ("u",),
    "protect.fireeye.com": ("u",),
    "imsva91-ctp.trendmicro.com": ("url",),
    "trendmicro.com/wis/clicktime": ("url",),
    "l.facebook.com/l.php": ("u",),
    "deref-gmx.com/mail/client": ("redirecturl",),
    "deref-web.de/mail/client": ("redirecturl",),
    "deref-gmx.net/mail/client": ("redirecturl",),
}
"""Hosts, with the beginning of a path where the host has other pages too: the names of what holds the address."""
_ONLY_COUNTERS = re.compile(
    r"(?:[\w-]+\.)*(?:hubspotlinks(?:free|starter)?\.com|hubspotemail\.net|sidekickopen\d*\.com|t\.signaux\w*\.com"
    r"|t\.sigopn\w*\.com|t\.senal\w*\.com|t\.signale\w*\.com|t\.hsmsdd\.com|track\.getsidekick\.com|salesloftlinks\.com"
    r"|ct\.sendgrid\.net|awstrack\.me|t\.yesware\.com|track\.mixmax\.com|klclick\d*\.com|click\.pstmrk\.it|outrch\.com)",
    re.I,
)
"""Hosts that do nothing else than count clicks."""
_COUNTERS = re.compile(
    r"(?:[\w-]+\.)*(?:list-manage\d*\.com|mandrillapp\.com|mailtrack\.io|mlsend\d*\.com|sendibt\d\.com|rs6\.net"
    r"|mailgun\.org|customeriomail\.com|exct\.net|salesloft\.com|outreach\.io|lemlist\.com|woodpecker\.co|replyapp\.io"
    r"|mktoresp\.com|mkt\d+\.com|cmail\d+\.com|createsend\d*\.com|gmass\.co|mailshake\.com)",
    re.I,
)
_COUNTED = re.compile(
    r"/(?:e3t|s3t|events/public|ls/click|wf/click|track/click|tracking/click|track|trk|click|clicks|l0|cl0|c|t|tt|ct|tr"
    r"|link|links|redirect|r|e)(?:/|\?|\.php|$)",
    re.I,
)
"""Where on such a host, or on a seller's own for it, clicks are counted; its other pages are pages."""
_ANY_HOST = re.compile(r"/(?:e3t/[A-Z]\w{2}/|ls/click\?upn=|track/click/\d+/|wf/click\?upn=)", re.I)
"""Paths that count clicks on whatever host they stand."""
_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""How many characters a run of stars stands for, from two on, in URL Defense's third form."""
_TOKEN = re.compile(
    r"(?=[\w=+*%~]{0,40}?(?:[A-Za-z]\d|\d[A-Za-z]|\d{8}))[\w=+*%~]{16,}|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-", re.I
)
"""What a counter tells recipients and links apart by; no words, as ``cold_emails_in_2024``."""


def unwrap_links(text: str) -> tuple[str, list[Cut]]:
    """The text with the addresses that its links lead to; links that only count clicks go, with the brackets they stood
    in.
    """
    if "://" not in text or _MARK in text:
        return text, []
    cuts: list[Cut] = []
    plain = _LINK.sub(lambda found: _put_right(found.group(), cuts), text)
    if _MARK in plain:
        plain = _MARKED.sub("", plain).rstrip()
    return (_said_once(plain), cuts) if cuts else (text, [])


def _said_once(text: str) -> str:
    """Without an address in angles behind the same address, as Outlook writes what it wrapped."""

    def needed(found: re.Match[str]) -> str:
        bare = re.sub(r"^https?://(?:www\.)?|/$", "", found.group(1))
        before = text[max(found.start() - len(found.group()) - 2, 0) : found.start()].rstrip(" \t").removesuffix("/")
        return "" if bare and before.endswith(bare) else found.group()

    return _IN_ANGLES.sub(needed, text)


def _put_right(link: str, cuts: list[Cut]) -> str:
    """A link as it was written; a mark in the place of one that counts clicks."""
    bare = link.rstrip(_TRAILING)
    for opening, closing in ("()", "[]"):
        while bare.endswith(closing) and bare.count(closing) > bare.count(opening):
            bare = bare[:-1].rstrip(_TRAILING)
    behind, address = link[len(bare) :], bare
    for _ in range(MOST_WRAPS):
        within = _unwrapped(address)
        if within is None:
            break
        address = within
    if address != bare:
        cuts.append(Cut("wrapped link", bare[:300]))
    if _counts(address):
        cuts.append(Cut("tracking link", address[:300]))
        return _MARK + behind
    return address + behind


def _counts(address: str) -> bool:
    """Whether a link leads to a counter of clicks and tells nothing else."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    where = parts.path + (f"?{parts.query}" if parts.query else "")
    if not _TOKEN.search(where):
        return False
    if _ANY_HOST.match(where) or _ONLY_COUNTERS.fullmatch(host):
        return True
    return bool(_COUNTERS.fullmatch(host)) and bool(_COUNTED.match(where))


def _unwrapped(link: str) -> str | None:
    """The address within a link, None where it holds none."""
    try:
        parts = urlsplit(link.replace("&amp;", "&"))
        host = (parts.hostname or "").lower()
        for read in (_defended, _in_path, _named):
            found = read(host, parts.path, parts.query)
            if found and re.match(r"https?://[\w\[]", found, re.I) and not re.search(r"[\s<>\"]", found):
                return found
    except ValueError:
        return None
    return None


def _named(host: str, path: str, query: str) -> str | None:
    """What a parameter of the query holds."""
    for place, names in _FILTERS.items():
        where, slash, start = place.partition("/")
        if (host == where or host.endswith(f".{where}")) and (not slash or f"{path}/".startswith(f"/{start}/")):
            said = parse_qs(query, max_num_fields=40)
            return next((said[name][0] for name in names if name in said), None)
    if host.endswith(".protection.sophos.com"):
        said = parse_qs(query, max_num_fields=40)
        return _base64(said["u"][0]) if "u" in said else None
    return None


def _base64(code: str) -> str:
    return urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode("utf-8")


def _defended(host: str, path: str, query: str) -> str | None:
    """Proofpoint's three forms: ``/v1/url?u=``, ``/v2/url?u=https-3A__…``, ``/v3/__https://…__;``."""
    if not re.fullmatch(r"(?:[\w-]+\.)?urldefense(?:\.proofpoint)?\.com|(?:[\w-]+\.)?urldefense\.us", host):
        return None
    whole = path + (f"?{query}" if query else "")
    if found := re.match(r"/v3/__(.+?)__;(.*?)!!", whole) or re.match(r"/v3/__(.+?)__;?([^!]*)", whole):
        return _starred(found.group(1), found.group(2))
    said = parse_qs(query, max_num_fields=40).get("u", [""])[0]
    if path.startswith("/v2/"):
        return unquote(said.replace("-", "%").replace("_", "/"))
    return unquote(said) if path.startswith("/v1/") else None


def _starred(address: str, code: str) -> str | None:
    """Version 3: what could not stand in an address is a star, or several, and follows in base64."""
    address = re.sub(r"^(https?):/(?=[^/])", r"\1://", address)
    if "*" not in address:
        return address
    kept, taken = _base64(code), 0

    def stood(found: re.Match[str]) -> str:
        nonlocal taken
        start, star = taken, found.group()
        taken += 1 if star == "*" else _LENGTHS.index(star[-1]) + 2
        return kept[start:taken]

    plain = re.sub(r"\*(?:\*[A-Za-z0-9_-])?", stood, address)
    return plain if taken == len(kept) else None


def _in_path(host: str, path: str, query: str) -> str | None:
    """Cisco's ``/<code>/https%3A%2F%2F…``, Amazon's ``/L0/https:%2F%2F…/1/<code>``, Salesloft's in base32."""
    if host == "secure-web.cisco.com":
        found = re.match(r"/[^/]+/(https?(?:%3A|:).+)", path, re.I)
        return unquote(found.group(1)) if found else None
    if host.endswith("awstrack.me"):
        found = re.match(r"/L0/(https?:%2F%2F[^/]+)/", path, re.I)
        return unquote(found.group(1)) if found else None
    found = re.search(r"/(NB2HI4D[A-Z2-7]{4,2000})=*(?:/|$)", path)
    return b32decode(found.group(1) + "=" * (-len(found.group(1)) % 8)).decode("utf-8") if found else None
