"""Notes in people's own words: what leaves no doubt is sorted and shown, all else is asked for, at once if wished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.cli.import_preview import ask_user
from outcome_rl.config import Columns
from outcome_rl.data.dataset import read_emails
from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, ImportPreview, preview_import
from outcome_rl.importers.layouts import Question
from outcome_rl.importers.meanings import ASK
from outcome_rl.importers.resolve import resolve_data
from outcome_rl.importers.sayings import read_saying
from outcome_rl.importers.words import in_words

Write = Callable[..., Path]
TODAY = date(2026, 11, 30)

TELLS = {
    "conversion": (
        "tasting booked 16.03.; TASTING 16 Apr!; training fixed for 10 May, new customer; "
        "order - 4kg a week from June; "
        "order!!; won! 8 kg; came to the roastery, bought; rang back, visit 29 Jun; said yes, I go there 17 Mar 3pm; "
        "booked a demo; demo held 4 May; call booked for 4 May; Meeting on 4 May; signed up; said yes, visit 3 May; "
        "Termin vereinbart 3. Mai; Termin 3. Mai 14 Uhr; Verkostung am 12.4.; hat zugesagt, Besuch 4. Mai; hat "
        "bestellt, "
        "5 kg; Neukunde; rdv pris le 12 mai; dégustation 16/04; commande !; a commandé 4 kg; cita fijada 3 de mayo; "
        "compró 2 kg; appuntamento fissato 3 maggio; ha ordinato; afspraak gemaakt 3 mei; besteld!; comprou; "
        "reunião marcada 3 maio; AUFTRAG!!; Auftrag erhalten; beauftragt; "
        "tasting booked 16 March 2026; order 12; bought 2.5 kg; ordered 3 bags"
    ),
    "reply": (
        "answered, not my job, ask the manager; passed it on to head office; asked what the decaf costs; "
        "replied, will "
        "ask the owner; answered - tied till March, ask again; said thanks, will think; wrote back, wants "
        "price list; "
        "friendly, has to ask the owner; wrote back, maybe later; replied, sent him prices, then nothing; "
        "wants a quote; "
        "hat angerufen; meldet sich; Rückfrage; "
        "hat geantwortet, will Preise; hat sich gemeldet, dann nichts; a répondu, veut les prix; demande les tarifs; "
        "contestó, quiere precios; ha risposto, vuole il listino; heeft geantwoord, wil prijzen; respondeu, "
        "quer preços"
    ),
    "not interested": (
        "doesn't want any more mails; not for us she says; asked me to take them off the list; wrote back, not "
        "interested; not interested, has Costa; no thanks; kein Interesse, sagt er; will keine Mails mehr; pas pour "
        "nous; ne veut plus de mails; dijo que no; abgesagt; no le interesa; ha detto di no; nee bedankt; recusou"
    ),
    "out of office": (
        'just the "we have received your message"; automatic answer only; auto reply, on holiday; '
        "auto: left the company; "
        "autoreply, then nothing; out of office till 29/08; Abwesenheitsnotiz, sonst nichts; réponse automatique "
        "seulement; respuesta automática; risposta automatica; Urlaub"
    ),
    "no reply": (
        "not a word; never answered; didn't reply; keine Rückm.; ohne Antwort; "
        "gar nichts; aucune nouvelle; ni una palabra; niente; niets gehoord"
    ),
    "nothing so far": "nothing (yet?); nothing yet; noch nichts; rien encore; aún nada; ancora niente; nog niets",
    "still running": "too early; zu früh",
    "bounced": "mailbox full; wrong address; Postfach voll; boîte pleine; buzón lleno; casella piena; mailbox vol",
    "not sent": "written, never sent; not sent - met him in town instead; nie abgeschickt; jamais envoyé; mai inviata",
}
DOUBTFUL = (
    "visit cancelled 3 May; tasting 16 Apr cancelled; tasting moved; wants a tasting in May; offered a tasting "
    "16 Apr; "
    "asked for a meeting; no meeting booked; meeting not booked; ordered from Costa; bought elsewhere; order lost; "
    "lost the order; order?; tasting booked?; sold the business; won a prize; fully booked, no time; call 3 June; "
    "visit 29 Jun; meeting done, not interested; auto reply then booked tasting 3.4.; not interested yet; "
    "not interested right now, maybe in spring; said no to tasting, wants prices; no thanks but call in May; "
    "no answer to my offer after visit 3 May; no answer, rang him, bought 3 kg; price list not sent yet; samples not "
    "sent; out of office, answered later; came back from holiday; I answered her; asked twice, no answer; said yes; "
    "said yes, ask again on 3 May; said thanks, no; he didn't order; would order if cheaper; wants to order; asked "
    "about "
    "an order; demo booked then no-show; meeting 3 May, he did not come; waiting; open; later; ok; left the company; "
    "happy with Costa, no; yes maybe after Xmas she says; answered? not sure; "
    "has not answered, tasting booked by phone; "
    "nice lady; wants no tasting; tasting with competitor booked; tasting at Costa booked 3 May; "
    "ordered, then cancelled; "
    "Termin abgesagt; Termin vielleicht 3. Mai; will Termin; bestellt bei Costa; hat nicht bestellt; rdv annulé; "
    "veut commander; cita cancelada; no compró; non ha comprato; afspraak afgezegd; não comprou; unsubscribed her "
    "assistant instead; refused delivery; mailbox full, then answered; order 3 kg expected; meeting set for "
    "when he is "
    "back; trial booked with rival; meeting 3 May rejected; meeting 4 May, then they pulled out; silence is golden; "
    "replied to the wrong order; nothing ordered; first order next month"
)
MORE_DOUBTFUL = (
    "Auftrag verloren; kein Auftrag; Auftrag an Mitbewerber; Auftrag?; meldet sich nicht; habe angerufen; im Urlaub, "
    "ruft an; Urlaub gebucht; Termin abgesagt; Rückfrage?; "
    "order placed with Lavazza; order placed; orders from us already; paid invoice late, complaint; "
    "signed up for our newsletter; new customer of Costa; new customer list; won the lottery; won? 8kg; "
    "meeting 3 May went badly; meeting held, no decision; meeting held, lost; demo held - nothing came of "
    "it; tasting booked 3 May, cancelled; tasting booked 3 May - cancelled by them; tasting booked for "
    "nobody; meeting booked by mistake; visit agreed, never happened; call done, left voicemail; call "
    "held, no interest; calls 3; trial 3/4 done; training 12/05 for our own staff; workshop on 12 May, "
    "they can't; said yes to the newsletter; said yes, then no; said yes, 3 May too late; rang back, "
    "visit 29 Jun maybe; rang back, visit 29 Jun cancelled; rang back by mistake; rang back, wrong "
    "number; called back, wants to be left alone; replied all by accident; replied: stop; answered: no; "
    "answer from wrong person; reply from spam filter; nice answer from the machine; asked how to "
    "unsubscribe; asked where we got the address; asked when we will stop; asked about privacy; wants to "
    "know who gave us the address; wants prices removed; wants info deleted; would like to be removed; "
    "will ask to be removed; must ask their lawyer; has to ask the owner, owner said no; has to ask the "
    "owner - declined; passed it on to spam; passed away; passed me on to the police; said thanks but no "
    "thanks; said thanks, goodbye; said thanks, already have one; will think, no; no thanks, but my "
    "brother would; no thanks - send again in spring; not interested in prices, wants a tasting; not "
    "interested, then ordered; unsubscribed, then came back; declined the call, booked a visit 3 May; "
    "refused at first; not for us, for our branch in Bala yes; bounced, resent, answered; undeliverable "
    "at first; mailbox full, resent; wrong address, corrected; auto: thanks for your order; auto reply, "
    "real reply next day; out of office, meeting booked after; out of office job done; never sent a "
    "reply; never sent him prices; nothing but praise; nothing wrong, wants prices; nothing: out of "
    "business; silence, then an order; silence then order; no answer, then rang back; no reply, but came "
    "by; no response needed; ghosted then bought; never answered, came by and bought; didn't reply, "
    "ordered by phone; noch nichts bestellt; nichts bestellt; bestellung storniert; bestellt, dann "
    "storniert; Termin steht noch nicht; Termin steht aus; Termin 3. Mai geplatzt; hat geantwortet: nein; "
    "hat geantwortet, dass er nicht will; absage, aber später nochmal; kein Interesse zur Zeit; kein "
    "Bedarf bis Herbst; commande annulée; commande en attente; rdv pris puis annulé; rdv 12 mai annulé; a "
    "répondu non; a répondu absent; refus pour le moment; pas intéressé maintenant; pedido cancelado; "
    "cita 3 de mayo no vino; contestó que no; ha risposto di no; appuntamento fissato poi saltato; ordine "
    "annullato; besteld maar geannuleerd; afspraak gemaakt, niet gekomen; nee dank je, volgend jaar; "
    "lunch 3 May with someone else; bought our competitor; bought it at Aldi; bought 3 bags at the market "
    "stall; ordered 0; order 0 kg; order: none; tasting 0; tasting 3 May? yes; training fixed the "
    "machine; meeting set aside; meeting agreed to be pointless; demo confirmed as spam; coffee held up; "
    "trial set back; survey done by competitor; agreed a meeting with his boss; booked a holiday; booked "
    "a tasting elsewhere; booked the call for nobody"
)
OF_OTHER_THINGS = (
    "order 3 cancelled; bought 2 elsewhere; a acheté 2 ailleurs; order 12 lost; order 3 samples; ordered 1 "
    "sample; won 2 "
    "awards; sold 3 shops; won 2019; won, 2019; ordered - 2019; bestellt 2019; Bestellung 2 Monate her; "
    "gekauft 1 Muster; "
    "compró 3 muestras; pedido 2 catálogos; Anruf steht an; Gespräch steht an; no interest rate discussed; not "
    "for us to "
    "decide; no thanks to me; not for him, for his wife; said no problem; said no worries, send prices; says "
    "no one drinks "
    "coffee; asked me to stop by Friday; wants to stop over; told me to stop by on Tuesday; turned it down a "
    "notch; doesn't "
    "want this blend, the other one; will nicht warten; will es nicht missen; dijo que no está; dijo que no le "
    "llegó; not "
    "interested before 2027; not interested, ask in January; not interested, call Bob; not interested, sister "
    "is; not "
    "interested, forwarded to the chef; not interested, wants tea; no thanks, took a sample; kein Interesse, "
    "im Januar "
    "anrufen; kein Bedarf, Q3; kein Bedarf vor 2027; kein Interesse, Kollege schon; nein danke, Kollegin "
    "fragen; nein danke, "
    "nur Tee; pas intéressé, relancer en janvier; pas intéressé par le thé, veut du café; pas pour nous, "
    "transmis au siège; "
    "non merci, peut rappeler; no le interesa, llamar en enero; no le interesa el té, quiere café; no gracias, "
    "hablar con su "
    "jefe; called back, voicemail; called back myself; replied to another mail; hat geantwortet, verärgert; "
    "überlegt es sich "
    "anders; a répondu par erreur; a répondu : arrêtez; a rappelé, messagerie; demande le retrait; demande un "
    "arrêt des "
    "mails; a demandé comment se désinscrire; veut savoir d'où vient son adresse; contestó enfadado; contestó su "
    "contestador; respondió otra persona; pregunta por la baja"
)
BODY = "Hi, we roast twice a week. May I drop off a kilo? Owen {n}"


@pytest.mark.parametrize(
    ("note", "meaning"), [(note, meaning) for meaning, notes in TELLS.items() for note in notes.split("; ")]
)
def test_a_note_is_taken_for_what_it_plainly_says(note: str, meaning: str) -> None:
    found = read_saying(note)
    assert found and found.meaning == meaning
    assert all(part.lower() in note.lower() for part in found.told_by.split(", ")), "it names words of the note"


@pytest.mark.parametrize("note", [*DOUBTFUL.split("; "), *MORE_DOUBTFUL.split("; "), *OF_OTHER_THINGS.split("; ")])
def test_a_note_that_may_mean_something_else_is_asked_for(note: str) -> None:
    assert read_saying(note) is None


def sheet(write: Write, *notes: str, name: str = "sheet.csv") -> Path:
    rows = [[f"{1 + n % 28}/10/2026", f"p{n}@x.example", BODY.format(n=n), note] for n, note in enumerate(notes)]
    return write([["when", "who", "what I wrote", "what came of it"], *rows], name)


def look(path: Path, **said: object) -> ImportPreview:
    return preview_import([path], ImportOptions(today=TODAY, day_first=True, **said))  # type: ignore[arg-type]


def asked(preview: ImportPreview) -> list[str]:
    return [each.about for each in preview.questions]


NOTES = ["nothing"] * 4 + ["order!!", "wrote back, wants prices", "mailbox full", "open", "open", "spring", ""]


def test_what_is_sorted_is_shown_with_its_reason_and_the_rest_asked_for(write: Write) -> None:
    preview = look(sheet(write, *NOTES))
    assert list(preview.outcomes.values()) == [4, 1, 1] and preview.left_out["bounced"] == 1
    assert asked(preview) == ["open", "spring", ""]
    assert [(word, rows, said.told_by) for word, rows, said in preview.sayings] == [
        ("order!!", 1, "order"), ("wrote back, wants prices", 1, "wrote back, wants prices"),
        ("mailbox full", 1, "mailbox full"),
    ]  # fmt: skip
    said = "\n".join(in_words(preview))
    assert "3 notes of 3 rows were sorted by their own words" in said
    assert "taken for conversion: 'order!!' (1" in said and "taken for bounced: 'mailbox full' (1)" in said
    assert preview.to_dict()["sayings"][0] == {"word": "order!!", "rows": 1, "outcome": "conversion", "says": "order"}


def test_what_a_person_says_of_a_note_comes_first(write: Write) -> None:
    path = sheet(write, *NOTES)
    assert list(look(path, meanings={"order!!": "reply"}).outcomes.values()) == [4, 2, 0]
    taken_back = look(path, meanings={"order!!": ASK})
    assert "order" in [each.strip("!") for each in asked(taken_back)] and taken_back.outcomes["conversion"] == 0


@pytest.mark.parametrize(
    ("rest", "outcomes", "open_"),
    [("no_reply", [8, 1, 1], []), ("skip", [4, 1, 1], []), ("reply", [4, 4, 1], [""])],
)
def test_one_answer_is_for_all_the_rest_and_an_empty_cell_is_never_an_answer(
    rest: str, outcomes: list[int], open_: list[str], write: Write
) -> None:
    preview = look(sheet(write, *NOTES), meanings={"*": rest})
    assert list(preview.outcomes.values()) == outcomes and asked(preview) == open_
    assert ("open", 2) in [(word, rows) for word, rows, _ in preview.words]


def test_what_is_said_of_a_word_comes_before_what_is_said_of_the_rest(write: Write) -> None:
    preview = look(sheet(write, *NOTES), meanings={"*": "no_reply", "spring": "reply", "open": ASK})
    assert list(preview.outcomes.values()) == [5, 2, 1] and asked(preview) == ["open"]


def test_in_a_terminal_one_answer_may_be_for_all_that_is_left() -> None:
    words = [Question("a", "a?", 9), Question("b", "b?", 3), Question("", "empty?", 2), Question("c", "c?", 1)]
    met: list[str] = []

    def answer(text: str, choices: tuple[str, ...], default: str) -> str:
        met.append(text)
        given = {"a? (9 rows)": "reply", "b? (3 rows)": "all reply", "empty? (2 rows)": "no_reply"}[text]
        assert given in choices
        return given

    found = ask_user(ImportOptions(), words, answer)
    assert found and found.meanings == {"a": "reply", "*": "reply", "": "no_reply"}
    assert met == ["a? (9 rows)", "b? (3 rows)", "empty? (2 rows)"]


def test_a_table_that_is_read_as_it_stands_is_sorted_too(write: Write) -> None:
    rows = [
        ["a cafe", BODY.format(n=n), note] for n, note in enumerate(["no reply", "order!!", "wrote back", "hm", ""])
    ]
    path = write([["context", "email_text", "outcome"], *rows])
    with pytest.raises(DataError, match="'hm'") as refused:
        resolve_data(path)
    assert "'*=0' says it of all" in refused.value.remedy
    found = resolve_data(path, Columns(outcomes="*=0"))
    assert found.read().outcomes == (0, 2, 1, 0, 0)
    assert "'order!!' conversion" in " ".join(found.said)
    assert read_emails(path, Columns(outcomes="order!!=2,wrote back=1,=0,*=skip")).outcomes == (0, 2, 1, 0)
    with pytest.raises(DataError, match="row 6"):
        read_emails(path, Columns(outcomes="order!!=2,wrote back=1,*=1"))


def test_a_column_of_many_different_notes_is_the_outcome_where_many_tell(write: Write) -> None:
    many = [f"tasting booked {day}.10." for day in range(1, 29)] + [f"asked what {n} costs" for n in range(20)]
    preview = look(sheet(write, *many, *["nothing"] * 30))
    assert [use.column for use in preview.columns if use.role == "outcome"] == ["what came of it"]
    assert list(preview.outcomes.values()) == [30, 20, 28]
    stories = [f"{n} rang about the dog" for n in range(60)]
    assert [each.about for each in look(sheet(write, *stories, name="b.csv")).questions][:1] == ["outcome column"]


def test_what_is_to_be_typed_can_be_typed(write: Write) -> None:
    """A note may hold commas: what the error shows, with the meanings filled in, is understood."""
    path = sheet(write, *NOTES, "nice, not now, spring", "so it goes")
    with pytest.raises(DataError) as refused:
        resolve_data(path, options=ImportOptions(today=TODAY, day_first=True))
    typed = refused.value.remedy.partition("--outcomes '")[2].partition("'. ")[0].replace("…", "0")
    assert '"nice, not now, spring=0"' in typed
    found = resolve_data(path, Columns(outcomes=typed), ImportOptions(today=TODAY, day_first=True))
    assert len(found.read()) == len(NOTES) + 2 - 1
    assert any("to say otherwise, --outcomes" in each for each in found.said)
