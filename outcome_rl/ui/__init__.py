"""The web page: one file per tab. It reads runs and calls the core; nothing is computed here."""
