"""Write emails with a model and score them, one or a file of them."""
