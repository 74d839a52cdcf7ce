"""Pure functions of strings: what can be seen in an email without a model."""
