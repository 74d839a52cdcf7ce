"""What is taken along: figures, a page that fetches nothing, Markdown; no text of a file is ever read as markup."""

import random
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from markdown_it import MarkdownIt

from outcome_rl.insights import colours, figures
from outcome_rl.insights.analysis import insights
from outcome_rl.insights.rates import rate
from outcome_rl.insights.report import html_report, markdown_report, plain_report
from outcome_rl.insights.results import REPLIED, UNCLEAR, Effect, Level
from outcome_rl.insights.sentences import verdict
from tests.helpers.insight_emails import asking, by_lot, made, people, sentence

EVIL = "<img src=x onerror=alert(1)> | [a](https://evil.example) `c` **d**"


@pytest.fixture(scope="module")
def planted():
    return insights(asking())


@pytest.fixture(scope="module")
def evil():
    rng = random.Random(0)
    rows = [
        (f"{EVIL} {sentence(rng, 3)}" if i % 2 else sentence(rng, 30), int(rng.random() < (0.7, 0.2)[i % 2]))
        for i in range(200)
    ]
    columns = {
        "segment": [EVIL if i % 2 else "plain" for i in range(200)],
        "template": [f"{EVIL} {i % 4}" for i in range(200)],
    }
    return insights(made(rows, people(200)), columns)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def tags(page):
    reader = Tags()
    reader.feed(page)
    assert reader.open == []
    return reader.seen


def test_the_page_holds_everything_and_fetches_nothing(planted):
    page = html_report(planted, "mails.csv")
    assert planted.findings[0].sentence in page
    found = tags(page)
    known = "html head meta title style body h1 h2 p ul li div table thead tbody tr th td i b"
    assert {tag for tag, _ in found} <= set(known.split())
    assert not [
        name for _, attributes in found for name in attributes if name in ("src", "href") or name.startswith("on")
    ]
    assert "default-src 'none'" in page
    assert "http" not in re.sub(r"http-equiv", "", page)


def test_bars_and_whiskers_lie_where_the_shares_are(planted):
    page = html_report(planted, "mails.csv")
    levels = planted.factor("questions").levels
    most = max(level.replied.high for level in levels)
    for level in levels:
        rate = level.replied
        whisker = f"left:{100 * rate.low / most:.1f}%;width:{100 * (rate.high - rate.low) / most:.1f}%"
        assert f'<i style="width:{100 * rate.share / most:.1f}%"></i><b style="{whisker}"></b>' in page


def test_text_of_a_file_stays_text(evil):
    page = html_report(evil, EVIL)
    assert "img" not in {tag for tag, _ in tags(page)}
    rendered = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown_report(evil, EVIL))
    found = {tag for tag, _ in tags(rendered)}
    assert not found & {"img", "a", "code", "strong", "em"}
    assert "&lt;img src=x onerror=alert(1)&gt;" in rendered


def test_markdown_tables_keep_their_columns(evil):
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(markdown_report(evil, EVIL))
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, re.S)
    assert {row.count("<td") + row.count("<th") for row in rows} == {4}  # level, emails, answered, compared
    assert "| ---" not in rendered


def test_plain_text_says_the_same(planted):
    text = plain_report(planted, "mails.csv")
    assert text.startswith("What goes with answers in mails.csv\n===")
    assert planted.findings[0].sentence in text
    assert "Held equal: context" in text
    assert "Published: One to three questions" in text


def test_a_file_in_which_nothing_shows_says_so_everywhere():
    result = insights(by_lot())
    for make in (html_report, markdown_report, plain_report):
        assert "Nothing here is clear enough to rule out chance yet" in make(result, "a.csv")
        assert "could be chance" in make(result, "a.csv")


@pytest.mark.parametrize(
    ("hits", "said"),
    [
        (160, "differs, though not clearly among emails alike otherwise"),  # 160 of 200 against 100 of 200
        (110, "could be chance"),
        (125, "could be chance"),  # 62 and 50 of 100: of several levels, chance makes one differ so
    ],
)
def test_a_plain_difference_is_not_denied(hits, said):
    def level(name, hits):
        effect = Effect(REPLIED, 0.01, -0.05, 0.07, 0.6, 0.9, UNCLEAR)
        return Level(name, name, 200, rate(hits, 200), None, (effect,))

    levels = (level("long", hits), level("short", 100))
    assert verdict(levels[0], levels, [REPLIED]) == said


def test_a_file_too_small_to_compare_is_not_told_how_to_read_comparisons():
    assert "penalised" not in plain_report(insights(made([("One email.", 0), ("Another one.", 1)])), "a.csv")
    assert "penalised" in plain_report(insights(by_lot()), "a.csv")


def test_a_factors_figure_has_a_bar_with_whiskers_for_each_level(planted):
    factor = planted.factor("questions")
    bar = figures.factor_figure(factor, planted.measures).data[0]
    assert list(bar.x) == [level.replied.share for level in factor.levels]
    assert list(bar.y) == [level.label for level in factor.levels]
    assert [x + up for x, up in zip(bar.x, bar.error_x.array, strict=True)] == pytest.approx(
        [level.replied.high for level in factor.levels]
    )
    assert bar.marker.color == colours.OUTCOME_COLOURS["reply"]


def test_the_figure_of_differences_marks_what_was_told_from_chance(planted):
    dots = figures.differences_figure(planted, "replied").data[0]
    assert dots.y[0].startswith("Questions: ")
    assert dots.marker.symbol[0] == "circle"
    assert "circle-open" in dots.marker.symbol
    assert len(dots.x) <= figures.MOST_LEVELS


def test_figures_of_strange_names(evil):
    figure = figures.rates_figure("Templates", evil.templates, evil.measures)
    assert len(figure.data[0].y) == len(set(figure.data[0].y)) == len(evil.templates)
    assert not any("<img" in name for name in figure.data[0].y)


def test_figures_of_nothing():
    result = insights(made([("One email.", 0)]))
    figures.rates_figure("Templates", result.templates, result.measures).to_json()
    figures.differences_figure(result, "replied").to_json()


def test_templates_are_told_apart_by_what_differs():
    labels = ["Subject: Your team Hi Ana, your press waits", "Subject: Your team Hi Bo, one idea for the shop"]
    assert figures.told_apart(labels) == ["… Ana, your press waits", "… Bo, one idea for the shop"]
    assert figures.told_apart(["none", "purchase"]) == ["none", "purchase"]
    assert figures.told_apart(labels[:1]) == labels[:1]


def test_the_chart_is_of_what_is_clear():
    def measured(measure, verdict):
        return Effect(measure, difference=0.1, low=0.0, high=0.2, p=0.01, verdict=verdict)

    effects = (measured("replied", "unclear"), measured("converted", "more"))
    level = SimpleNamespace(effects=effects)
    result = SimpleNamespace(measures=("replied", "converted"), factors=[SimpleNamespace(levels=[level])])
    assert figures.clearest_measure(result) == "converted"
    level.effects = effects[:1]
    assert figures.clearest_measure(result) == "replied"
