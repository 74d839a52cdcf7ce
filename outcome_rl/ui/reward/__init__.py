"""The first tab, lower half: the reward model."""
