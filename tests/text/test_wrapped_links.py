"""Links are those that the seller wrote: unwrapped, or gone where they only count clicks."""

from __future__ import annotations

import base64

import pytest

from outcome_rl.text.cleaning import clean_email
from outcome_rl.text.wrapped_links import unwrap_links

SAFE = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.example%2Fdemo%3Fa%3D1&data=05%7C01%7C&reserved=0"
HUBSPOT = "https://d2v8tf04.na1.hubspotlinks.com/Ctc/GC+113/d2v8tf04/VVnGZ15kZ4cqW6jZ"
COUNTED = "https://t.sidekickopen08.com/s3t/c/5/f18dQhb0S7kF8cFDQZW7y9kX59hl3kW7_k2841CXdp3VPwJKl3M0WZ8W1q7dMQ"
BASE32 = base64.b32encode(b"https://acme.example/demo").decode().rstrip("=")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (SAFE, "https://acme.example/demo?a=1"),
        (SAFE.replace("&", "&amp;"), "https://acme.example/demo?a=1"),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__acme.example_demo-3Fa-3D1&d=DwMF&c=x",
            "https://acme.example/demo?a=1",
        ),
        ("https://urldefense.com/v3/__https://acme.example/demo?a=1__;!!AbC!dEf$", "https://acme.example/demo?a=1"),
        ("https://urldefense.com/v3/__https:/acme.example/a*b__;Iw!!AbC!dEf$", "https://acme.example/a#b"),
        ("https://urldefense.us/v3/__https://acme.example/a**Ab__;Iz8!!AbC$", "https://acme.example/a#?b"),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2facme.example%2fx&c=E,1,abc", "https://acme.example/x"),
        ("https://secure-web.cisco.com/1aBcD/https%3A%2F%2Facme.example%2Fx", "https://acme.example/x"),
        ("https://www.google.com/url?q=https://acme.example/x&sa=D", "https://acme.example/x"),
        ("https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Facme%2Eexample&urlhash=x", "https://acme.example"),
        ("https://clicktime.symantec.com/3AbC?u=https%3A%2F%2Facme.example%2Fx", "https://acme.example/x"),
        ("https://protect2.fireeye.com/v1/url?k=a&q=1&u=https%3A%2F%2Facme.example%2Fx", "https://acme.example/x"),
        (
            f"https://acme.salesloftlinks.com/t/80632/c/16fc67d9-aaaa-bbbb-cccc-1234567890ab/{BASE32}/acme",
            "https://acme.example/demo",
        ),
        (
            "https://ab12.r.eu-west-1.awstrack.me/L0/https:%2F%2Facme.example%2Fx/1/0102018f/abc=12",
            "https://acme.example/x",
        ),
        (
            SAFE.replace(
                "https%3A%2F%2Facme.example%2Fdemo%3Fa%3D1",
                "https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Facme.example%2Fx",
            ),
            "https://acme.example/x",
        ),
    ],
)
def test_what_is_wrapped(link: str, address: str) -> None:
    text, cuts = unwrap_links(f"See {link}. Sam")
    assert text == f"See {address}. Sam"
    assert [(cut.kind, cut.text) for cut in cuts] == [("wrapped link", link[:300])]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Book a slot <{HUBSPOT}> with me.", "Book a slot with me."),
        (f"Book a slot ({COUNTED}).", "Book a slot."),
        (f"Hi Ana,\n\n{COUNTED}\n\nSam", "Hi Ana,\n\n\nSam"),
        (f"Our page: {HUBSPOT}", "Our page:"),
        ("See https://acme.us2.list-manage.com/track/click?u=5f2b1c9e3a7d4e6f8a1b2c3d4&id=ab12cd34ef now", "See now"),
        ("See https://u123.ct.sendgrid.net/ls/click?upn=u001.AbC1dEf2GhI3jKl4MnO5pQr6 now", "See now"),
        ("See https://go.acme.example/e3t/Ctc/GC+113/d2v8tf04/VVnGZ15kZ4cqW6jZ0 now", "See now"),
    ],
)
def test_what_only_counts_clicks_goes(text: str, left: str) -> None:
    plain, cuts = unwrap_links(text)
    assert plain == left and [cut.kind for cut in cuts] == ["tracking link"]


@pytest.mark.parametrize(
    "text",
    [
        "See https://acme.example/track/click?id=1234567890123456789",
        "https://www.hubspot.com/pricing",
        "https://www.lemlist.com/links/how-to-write-cold-emails-in-2024",
        "https://app.outreach.io/login",
        "https://salesloft.com/resources/guide",
        "http://[::1",
        "https://www.google.com/search?q=https://a.example",
        "https://eur01.safelinks.protection.outlook.com/",
        "https://urldefense.com/v3/__nothing__;!!a$",
        "https://urldefense.com/v3/__https://a.example/*__;!!a$",
        "https://acme.example/?url=https%3A%2F%2Fb.example",
        "https://evilsafelinks.protection.outlook.com.example/?url=https%3A%2F%2Fb.example",
        "https://eur01.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2F%20b",
        "Ask <a@b.example>.",
        "https://clickup.com/t/86c1x2y3z",
        f"\ue001 {SAFE}",
        "https://woodpecker.co/link/how_to_write_cold_emails_in_2024",
        "https://www.google.com/urls?q=https://a.example",
    ],
)
def test_all_other_links_stay(text: str) -> None:
    assert unwrap_links(text) == (text, [])


def test_an_address_is_said_once() -> None:
    safe = SAFE.replace("%3Fa%3D1", "")
    assert clean_email(f"See acme.example/demo<{safe}> and our demo<{safe}>.").text == (
        "See acme.example/demo and our demo<https://acme.example/demo>."
    )


def test_it_is_counted_and_can_be_looked_at() -> None:
    cleaned = clean_email(f"Hi Ana,\n\nsee {SAFE} or {HUBSPOT}\n\nSam")
    assert cleaned.kinds == ("wrapped link", "tracking link")
    assert cleaned.text == "Hi Ana,\n\nsee https://acme.example/demo?a=1 or\n\nSam"


def test_hostile_links_are_read() -> None:
    """Hundreds of thousands of letters: what took their square would not come back within the hour."""
    host = "https://eur01.safelinks.protection.outlook.com/?url="
    for hostile in (
        host,
        "https://a.",
        "http://((((",
        "<https://a",
        "https://urldefense.com/v3/__https://a/*",
        f"{host}%25",
        "(https://a)",
    ):
        for text in (hostile * 10_000, f"{hostile} " * 10_000):
            assert len(unwrap_links(text)[0]) <= len(text)
    gap = " " * 1_000_000
    assert unwrap_links(f"{HUBSPOT} a{gap}b{gap}{HUBSPOT}")[0] == f"a{gap}b"
