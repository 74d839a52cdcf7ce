"""Files, processor, processes, memory: what knows no email, no model and no reinforcement learning."""
