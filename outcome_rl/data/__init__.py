"""From a CSV to rows: reading, outcomes, columns, splits, rewritten copies."""
