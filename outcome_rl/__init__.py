"""Learn from the outcomes of sales emails, then write emails that are expected to convert."""

__version__ = "0.1.0"
