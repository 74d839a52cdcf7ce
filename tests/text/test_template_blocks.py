"""Of a template's several texts, the one that a recipient got; what nothing decides stays and is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.text.liquid_filters import filtered
from outcome_rl.text.merge_fields import merge_fields_in
from outcome_rl.text.merge_filling import field_values, fill, first_choices, has_spintax, known_fields
from outcome_rl.text.template_blocks import blocks_in, resolve

ANA = {"First Name": "Ana", "Company": "Acme", "City": "", "Industry": "SaaS", "Country": "DE", "Name": "Ana Field"}


def read(text: str, columns: dict[str, str] | None = None) -> str:
    """A text as its recipient got it."""
    own = ANA if columns is None else columns
    found = resolve(text, known_fields(own))
    return fill(found.text, field_values(own))[0]


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("Hi {{#if first_name}}{{first_name}}{{else}}there{{/if}},", "Hi Ana,"),
        ("Hi {{#if city}}from {{city}}{{else}}there{{/if}},", "Hi there,"),
        ("Hi {{ #if city }}a{{ else if company }}b at {{company}}{{ else }}c{{ /if }}.", "Hi b at Acme."),
        ("{{#unless city}}no town{{/unless}}", "no town"),
        ("{{#company}}at {{company}}{{/company}}{{^city}}, no town{{/city}}", "at Acme, no town"),
        ('{{#if (eq country "DE")}}Hallo{{else}}Hello{{/if}}', "Hallo"),
        ('{{#ifEqual country "FR"}}Bonjour{{else}}Hello{{/ifEqual}}', "Hello"),
        ("Hi {{#if first_name}}{{#endif}},", "Hi Ana,"),
        ("Hi {{#if city}}{{#else}}there{{#endif}},", "Hi there,"),
        ("Hi {{#if first_name}}{{#else}}there{{#endif}},", "Hi Ana,"),
        ("{% if first_name %}Hi {{first_name}}{% else %}Hello{% endif %},", "Hi Ana,"),
        ('{% if industry == "Retail" %}a{% elsif industry == "SaaS" %}b{% else %}c{% endif %}', "b"),
        ('{%- if city -%} x {%- elif company != "" -%} y {%- endif -%} z', "yz"),
        ("{% if contact.firstname %}{{ contact.firstname }}{% endif %}", "Ana"),
        ("{% unless city %}no town{% endunless %}", "no town"),
        (
            '{% case country %}{% when "FR", "BE" %}Bonjour{% when "DE" or "AT" %}Hallo{% else %}Hello{% endcase %}',
            "Hallo",
        ),
        ('{% case country %}\n{% when "FR" %}Bonjour{% else %}Hello{% endcase %}', "Hello"),
        ('{% assign who = city | default: "your town" %}In {{who}}.', "In your town."),
        ('{% assign first = name | split: " " | first %}Hi {{ first }}', "Hi Ana"),
        ('{% set who = "you" %}For {{ who }}', "For you"),
        ("{% capture hello %}Hi {{first_name}}{% endcapture %}{{hello}}, {{hello}}", "Hi Ana, Hi Ana"),
        ("a{% comment %}to be changed{% endcomment %}b", "ab"),
        ("*|IF:FNAME|*Hi *|FNAME|**|ELSE:|*Hello*|END:IF|*", "Hi Ana"),
        ("*|IF:COUNTRY=FR|*Bonjour*|ELSEIF:COUNTRY=DE|*Hallo*|ELSE:|*Hi*|END:IF|*", "Hallo"),
        ("*|IFNOT:CITY|*no town*|END:IF|*", "no town"),
        ('#if($COMPANY != "")At {{COMPANY}}#{else}Hello#end.', "At Acme."),
        ('#set($who = "you")#if( $CITY )x#elseif( $COUNTRY == "DE" )y#else z#end', "y"),
        ("{% if city %}A{% endif %}\n\n\n\nB", "B"),
        ("One.\n\n{% if city %}\nTwo.\n{% endif %}\n\nThree.", "One.\n\nThree."),
        ("{% if company %}{% if city %}a{% else %}b{% endif %}{% endif %}", "b"),
        ("a{{!-- to be changed --}}b", "ab"),
        ("Hi {{#first_name}}{{.}}{{/first_name}}{{^first_name}}there{{/first_name}}", "Hi Ana"),
        ("Hi *|TITLE:FNAME|* of *|UPPER:COMPANY|*", "Hi Ana of ACME"),
        ("{%if city%}a{%else%}b{%endif%}", "b"),
        ('{% assign x = "a" %}{{x}}{% assign x = "b" %}{{x}}', "ab"),
        ('{% assign industry = "you" %}{{industry}} in {{sector}}', "you in SaaS"),
        ("{% assign who = city %}{{who|there}} {{ first_name | default: who }}", "there Ana"),
        ('{% assign who = "you" %}{{ who | upcase }} {{ who | date: "%Y" }}', 'YOU {{ who | date: "%Y" }}'),
        ("a{{!-- one\ntwo {{city}} --}}b", "ab"),
        ("{{#if city}}a{{elif company}}b{{/if}}", "b"),
        ("a{{#if company}}{{/if}}b", "ab"),
    ],
)
def test_what_was_sent(text: str, got: str) -> None:
    assert read(text) == got
    assert blocks_in(got) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hi {{#if icebreaker}}{{icebreaker}}{{else}}there{{/if}}", ("#if icebreaker",)),
        ("{% if plan == 'x' %}a{% elsif company %}b{% endif %}", ("if plan == 'x'",)),
        ("{% for each in list %}{{each}}{% endfor %}", ("for each in list",)),
        ("{{#each items}}x{{/each}}", ("#each items",)),
        ("{% if company %}a", ("if company",)),
        ("a{% endif %}", ("endif",)),
        ("{{#if company}}a{{else}}b{{else}}c{{/if}}", ("#if company",)),
        ("{{#if company}}a{% endif %}", ("#if company",)),
        ('{!IF(Contact.City != null, "a", "b")} c', ('{!IF(Contact.City != null, "a", "b")}',)),
        ("%%[ IF @x THEN ]%%a%%[ ENDIF ]%%", ("%%[ IF @x THEN ]%%", "%%[ ENDIF ]%%")),
        ("*|IF:PLAN|*a*|END:IF|*", ("IF:PLAN",)),
        ("a {%- if plan -%} b {%- endif -%} c", ("if plan",)),
        ('{% assign x = plan | default: "you" %}{{x}}', ('assign x = plan | default: "you"',)),
        ('{% if product.name == "Ana Field" %}a{% endif %}', ('if product.name == "Ana Field"',)),
        ("{% if meeting.city %}a{% else %}b{% endif %}", ("if meeting.city",)),
        ("{% capture a %}{{plan}}{% endcapture %}{{a}}", ("capture a",)),
        ("{% capture a %}{{city}}{% endcapture %}{{a}}", ("capture a",)),
        ("{% capture a %}{% for x in y %}z{% endfor %}{% endcapture %}{{a}}", ("capture a", "for x in y")),
        ("{% assign x = company | base64_encode %}{{x}}", ("assign x = company | base64_encode",)),
        ("{% set a, b = 'x' %}{{ab}}", ("set a, b = 'x'",)),
        ("{% if city %}a{% when 'y' %}b{% endif %}", ("if city",)),
        ("#if($plan)a#end", ("#if($plan)",)),
        ("[if company]a[else]b[endif]", ("if company", "else", "endif")),
        ('{% include "footer" %} a', ('include "footer"',)),
        ("{% assign x = plan %}{{x}}", ("assign x = plan",)),
        ("{% assign x = 'now' | date: '%A' %}{{x}}", ("assign x = 'now' | date: '%A'",)),
        ("{{#if plan}}{{#if company}}a{{/if}}{{/if}}", ("#if plan", "#if company")),
        ("{% case country %}{% when plan %}a{% endcase %}", ("case country",)),
    ],
)
def test_what_nothing_decides_stays_and_is_named(text: str, names: tuple[str, ...]) -> None:
    found = resolve(text, known_fields(ANA))
    assert found.left == names and found.text == text


@pytest.mark.parametrize(
    ("text", "got", "names"),
    [
        ("[if company]a[endif] b {% if city %}c{% endif %}d", "[if company]a[endif] b d", ("if company", "endif")),
        (
            "{% if company %}a{% when 'x' %}b{% endif %}{% if plan %}c{% endif %}",
            "a{% if plan %}c{% endif %}",
            ("if plan",),
        ),
        ("{% if company %}{{#each items}}x{{/each}}{% endif %}", "{{#each items}}x{{/each}}", ("#each items",)),
    ],
)
def test_what_can_be_decided_is_beside_what_cannot(text: str, got: str, names: tuple[str, ...]) -> None:
    found = resolve(text, known_fields(ANA))
    assert found.left == names and found.text == got


@pytest.mark.parametrize(
    "left",
    [
        "{% assign who = plan %}",
        '{% if plan %}{% assign who = "b" %}{% endif %}',
        "{% for each in list %}{% set who = each %}{% endfor %}",
        "{% capture who %}{{plan}}{% endcapture %}",
    ],
)
def test_what_a_name_holds_is_not_known_after_a_block_that_stays(left: str) -> None:
    assert read(f'{{% assign who = "a" %}}{{{{who}}}} {left}{{{{who}}}}') == f"a {left}{{{{who}}}}"
    of_a_column = left.replace("who", "country") + "{% if country %}a{% endif %}"
    assert read(of_a_column) == of_a_column


@pytest.mark.parametrize(
    "text",
    [
        "a #1 and #end of it",
        "C# {x}",
        "100 %} {%",
        "{{first_name}}",
        "{% first_name %}",
        "*|FNAME|*",
        "5 * 3 | 2 {",
        "#else",
        "see [else] and [endif]",
        "[if you like] we can talk",
        "{% first_name %} #end of [else]",
    ],
)
def test_what_is_no_condition(text: str) -> None:
    assert blocks_in(text) == () and resolve(text, known_fields(ANA)).text == text


def test_tags_are_neither_fields_nor_choices() -> None:
    text = '{% assign x = y | default: "a" %}{% if x %}{Hi|Hello}{% else %}b{% endif %}{{else}}{{:else}}{{ elif x }}'
    text += "{% block body %}{% endblock %}*|IF:X|**|ELSE|**|ENDIF|*"
    assert merge_fields_in(text) == []
    assert first_choices(text) == text.replace("{Hi|Hello}", "Hi")
    assert not has_spintax('{% assign x = y | default: "a" %}')


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ('{{ first_name | default: "there" }}', "Ana"),
        ('{{ city | default: "there" }}', "there"),
        ('{{ city | default: "there" | capitalize }}', "There"),
        ("{{ first_name | upcase }}", "ANA"),
        ("{{ city | capitalize }}", "{{ city | capitalize }}"),
        ('{{ name | split: " " | last }}', "Field"),
        ('{{ company | append: " Inc" | remove: "c" }}', "Ame In"),
        ("{{ city | default: company }}", "Acme"),
        ('{{ city | default: "company" }}', "company"),
        ("{{ city | default('company') }} {{ city | default(company) }}", "company Acme"),
        ("{{product.name}} {{deal.name}}", "{{product.name}} {{deal.name}}"),
        ('{{ contact.city | default("there", true) }}', "there"),
        ("{{ first_name | date: '%Y' }}", "{{ first_name | date: '%Y' }}"),
        ("{{ first_name | truncate: 2, '' }}", "An"),
        ("{{ company | first }}", "{{ company | first }}"),
        ("{{ name | split: ' ' }}", "{{ name | split: ' ' }}"),
        ("{{first_name|there}} {{city|there}}", "Ana there"),
        ("{{sender.first_name}} {{owner.name}}", "{{sender.first_name}} {{owner.name}}"),
        ("{{company.name}} {{ account.name }}", "Acme Acme"),
    ],
)
def test_filters(text: str, got: str) -> None:
    assert read(text) == got


def test_a_value_that_filters_make_long_is_none() -> None:
    assert filtered("a" * 300, (("replace", ("a", "b" * 6)),), {}.get) == ("b" * 1800, False)
    assert filtered("a" * 300, (("replace", ("a", "b" * 7)),), {}.get) == (None, False)


def test_a_template_is_of_a_bounded_size_and_depth() -> None:
    deep = "{% if company %}" * 30 + "a" + "{% endif %}" * 30
    assert resolve(deep, known_fields(ANA)).text == deep and resolve(deep, known_fields(ANA)).left == ("if company",)
    many = "{% if company %}a{% endif %}" * 300
    assert resolve(many, known_fields(ANA)).left == ("if company",)


def test_hostile_templates_stay_as_they_are() -> None:
    """A million letters and more: what took their square would not come back within the hour."""
    for hostile in (
        "{{#if ",
        "{% if ",
        "{%",
        "{{",
        "#if(",
        "#if((((",
        "*|IF:",
        "{!",
        "%%[",
        "{% if a %}",
        "{{else}}",
        "{{{",
        "#end ",
        "{{!--",
    ):
        text = hostile * 40_000
        found = resolve(text, {})
        assert found.text == text and bool(found.left) == bool(blocks_in(text))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "{{#if company}}",
                "{{else}}",
                "{{/if}}",
                "{% if city %}",
                "{% else %}",
                "{% endif %}",
                "{%",
                "}}",
                "a",
                "#if($x)",
                "#end",
                "*|IF:X|*",
                "*|END:IF|*",
                "{% assign company = city %}",
                "{% case city %}",
                "{% when 'a' %}",
                "{% endcase %}",
                " ",
                "\n",
            ]
        ),
        max_size=14,
    )
)
def test_no_tag_is_left_silently(pieces: list[str]) -> None:
    found = resolve("".join(pieces), known_fields(ANA))
    assert bool(found.left) == bool(blocks_in(found.text))
