"""Warm start, RL step, KL, advantages, loss, early stopping, checkpoints."""
