"""The language model that is tuned: LoRA or full weights, log-probabilities, prompts."""
