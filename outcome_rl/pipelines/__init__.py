"""What a run does from its first event to its last."""
