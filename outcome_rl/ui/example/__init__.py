"""The finished example that the page opens on: invented emails, learned from and rewritten; bundled, read-only."""
