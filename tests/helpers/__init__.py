"""What several rooms of tests share: made models and runs, commands, pages, toy scorers."""
