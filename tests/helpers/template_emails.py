"""Emails of a seller who has two templates."""

from __future__ import annotations


def template_emails(n: int = 60) -> tuple[list[str], list[str], list[int]]:
    """Contexts, emails and outcomes; of an email the greeting alone is changed, every third one is answered."""
    texts = (
        "The hall echoes.\n\nWe hang panels from the ceiling. They are up in a day.\n\nMay we measure it?",
        "Calls are overheard.\n\nWe lend you a booth for a month. It needs no builder.\n\nShall we bring one?",
    )
    contexts = [f"{('Ana', 'Ben', 'Carla')[i % 3]}, manager of hotel {i}" for i in range(n)]
    emails = [f"Hello {context.split(',')[0]},\n\n{texts[i % 2]}\n\nBest,\nRuth" for i, context in enumerate(contexts)]
    return contexts, emails, [int(i % 3 == 0) for i in range(n)]
