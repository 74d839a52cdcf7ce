"""The first tab, upper half: the data."""
