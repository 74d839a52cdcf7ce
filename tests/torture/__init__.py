"""Long attacks and faults, in numbers that no test run has time for: ``make torture``."""
