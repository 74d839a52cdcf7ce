"""Around the page: middleware, style and the status line."""
