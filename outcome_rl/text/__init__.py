"""Pure functions of strings: checks, hints, near-duplicates, personal data."""
