"""The second tab: tuning, its charts, its runs."""
