"""What stands behind the page's middleware in its tests."""

from __future__ import annotations

from typing import Any


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})
