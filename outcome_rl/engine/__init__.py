"""Fast forward passes and sampling; knows no trainer."""
