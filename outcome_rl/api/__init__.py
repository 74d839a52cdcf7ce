"""The library: what ``import outcome_rl`` hands on."""
