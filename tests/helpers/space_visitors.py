"""Visitors of a page on a Space, without a browser: each with cookies of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from outcome_rl.runs.visitors import VisitorWorkspace
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.visitor_ids import COOKIE
from outcome_rl.ui.page import create_page, launch_options
from outcome_rl.ui.server.protection import visitors_workspace
from tests.helpers.command_line import free_port


@contextmanager
def served_space(folder: Path) -> Iterator[tuple[str, VisitorWorkspace]]:
    """The page as a Space serves it; its address and its workspaces. SPACE_ID has to be set."""
    space, port = visitors_workspace(folder), free_port()
    page = create_page(space, shared=True)
    page.launch(prevent_thread_lock=True, **launch_options(space, "127.0.0.1", port, check_host=True))
    try:
        yield f"http://127.0.0.1:{port}", space
    finally:
        page.close(verbose=False)


class Visitor:
    """One visitor."""

    def __init__(self, address: str, space: VisitorWorkspace) -> None:
        self.address, self._home = address, space
        self.client = httpx.Client(base_url=address, timeout=120)
        self.client.get("/workspace")
        self.go_on_as(self.client.cookies[COOKIE].partition(".")[0])

    def go_on_as(self, id: str) -> None:
        """Whose files are looked at from now on; who they are to the page, their cookies say."""
        self.id = id
        self.space = Workspace(self._home.home / id)
        self.archives = self._home.served / id

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.client.post(f"/gradio_api{path}", **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(f"/gradio_api{path}", **options)

    def upload(self, name: str, content: bytes | str) -> str:
        """Where gradio keeps it."""
        answer = self.post("/upload", files={"files": (name, content)})
        answer.raise_for_status()
        return answer.json()[0]

    def call(self, endpoint: str, *data: Any) -> Any:
        """What an endpoint gives; an error's message is raised."""
        joined = self.post(f"/call/{endpoint}", json={"data": list(data)})
        if joined.status_code != 200:
            raise PermissionError(joined.status_code, joined.text)
        answer = self.get(f"/call/{endpoint}/{joined.json()['event_id']}").text
        kind, _, said = answer.strip().rpartition("event: ")[2].partition("\ndata: ")
        value = json.loads(said or "null")
        if kind != "complete":
            raise RuntimeError(str(value))
        return value[0] if value else None

    def use(self, name: str, content: str) -> dict[str, Any]:
        """Upload a file and have it taken over; what the browser keeps of it."""
        path = self.upload(name, content)
        return self.call("upload_data", file_data(path), "", "", "", "")


def file_data(path: str) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def emails(mark: str, rows: int = 30) -> str:
    return "context,email_text,outcome\n" + "".join(
        f"{mark} {n},Hello {mark} number {n},{n % 3}\n" for n in range(rows)
    )
