"""``/workspace``: what is kept of a visitor, to take along or to delete; and how much is allowed here.

A page of its own, so that it works whatever has become of the other one.
"""

from __future__ import annotations

import asyncio
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ...errors import RunError
from ...runs.manage import archive_everything
from ...runs.visitors import VisitorWorkspace, delete_visitor
from ...runs.workspace import Workspace
from ...security.caps import Caps
from ...security.hub_accounts import Account
from ...security.ownership import Ownership
from ...utils.files import folder_size
from ...utils.formatting import format_bytes
from ..common.static import static_text
from ..common.visits import ACCOUNT, SCOPE
from .bodies import read_body

PATH = "/workspace"
PACKING = 2
"""Visitors for whom everything is being packed at once: it takes a disk and a thread, of which everybody needs some."""
BUSY = "Everything is being packed already, for you or for others; try again in a minute."
BY_COOKIE = "This browser is recognised by a cookie; without it, nobody can get at the files any more."
LOGGED_IN = "You are logged in as {name}: these files are there in every browser in which you log in."
FORM = 1000
"""Bytes of the form that confirms."""


class OwnFilesMiddleware:
    """ASGI middleware; ``workspace`` is a visitor's own on a Space, where everything can be taken along and deleted."""

    def __init__(self, app: ASGIApp, workspace: Workspace, caps: Caps, owned: Ownership | None = None) -> None:
        self.app, self.workspace, self.caps, self.owned = app, workspace, caps, owned
        self._packing = 0
        self._downloading: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer below ``/workspace``, pass on anything else."""
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path") or "")).rstrip("/")
        if scope["type"] != "http" or not (path == PATH or path.startswith(f"{PATH}/")):
            await self.app(scope, receive, send)
            return
        asked, visitor, account = path.removeprefix(PATH), scope.get(SCOPE), scope.get(ACCOUNT)
        packs = (scope["method"], asked) == ("GET", "/download") and isinstance(self.workspace, VisitorWorkspace)
        if packs and visitor is not None:
            await self._download(visitor, scope, receive, send)
        else:
            await _fresh(await self._answer(asked, visitor, account, scope, receive))(scope, receive, send)

    async def _answer(
        self, asked: str, visitor: str | None, account: Account | None, scope: Scope, receive: Receive
    ) -> Response:
        if scope["method"] == "GET" and asked == "":
            return HTMLResponse(await asyncio.to_thread(self._page, visitor, account))
        if not isinstance(self.workspace, VisitorWorkspace) or visitor is None:
            return HTMLResponse("Not found", 404)
        if scope["method"] == "POST" and asked == "/delete":
            form = parse_qs((await read_body(receive, FORM)).decode("utf-8", "replace"))
            if form.get("sure") == ["yes"]:
                await asyncio.to_thread(self._delete, self.workspace.home, visitor)
            return RedirectResponse("../workspace", 303)
        return HTMLResponse("Not found", 404)

    async def _download(self, visitor: str, scope: Scope, receive: Receive, send: Send) -> None:
        """One at a time for each visitor, from the packing to the last byte: what is not fetched lies on the disk."""
        if visitor in self._downloading or self._packing >= PACKING:
            await _fresh(HTMLResponse(BUSY, 429, headers={"retry-after": "60"}))(scope, receive, send)
            return
        self._downloading.add(visitor)
        answer: Response | None = None
        try:
            answer = await self._packed(visitor)
            await _fresh(answer)(scope, receive, send)
        finally:
            self._downloading.discard(visitor)
            if isinstance(answer, FileResponse):
                Path(answer.path).unlink(missing_ok=True)

    async def _packed(self, visitor: str) -> Response:
        assert isinstance(self.workspace, VisitorWorkspace)
        folder = self.workspace.home / visitor
        if not folder.is_dir():
            return HTMLResponse("Nothing of yours is kept here.", 404)
        self._packing += 1
        try:
            file = await asyncio.to_thread(archive_everything, folder, self.workspace.served / visitor)
        except RunError as full:
            return HTMLResponse(escape(str(full)), 507)
        finally:
            self._packing -= 1
        return FileResponse(file, media_type="application/zip", filename="outcome-rl.zip")

    def _delete(self, home: Path, visitor: str) -> None:
        delete_visitor(home, visitor)
        if self.owned is not None:
            self.owned.remove_files(visitor)

    def _page(self, visitor: str | None, account: Account | None) -> str:
        rows = "".join(
            f"<tr><td>{escape(what)}</td><td>{escape(most)}</td></tr>" for what, most, _ in self.caps.described()
        )
        names = "".join(
            f"<tr><td>{escape(what)}</td><td><code>{name}</code></td></tr>" for what, _, name in self.caps.described()
        )
        own = self._own(visitor, account) if isinstance(self.workspace, VisitorWorkspace) and visitor else ""
        return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your files</title>
<meta name="viewport" content="width=device-width"><style>{static_text("css/own_files.css")}</style></head><body>
<p><a href="./">Back to Outcome RL</a></p>{own}
<h2>The limits here</h2>
<table><thead><tr><th>What</th><th>At most</th></tr></thead><tbody>{rows}</tbody></table>
<details><summary>For whoever runs this page: the environment variables that set them</summary>
<table><thead><tr><th>What</th><th>Variable</th></tr></thead><tbody>{names}</tbody></table></details>
</body></html>"""

    def _own(self, visitor: str, account: Account | None) -> str:
        assert isinstance(self.workspace, VisitorWorkspace)
        size = folder_size(self.workspace.home / visitor) + folder_size(self.workspace.served / visitor)
        kept = f"Your files take {format_bytes(size)}." if size else "Nothing of yours is kept here now."
        known = LOGGED_IN.format(name=escape(account.name)) if account else BY_COOKIE
        return f"""<h1>Your files</h1>
<p>{kept} Your data, runs and models are yours alone: nobody else who opens this page can see, stop or fetch them.
{known}</p>
<p class="note">They are deleted {self.caps.hours} hours after your last visit. Download what you want to keep.</p>
<p><a class="button" href="workspace/download">Download everything (zip)</a></p>
<form method="post" action="workspace/delete"><label><input type="checkbox" name="sure" value="yes" required>
Delete my data, runs and models for good, and stop what is at work</label><br>
<button>Delete everything</button></form>"""


def _fresh(answer: Response) -> Response:
    """An answer that no browser keeps."""
    answer.headers["cache-control"] = "no-store"
    return answer
