"""What in the data would fool a model."""
