"""The first tab and an export: looked at, asked about, kept by one click; then what works in the emails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import expect

from outcome_rl.config import Columns
from outcome_rl.data.dataset import read_emails
from outcome_rl.importers.api import ImportPreview, import_rows, preview_import
from outcome_rl.importers.composition import read_beside
from outcome_rl.importers.layouts import Question
from outcome_rl.importers.questions import open_questions
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.data.import_choices import followed, guessed, made_again, options_from
from outcome_rl.ui.data.import_panel import MOST_PASTED, create_import_panel
from outcome_rl.ui.data.import_words import preview_html, questions_html, sample_html
from outcome_rl.ui.data.mapping_panel import MEANINGS
from outcome_rl.ui.data.reading import as_csv, paths_of, read_files
from outcome_rl.ui.words import importing
from outcome_rl.utils.streaming import run_to_end
from tests.helpers.pages import errors_of, says
from tests.helpers.visitor import Visitor

FIXTURES = Path(__file__).parent.parent / "importers" / "fixtures"
STATISTICS = str(FIXTURES / "smartlead_statistics" / "export.csv")
CONTACTS = FIXTURES / "apollo_contacts"
SLOW = 120_000


def look_at(files: list[str], guess: dict[str, Any] | None = None, values: list[Any] | None = None) -> ImportPreview:
    """What the files give, as they are guessed or as the controls say."""
    return preview_import(files, options_from(guess, values or []) if guess else None)


def is_read_as_it_stands(*files: Path) -> bool:
    return isinstance(run_to_end(read_files([str(each) for each in files])), Columns)


def controls(guess: dict[str, Any], **changed: Any) -> list[Any]:
    """What the panel's controls hold, those that were changed and the others as they were proposed."""
    words = [[word for word, meaning in guess["words"].items() if meaning == outcome] for outcome in MEANINGS]
    values = {
        "templates": None, "email": guess["email"], "outcome": guess["outcome"], "context": guess["context"],
        "words": words, "rest": "", "refusals": "no_reply", "meetings": "reply", "days": 14,
        "day_first": guess["day_first"], "mask": False, "first_steps": False, "own": guess["own"],
        "named": list(guess["named"].values()),
        "pasted": [""] * MOST_PASTED,
    } | changed  # fmt: skip
    return [
        each for name, value in values.items() for each in (value if name in ("words", "named", "pasted") else [value])
    ]


def test_what_nobody_changed_is_left_to_the_guess() -> None:
    guess = guessed(look_at([STATISTICS]))
    options = options_from(guess, controls(guess))
    assert (options.columns, options.meanings, options.context, options.day_first) == ({}, {}, "", None)


def test_a_word_is_asked_for_and_put_into_a_list() -> None:
    preview = look_at([STATISTICS])
    guess = guessed(preview)
    assert guess["words"]["Neutral"] is None and len(open_questions(preview.questions)) == 1
    shown = questions_html(preview, [*open_questions(preview.questions), Question("outcome column", "Which one?")])
    assert "Say what &#x27;Neutral&#x27; means" in shown and "Which one?" in shown and "What does" not in shown
    words = [[*each, "Neutral"] if place == 1 else each for place, each in enumerate(controls(guess)[4:8])]
    answered = look_at([STATISTICS], guess, controls(guess, words=words))
    assert open_questions(answered.questions) == [] and answered.outcomes["reply"] == preview.outcomes["reply"] + 1


def notes(tmp_path: Path) -> str:
    """A sheet of somebody's own."""
    told = [*["nothing"] * 4, "order!!", "wrote back, wants prices", "open", "open", "spring", "oh", ""]
    text = "Hi, we roast coffee twice a week. May I bring a kilo for your staff?"
    rows = "".join(f'p{n}@x.example,"{text} {n}","{note}"\n' for n, note in enumerate(told))
    path = tmp_path / "sheet.csv"
    path.write_text(f"who,what I wrote,what came of it\n{rows}", encoding="utf-8")
    return str(path)


def test_notes_are_sorted_beforehand_and_shown_with_what_says_so(tmp_path: Path) -> None:
    preview = look_at([notes(tmp_path)])
    guess = guessed(preview)
    assert [guess["words"][note] for note in ("order!!", "wrote back, wants prices", "open")] == [2, 1, None]
    shown = preview_html(preview)
    assert "We read 2 notes in your file (2 emails) and sorted them by what they say" in shown
    assert "wrote back, wants prices" in shown and "Because it says" in shown and "a conversion" in shown
    asked = questions_html(preview, open_questions(preview.questions))
    assert "Say what &#x27;open&#x27; (2), &#x27;spring&#x27; (1)" in asked and importing.REST_OF_WORDS in asked
    taken_out = [[word for word in each if word != "order!!"] for each in controls(guess)[4:8]]
    assert "order!!" in [
        each.about for each in look_at([notes(tmp_path)], guess, controls(guess, words=taken_out)).questions
    ]


def test_one_answer_is_for_all_words_that_are_left(tmp_path: Path) -> None:
    path = notes(tmp_path)
    guess = guessed(look_at([path]))
    answered = look_at([path], guess, controls(guess, rest="0"))
    assert open_questions(answered.questions) == [] and list(answered.outcomes.values()) == [9, 1, 1]
    followed_ = followed(guess, answered)
    assert followed_["words"]["open"] == 0 and "*" not in followed_["shown"]
    back = look_at([path], followed_, controls(followed_, rest=""))
    assert [each.about for each in open_questions(back.questions)] == ["open", "spring", "oh", ""]
    replies = look_at([path], guess, controls(guess, rest="1"))
    assert [each.about for each in open_questions(replies.questions)] == [""], "an empty cell is never an answer"


def test_the_preview_says_everything_before_anything_is_kept() -> None:
    preview = look_at([STATISTICS])
    shown = preview_html(preview)
    assert "Nothing is kept yet" in shown and "Smartlead" in shown and "bounced" in shown
    assert "was taken for the email" in shown and "Merge fields that nothing fills" in shown.replace("merge", "Merge")
    assert f"Recipients are described like this: “{preview.sample[0].context}”" in shown and "{step}" not in shown
    shown, _, folded = sample_html(preview).partition('<details class="orl-details"><summary>7 more emails')
    assert (shown.count("<tr>"), folded.count("<tr>")) == (1 + 3, 1 + 7)
    assert "What was cut out or corrected" in sample_html(preview)


def test_templates_are_asked_for_where_texts_stand_elsewhere() -> None:
    files = [str(CONTACTS / "export.csv")]
    preview = look_at(files)
    assert preview.needs_templates and "holds no texts" in questions_html(preview, open_questions(preview.questions))
    guess = guessed(preview)
    assert look_at(files, guess, controls(guess, templates=str(CONTACTS / "templates.csv"))).rows > 0


def test_templates_may_be_text_files_given_in_their_box_or_dropped_with_the_export(tmp_path: Path) -> None:
    export = str(CONTACTS / "export.csv")
    texts = [str(tmp_path / f"step{number}.txt") for number in (1, 2)]
    for text in texts:
        Path(text).write_text(f"Hi {{{{first_name}}}}, this is {Path(text).stem}.")
    guess = guessed(look_at([export]))
    boxed = look_at([export], guess, controls(guess, templates=texts))
    dropped = look_at(paths_of([*texts, export]))
    assert boxed.rows == dropped.rows > 0 and dropped.files[0].name == "export.csv"
    assert boxed.sample[0].email_text == dropped.sample[0].email_text


def test_a_field_of_a_json_cell_is_chosen_by_its_name(tmp_path: Path) -> None:
    rows = [f'{n},p{n}@x.example,COMPLETED,1,0,"{{""Angle"":""{"AB"[n % 2]}""}}"' for n in range(6)]
    header = "campaign_lead_map_id,email,status,last_email_sequence_sent,reply_count,custom_fields"
    (tmp_path / "leads.csv").write_text("\n".join([header, *rows]))
    (tmp_path / "templates.csv").write_text("step,variant,body\n1,A,Hello from A\n1,B,Hello from B\n")
    files, templates = [str(tmp_path / "leads.csv")], str(tmp_path / "templates.csv")
    preview = look_at(files)
    assert "Angle" in preview.header and "custom_fields" not in preview.header
    guess = guessed(preview)
    asked = preview_html(look_at(files, guess, controls(guess, templates=templates)))
    assert guess["named"]["variant"] == "" and "(&#x27;Angle&#x27; may be the one)" in asked
    named = [guess["named"]["step"], "Angle", *list(guess["named"].values())[2:]]
    assert look_at(files, guess, controls(guess, templates=templates, named=named)).rows == 6


def test_texts_are_pasted_for_each_step_and_variant() -> None:
    files = [str(FIXTURES / "instantly_leads" / "export.csv")]
    preview = look_at(files)
    labels = [each.label for each in preview.missing_texts]
    assert labels == ["Step 1, variant 0", "Step 2, variant 0", "Step 2, variant 1", "Step 3, variant 0"]
    assert preview.rows == 0
    guess = guessed(preview)
    pasted = [f"Subject: Note {place}\n\nHello, this is the text of number {place}." for place in range(len(labels))]
    found = look_at(files, guess, controls(guess, pasted=pasted))
    assert preview.left_out["no email text"] == 19 and found.missing_texts == ()
    assert found.rows == 19 + 5  # five of them tell of a step before, of which there is one text
    options = options_from(guess, controls(guess, pasted=pasted))
    texts = {(row.fields["email_replied_step"], row.variant): row.email_text for row in import_rows(files, options)}
    assert texts["1", "1"] == "Subject: Note 2\n\nHello, this is the text of number 2."
    assert texts["2", "0"].startswith("Subject: Note 3")
    first = look_at(files, guess, controls(guess, pasted=pasted[:1]))
    assert 0 < first.rows < found.rows and first.needs_templates  # the others are still asked for


LEADS = "email,jobTitle,lastState,sequenceStep,Which one,When\n" + "".join(
    f"p{n}@x.example,CTO,{'emailsReplied' if n == 1 else 'emailsSent'},1,{'AB'[n % 2]},2026-09-0{n + 1}\n"
    for n in range(6)
)
TEXTS = "step,variant,subject,text\n1,A,One,A note of mine\n1,B,Two,Another note of mine\n"


def test_the_variant_and_the_date_are_named_by_hand(tmp_path: Path) -> None:
    file, templates = tmp_path / "leads.csv", tmp_path / "templates.csv"
    file.write_text(LEADS)
    templates.write_text(TEXTS)
    guess = guessed(look_at([str(file)]))
    assert guess["named"] == {"step": "sequenceStep", "variant": "", "state_at": ""}
    found = look_at([str(file)], guess, controls(guess, templates=str(templates)))
    assert found.rows == 0
    shown = preview_html(found)
    assert "templates belong to step 1 (A, B), these emails to step 1, and no column of the export" in shown
    assert (
        "gives the variant (&#x27;Which one&#x27; may be the one). If one of your columns does give it, "
        f"choose it under “{importing.SETTINGS}” below"
        in shown
        and "--column" not in shown
    )
    assert (
        "There is no email to use yet. All are left out, for these reasons: No template for its step and variant (6)"
        in questions_html(found, [])
    )
    named = ["sequenceStep", "Which one", "When"]
    found = look_at([str(file)], guess, controls(guess, templates=str(templates), named=named))
    assert found.rows == 6 and {use.role: use.column for use in found.columns}["state_at"] == "When"
    assert questions_html(found, []) == ""


def test_choices_are_made_again_for_a_file_with_the_same_columns(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(LEADS)
    guess = guessed(preview := look_at([str(file)]))
    with gr.Blocks():
        panel = create_import_panel()
    named = ["sequenceStep", "Which one", "When"]
    values = controls(guess, templates="gone.csv", named=named, days=7)
    kept = panel.keep(None, preview, values)[panel.kept][preview.header]
    said = run_to_end(made_again([str(file)], guess, kept))
    shown = panel.propose_again(preview, said, kept)
    assert [shown[box].value for box in panel.named] == named and shown[panel.days] == 7
    labels = [shown[box].label for box in panel.pasted if shown[box].visible]
    assert labels == ["Step 1, variant A (3)", "Step 1, variant B (3)"]  # the texts are asked for anew


def answered(path: Path, *answers: str, context: str = "title") -> Path:
    """A table of emails that were answered so, and of one that was not."""
    rows = [f"COO of firm {n},Hello! A note on ovens {n}.,yes,{each}" for n, each in enumerate(answers)]
    path.write_text(
        "\n".join([f"{context},email,Replied,Reply text", *rows, "CTO,Hi! On ovens.,no,"]), encoding="utf-8"
    )
    return path


AGREES, REFUSES, ASKS = "Thursday 3pm works.", "Not interested.", "How much is it?"


@pytest.mark.parametrize(
    ("answers", "refusals", "meetings"),
    [
        ((AGREES, ASKS, AGREES, REFUSES), "1 answer turns you down", "2 answers agree to meet"),
        ((AGREES, ASKS), "", "1 answer agrees to meet"),
        ((REFUSES, REFUSES, ASKS), "2 answers turn you down", ""),
        ((ASKS,), "", ""),
    ],
)
def test_what_answers_are_worth_is_asked_where_such_came(
    tmp_path: Path, answers: tuple[str, ...], refusals: str, meetings: str
) -> None:
    with gr.Blocks():
        panel = create_import_panel()
    preview = look_at([str(answered(tmp_path / "export.csv", *answers))])
    shown = panel.propose(preview)
    for box, said in ((panel.refusals, refusals), (panel.meetings, meetings)):
        assert shown[box].visible == bool(said) and said in shown[box].label
        assert panel.render(preview)[box].label == shown[box].label
        assert panel.render(preview)[box].value is None, "what was chosen stays"
    assert (shown[panel.refusals].value, shown[panel.meetings].value) == ("no_reply", "reply")
    assert open_questions(preview.questions) == []


def test_what_a_meeting_is_worth_is_said_again_for_a_file_with_the_same_columns(tmp_path: Path) -> None:
    files = [str(answered(tmp_path / "export.csv", AGREES, ASKS))]
    guess = guessed(preview := look_at(files))
    with gr.Blocks():
        panel = create_import_panel()
    kept = panel.keep(None, preview, controls(guess, meetings="conversion"))[panel.kept][preview.header]
    said = run_to_end(made_again(files, guess, kept))
    assert list(said.outcomes.values()) == [1, 1, 1]
    shown = panel.propose_again(preview, said, kept)
    assert shown[panel.meetings].value == "conversion" and shown[panel.meetings].visible


def test_a_meeting_counts_as_the_seller_says_from_the_dropped_file_to_the_emails_in_use(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    importing = visitor.panel.importing
    visitor.held[visitor.panel.upload] = [str(answered(tmp_path / "export.csv", AGREES, ASKS, context="context"))]
    visitor.does("use_upload")
    assert visitor.shown[importing.meetings].visible and visitor.held[importing.meetings] == "reply"
    before = visitor.held[importing.summary]
    visitor.held[importing.meetings] = "conversion"
    visitor.does("look_again")
    assert visitor.held[importing.summary] != before and visitor.held[importing.meetings] == "conversion"
    visitor.does("use_import")
    (used,) = Workspace(tmp_path).uploads.glob("*.csv")
    assert sorted(read_emails(used, clean=False).outcomes) == [0, 1, 2]


def test_whose_mailbox_it_is_may_be_said(tmp_path: Path) -> None:
    path = tmp_path / "post.mbox"
    head = "From x Sat Mar  1 09:00:00 2025\nDate: Sat, 1 Mar 2025 09:00:00 +0000\nContent-Type: text/plain\n"
    sent = [("ann@a.example", "bob@b.example"), ("bob@b.example", "ann@a.example")]
    path.write_text(
        "".join(
            f"{head}From: {me}\nTo: {you}\nSubject: Note {me}\n\nA note on fuel and drivers.\n\n" for me, you in sent
        )
    )
    guess = guessed(look_at([str(path)]))
    other = "bob@b.example" if guess["own"] == "ann@a.example" else "ann@a.example"
    found = look_at([str(path)], guess, controls(guess, own=other))
    assert found.own_addresses == (other,) and "you said so" in found.why


def test_a_table_that_may_be_misread_is_looked_at_first(tmp_path: Path) -> None:
    rows = [f"buyer {n},A note on fuel and drivers {n}.,{'ny'[n % 2]},{'ny'[n % 4 == 1]}" for n in range(24)]
    path = tmp_path / "won.csv"
    path.write_text("\n".join(["context,email_text,Replied,Qualified", *rows]), encoding="utf-8")
    assert not is_read_as_it_stands(path)
    assert "&#x27;Qualified&#x27; says yes in 6 rows" in preview_html(look_at([str(path)]))
    path.write_text("\n".join(row.rpartition(",")[0] for row in ["context,email_text,Replied,Qualified", *rows]))
    assert is_read_as_it_stands(path)


def test_warnings_name_boxes_of_the_page_rather_than_flags(tmp_path: Path) -> None:
    unsure, box = tmp_path / "dates.csv", tmp_path / "box.mbox"
    rows = [f"buyer {n // 2},Hi {{{{first}}}}. A note on fuel {n // 2}.,{n // 2 % 6 + 1}/4/2024,no" for n in range(24)]
    unsure.write_text("\n".join(["context,email_text,sent_at,Replied", *rows]), encoding="utf-8")
    head = "From 1@xxx Mon Mar 04 09:00:00 +0000 2024\nDate: 4 Mar 2024 09:00:00 +0000\n"
    ways = [("ann@a.example", "bob@b.example"), ("bob@b.example", "ann@a.example")]
    box.write_text("".join(f"{head}From: {me}\nTo: {you}\nSubject: {me}\n\nA note on fuel.\n\n" for me, you in ways))
    dates, mail = (preview_html(look_at([str(each)])) for each in (unsure, box))
    assert f"tick “{importing.DAY_FIRST}”, under “{importing.SETTINGS}” below." in dates
    assert "12 rows repeat an earlier one: same recipient, same text, same outcome." in dates
    assert "Some emails still hold merge fields that nothing fills: first (24)." in dates
    assert "We assume this is the mailbox of ann@a.example. If not, enter your addresses" in mail
    assert importing.OWN_ADDRESS in mail and not any(each in dates + mail for each in ("--day-first", "own_address"))


def test_a_spreadsheet_with_the_usual_columns_is_kept_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "emails.jsonl"
    path.write_text('{"context": "a", "email_text": "Hello there", "outcome": 1}\n' * 3, encoding="utf-8")
    assert is_read_as_it_stands(path)
    assert read_emails(as_csv(str(path)), clean=False).outcomes == (1, 1, 1)
    assert not is_read_as_it_stands(path, path), "several files are imported together"


@pytest.mark.browser
def test_an_export_is_looked_at_answered_and_used(chromium: Any, address: str, tmp_path: Path) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    errors = errors_of(page)
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    says(page, "#data-status", "the sample data")
    expect(page.locator("#reward-missing")).to_contain_text("learn from these emails", use_inner_text=True)
    expect(page.locator("#reward-missing")).not_to_contain_text("use these emails", use_inner_text=True)
    page.locator("#data-upload input[type=file]").set_input_files(STATISTICS)
    says(page, "#import-summary", "Nothing is kept yet")
    says(page, "#import-questions", "Say what 'Neutral' means")
    says(page, "#data-status", "The emails chosen before stay in use")
    expect(page.locator("#reward-missing"), "what is to be done first").to_contain_text(
        "First: use these emails", use_inner_text=True
    )
    expect(page.locator("#reward-missing")).not_to_contain_text("learn from these emails", use_inner_text=True)
    for other in ("#train-reward", "#data-outcomes", "#data-check", "#data-look", "#insights"):
        expect(page.locator(other)).to_be_hidden()  # it shows the sample's, not this file's
    assert page.locator("#import-use").is_disabled()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#import-meaning-3 input").click()
    page.keyboard.type("Neu")
    page.keyboard.press("Enter")
    page.locator("#import-use:not([disabled])").click()
    says(page, "#data-status", "In use: export.csv, 24 emails. No two of their recipients are described alike.")
    (used,) = Workspace(tmp_path).uploads.glob("*.csv")
    described = look_at([STATISTICS]).composition
    assert described and read_beside(used) == described, "so that new recipients are described alike"
    expect(page.locator("#data-check")).to_be_visible()
    expect(page.locator("#reward-missing")).to_contain_text("learn from these emails", use_inner_text=True)
    says(page, "#train-reward", "Learn from export.csv")
    page.locator("#data-outcomes .main-svg").first.wait_for()
    page.locator("#insights button").first.click()
    page.locator("#insights-look").click()
    says(page, "#insights-report", "too few")
    with page.expect_download() as taken:
        page.locator("#insights-download").click()
    assert taken.value.suggested_filename == "export-insights.html"
    assert errors == []


@pytest.mark.browser
def test_what_is_shown_is_of_the_files_that_are_there(chromium: Any, address: str, tmp_path: Path) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    errors = errors_of(page)
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    says(page, "#data-status", "the sample data")
    sheet = notes(tmp_path)
    page.locator("#data-upload input[type=file]").set_input_files([sheet, STATISTICS])
    says(page, "#import-summary", "export.csv")
    says(page, "#import-questions", importing.REST_OF_WORDS)
    page.locator("#import-rest").get_by_text("No reply").click()
    expect(page.locator("#import-questions")).to_be_empty(timeout=SLOW)
    page.locator("#data-upload").get_by_label("Remove this file").nth(1).click()
    expect(page.locator("#import-summary")).not_to_contain_text("export.csv", use_inner_text=True, timeout=SLOW)
    says(page, "#import-summary", "We read 2 notes in your file (2 emails) and sorted them by what they say")
    says(page, "#import-summary", "11")
    page.locator("#data-upload").get_by_label("Clear").click()
    expect(page.locator("#import-panel")).to_be_hidden(timeout=SLOW)
    says(page, "#data-status", "The emails chosen before stay in use")
    expect(page.locator("#data-outcomes")).to_be_visible()
    assert errors == []
