"""Emails as an export may hold them."""

EMAILS = [
    f"Hi Gus,\n\nYour team of {number} still keeps its records by hand. Our planner saves nine hours a week.\n\n"
    "Shall we talk on Tuesday?\n\nKind regards\nMo"
    for number in range(1, 31)
]
