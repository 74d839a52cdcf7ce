"""What several tabs of the page use."""
