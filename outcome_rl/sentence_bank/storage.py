"""A bank as JSON, whole, and as a CSV in which a seller strikes sentences out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import DataError, ModelError
from ..utils.files import read_json, write_json
from .bank import PLACES, Sentence, SentenceBank, Skeleton
from .context_fit import ContextFit
from .fields import ContextFields

BANK_FILE = "sentences.json"
"""In the folder of a model that writes in the seller's own words."""
FORMAT = 1
SETS = ("not_for", "only_for", "tells_of", "only_as", "takes_up", "said_with")
"""What a sentence has several of, in no order."""
COLUMNS = ("sentence", "place", "emails", "replies", "conversions", "keep")
"""Of the CSV; ``keep`` is yes or no."""


def save_bank(bank: SentenceBank, file: Path) -> None:
    """Write the whole bank as JSON."""
    sentences = [asdict(s) | {name: sorted(getattr(s, name)) for name in SETS} for s in bank.sentences]
    fields = bank.fields
    numbers = {(sentence.place, sentence.text): number for number, sentence in enumerate(bank.sentences)}
    write_json(
        file,
        {
            "format": FORMAT,
            "fields": {
                "common": sorted(fields.common),
                "shapes": {shape: list(numbers) for shape, numbers in fields.shapes.items()},
                "frequent": sorted(fields.frequent),
                "known": fields.known,
                "separator": fields.separator,
                "places": fields.places,
                "free": fields.free,
                "kinds": [list(kind) for kind in fields.kinds],
            },
            "sentences": sentences,
            "topic": bank.topic,
            "names_topic": bank.names_topic,
            "places": list(bank.places),
            "body_range": list(bank.body_range),
            "greeting_has_line": bank.greeting_has_line,
            "name_fields": list(bank.name_fields),
            "followed": [[*pair, count] for pair, count in bank.followed.items()],
            "left_out": dict(bank.left_out),
            "recurring": bank.recurring,
            "usual_order": bank.usual_order and list(bank.usual_order),
            "cohesion": bank.cohesion,
            "firm": bank.firm,
            "usual_words": sorted(bank.usual_words),
            "answering": bank.answering,
            "unsaid_forms": sorted(bank.unsaid_forms),
            "context_fit": bank.context_fit.kept(),
            "skeletons": [[numbers.get(key, key[0]) for key in keys] for keys in bank.skeletons],
        },
    )


def load_bank(file: Path) -> SentenceBank:
    """The inverse of :func:`save_bank`. Raises ModelError where the file is not such a bank."""
    try:
        kept = read_json(file)
        if kept["format"] != FORMAT:
            raise ValueError("another version wrote it")
        fields = kept["fields"]
        shapes = {shape: tuple(numbers) for shape, numbers in fields["shapes"].items()}
        known = ContextFields(
            frozenset(fields["common"]),
            shapes,
            frozenset(fields["frequent"]),
            fields["known"],
            fields.get("separator", ""),
            {str(place): int(number) for place, number in fields.get("places", {}).items()},
            tuple(tuple(map(str, kind)) for kind in fields.get("kinds", ())),
            bool(fields.get("free", False)),
        )
        followed = {(first, second): float(count) for first, second, count in kept["followed"]}
        sentences = tuple(_sentence(own) for own in kept["sentences"])
        bank = SentenceBank(
            known,
            sentences,
            kept["topic"],
            kept["names_topic"],
            tuple(kept["places"]),
            (int(kept["body_range"][0]), int(kept["body_range"][1])),
            kept["greeting_has_line"],
            tuple(kept["name_fields"]),
            followed,
            kept["left_out"],
            kept["recurring"],
            _usual_order(kept.get("usual_order")),
            float(kept.get("cohesion", 0.0)),
            tuple(_skeleton(numbers, sentences) for numbers in kept.get("skeletons", ())),
            str(kept.get("firm", "")),
            frozenset(kept.get("usual_words", ())),
            float(kept.get("answering", 0.0)),
            frozenset(kept.get("unsaid_forms", ())),
            ContextFit.of_kept(kept["context_fit"]) if "context_fit" in kept else ContextFit(),
        )
        if not {*bank.places, *(sentence.place for sentence in bank.sentences)} <= set(PLACES):
            raise ValueError("it has a place that there is not")
        return bank
    except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        raise ModelError(f"'{file}' is no bank of sentences ({error}); tune the model again") from None


def _usual_order(kept: list[float] | None) -> tuple[float, float] | None:
    return None if kept is None else (float(kept[0]), float(kept[1]))


def _skeleton(kept: list[int | str], sentences: Sequence[Sentence]) -> Skeleton:
    """``kept``: the numbers of sentences, and the place of those that the bank does not have."""
    if any(own not in PLACES if isinstance(own, str) else not 0 <= own < len(sentences) for own in kept):
        raise ValueError("an email of it has a sentence that there is not")
    return tuple((own, "") if isinstance(own, str) else (sentences[own].place, sentences[own].text) for own in kept)


def _sentence(own: dict[str, Any]) -> Sentence:
    sets = {name: frozenset(own.get(name, ())) for name in SETS}
    none, replies, conversions = own["counts"]
    return Sentence(**{**own, **sets, "counts": (int(none), int(replies), int(conversions))})


def table(bank: SentenceBank) -> Iterator[list[object]]:
    """The rows of the CSV, in the order of an email's places, those with most conversions first."""
    order = {place: number for number, place in enumerate(PLACES)}
    for sentence in sorted(bank.sentences, key=lambda s: (order[s.place], -s.counts[2], -sum(s.counts))):
        yield [sentence.text, sentence.place, sum(sentence.counts), sentence.counts[1], sentence.counts[2], "yes"]


def approved(bank: SentenceBank, rows: list[tuple[int, str, str]], name: str) -> SentenceBank:
    """The bank with only the sentences that a CSV keeps; ``rows``: (line, sentence, keep) of it, ``name``: its own.

    Raises:
        DataError: ``keep`` is neither yes nor no, or a sentence is not of the bank.
    """
    known, struck = {sentence.text for sentence in bank.sentences}, set()
    for line, text, keep in rows:
        if text not in known:
            raise DataError(
                f"{name}, row {line}: '{text[:60]}' is no sentence of the bank; strike sentences out with 'no', and "
                "add new ones to the emails that it is made of"
            )
        if keep.strip().lower() not in ("yes", "no"):
            raise DataError(f"{name}, row {line}: keep is '{keep[:20]}'; write yes or no")
        if keep.strip().lower() == "no":
            struck.add(text)
    return bank.without(struck)
