"""Base against tuned model: paired comparison, blind votes."""
