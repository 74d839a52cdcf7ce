"""The third tab: write, compare, vote."""
