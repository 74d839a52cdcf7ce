"""The reward model and the independent judge: train, save, load, score."""
