"""A seller's own sentences, made from a file of emails: where each belongs, what it needs, whom it does not suit."""
