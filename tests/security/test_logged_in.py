"""Visitors who have logged in with Hugging Face: a workspace of their own, models with their own token, and no trace of
that token anywhere.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import time
import uuid
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import huggingface_hub
import pytest
from gradio import oauth
from huggingface_hub.errors import HfHubHTTPError

from outcome_rl.config import FinetuneConfig
from outcome_rl.errors import ConfigError, ModelError, OutcomeRLError
from outcome_rl.models import own_models
from outcome_rl.models.hub import find_model
from outcome_rl.runs import jobs
from outcome_rl.runs.jobs import find_running
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security import hub_accounts
from outcome_rl.security.capped_settings import within_caps
from outcome_rl.security.hub_accounts import PACKAGES, Account, account_in, login_is_on
from outcome_rl.security.visitor_ids import COOKIE, HEADER, VisitorIds
from outcome_rl.ui.finetune import fetch_panel
from tests.helpers.space_visitors import Visitor, emails, served_space

# gradio looks there for changes of a Space's files, with a package that a Space has
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
TOKEN, SERVERS = "hf_visitors_planted" + "y" * 20, "hf_servers_planted" + "x" * 20
SECRET = "planted-client-secret"
ON = {"SPACE_ID": "somebody/outcome-rl", "SYSTEM": "spaces", "OAUTH_CLIENT_ID": "id", "OAUTH_CLIENT_SECRET": SECRET}
ON |= {"OAUTH_SCOPES": "openid profile", "OPENID_PROVIDER_URL": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    for package in PACKAGES:
        pytest.importorskip(package, reason="the login needs gradio[oauth]")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ON, "HF_TOKEN": SERVERS}.items():
            patch.setenv(name, value)
        for name in ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL"):
            patch.setattr(oauth, name, ON[name])
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("cache")))
        with served_space(tmp_path_factory.mktemp("space")) as served:
            yield served


def told(name: str = "anna", number: str = "1" * 24, **more: object) -> dict:
    """What gradio keeps of a login."""
    person = {"sub": number, "preferred_username": name, "name": name, "profile": "", "picture": ""}
    return {"access_token": TOKEN, "scope": "openid", "expires_at": time.time() + 3600, "userinfo": person, **more}


def cookie(login: dict, secret: str = SECRET) -> str:
    import itsdangerous

    key = hashlib.sha256(f"{secret}-v4".encode()).hexdigest()
    return itsdangerous.TimestampSigner(key).sign(b64encode(json.dumps({"oauth_info": login}).encode())).decode()


def log_in(visitor: Visitor, login: dict | None = None, secret: str = SECRET) -> None:
    """As the way over the Hub leaves the browser."""
    visitor.client.headers["cookie"] = f"session={cookie(login or told(), secret)}; {visitor_cookie(visitor)}"


def log_out(visitor: Visitor) -> None:
    visitor.client.headers["cookie"] = visitor_cookie(visitor)


def visitor_cookie(visitor: Visitor) -> str:
    return f"{COOKIE}={visitor.client.cookies[COOKIE]}"


def account_id(served: tuple, number: str = "1" * 24) -> str:
    return VisitorIds((served[1].home / ".visitors.secret").read_bytes()).of_account(number)


@pytest.fixture
def anna(served) -> Visitor:
    """Has logged in."""
    anna = Visitor(*served)
    log_in(anna)
    anna.go_on_as(account_id(served))
    return anna


def names(visitor: Visitor, data: dict) -> str:
    return str(visitor.call("read_data", data, 0, 1))


def test_whoever_logs_in_has_the_same_workspace_in_every_browser(served, anna):
    data = anna.use("annas.csv", emails("ANNA"))
    assert (anna.space.uploads / data["name"]).is_file()
    other = Visitor(*served)
    with pytest.raises(RuntimeError, match="not kept here"):
        names(other, data)
    log_in(other, told("anna-renamed"))
    assert "ANNA 0" in names(other, data)


def test_the_page_says_who_has_logged_in(served, anna):
    assert "Log out (anna)" in str(loaded(anna))
    config = anna.client.get("/config").json()
    (button,) = [each["props"] for each in config["components"] if each["id"] == part_of(config, "login")]
    assert not button.get("icon"), "the page serves no file of gradio's"
    assert "Log in with Hugging Face" in str(loaded(Visitor(*served)))
    assert "logged in as anna" in anna.client.get("/workspace").text
    assert "logged in" not in Visitor(*served).client.get("/workspace").text
    endpoints = anna.client.get("/gradio_api/info").json()["named_endpoints"]
    assert not [name for name in endpoints if "log" in name], "nothing of it is an endpoint"


def test_another_account_and_another_browser_have_others(served, anna):
    data = anna.use("annas.csv", emails("ANNA"))
    ben = Visitor(*served)
    log_in(ben, told("anna", "2" * 24))  # a name says nothing
    with pytest.raises(RuntimeError, match="not kept here"):
        names(ben, data)
    assert data["name"] not in ben.client.get("/").text


def test_logging_out_goes_back_to_the_browsers_own_workspace(served):
    zoe = Visitor(*served)
    before = zoe.use("before.csv", emails("BEFORE"))
    log_in(zoe, told("zoe", "3" * 24))
    inside = zoe.use("inside.csv", emails("INSIDE"))
    with pytest.raises(RuntimeError, match="not kept here"):
        names(zoe, before)
    answer = zoe.client.get("/logout", follow_redirects=False)
    assert answer.status_code in (302, 307) and "session=null" in answer.headers.get("set-cookie", "")
    log_out(zoe)
    assert "BEFORE 0" in names(zoe, before)
    with pytest.raises(RuntimeError, match="not kept here"):
        names(zoe, inside)


def test_a_login_that_is_forged_or_over_is_none(served, anna):
    data = anna.use("annas.csv", emails("ANNA"))
    mallory = Visitor(*served)
    for login, secret in (
        (told(), "guessed"),
        (told(expires_at=time.time() - 1), SECRET),
        (told(expires_at=None), SECRET),
    ):
        log_in(mallory, login, secret)
        with pytest.raises(RuntimeError, match="not kept here"):
            names(mallory, data)
    log_out(mallory)
    for forged in (anna.id, f"{anna.id}.", f"{anna.id}.{'0' * 64}"):
        answer = mallory.client.get("/workspace", headers={HEADER: forged})
        assert "Nothing of yours" in answer.text, forged


def test_the_id_of_an_account_follows_from_nothing_that_others_know(served, anna):
    assert anna.id == account_id(served) != account_id(served, "2" * 24)
    assert VisitorIds(b"other").of_account("1" * 24) != anna.id
    assert anna.id not in {hashlib.sha256(each).hexdigest()[:32] for each in (b"anna", b"1" * 24)}
    signed = anna.client.get("/").headers.get_list("set-cookie")
    assert anna.id not in str(signed), "so it cannot outlive the login"


@pytest.mark.parametrize(
    "session", [None, {}, {"oauth_info": "x"}, {"oauth_info": {"userinfo": {}}}, {"oauth_info": told(number="")},
                {"oauth_info": told(access_token="")}, {"oauth_info": told(expires_at=1)}]
)  # fmt: skip
def test_nobody_is_taken_for_somebody(session):
    assert account_in(session) is None


def test_an_account_does_not_show_its_token():
    account = account_in({"oauth_info": told()})
    assert account is not None and account.token == TOKEN and TOKEN not in repr(account)


@pytest.mark.parametrize("missing", [*ON])
def test_where_the_owner_has_not_turned_it_on_nobody_logs_in(missing):
    assert not login_is_on({name: value for name, value in ON.items() if name != missing})


def test_without_the_packages_there_is_no_login_and_no_crash(monkeypatch):
    monkeypatch.setattr(hub_accounts, "missing_packages", lambda: [])
    assert login_is_on(ON)
    monkeypatch.setattr(hub_accounts, "missing_packages", lambda: ["authlib"])
    assert not login_is_on(ON)


# --- models -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def hub(monkeypatch, models_folder) -> list[tuple[str, str, object]]:
    """What the Hub is asked, and with which token; it has one model, for whoever has the visitor's token."""
    seen: list[tuple[str, str, object]] = []

    class Api:
        def model_info(self, name, token=None, **options):
            seen.append(("asked", name, token))
            if token != TOKEN or name != "anna/private":
                refused = httpx.Response(401, request=httpx.Request("GET", "http://hub.example"))
                raise HfHubHTTPError(f"401 for {token}", response=refused)
            return SimpleNamespace(siblings=[SimpleNamespace(rfilename="model.safetensors", size=1000)])

    def download(name, token=None, local_dir=None, **options):
        seen.append(("fetched", name, token))
        (local_dir / ".cache").mkdir()
        for file in (models_folder / "gpt2").iterdir():
            (local_dir / file.name).write_bytes(file.read_bytes())

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return seen


@pytest.fixture
def logged_in(monkeypatch, on_a_space, tmp_path) -> SimpleNamespace:
    """A page of which somebody asks who has logged in."""
    monkeypatch.setenv("HF_TOKEN", SERVERS)
    monkeypatch.setenv("OUTCOME_RL_VISITORS", str(tmp_path / "visitors"))
    monkeypatch.setattr(fetch_panel, "current_account", lambda: Account("1", "anna", TOKEN))
    return SimpleNamespace(workspace=Workspace(tmp_path / "visitors" / "a"))


def test_a_model_is_fetched_with_the_visitors_token_into_their_own_folder(hub, logged_in, on_a_space):
    assert "anna/private" in " ".join(fetch_panel.fetching(logged_in, "anna/private"))
    assert hub == [("asked", "anna/private", TOKEN), ("fetched", "anna/private", TOKEN)]
    folder = own_models.own_models(logged_in.workspace.own_models)["anna/private"]
    assert folder.is_relative_to(logged_in.workspace.root) and not (folder / ".cache").exists()
    assert find_model(str(folder)).folder == folder, "which needs no token any more"
    with pytest.raises(ModelError, match="this Space offers"):
        find_model("anna/private")
    assert len(hub) == 2
    assert within_caps(FinetuneConfig(model=str(folder)), typed=False).model == str(folder), "its job may"
    for name in ("anna/private", "/etc"):
        with pytest.raises(ModelError, match="this Space offers"):
            within_caps(FinetuneConfig(model=name), typed=False)
    with pytest.raises(ConfigError, match="this Space offers"):
        within_caps(FinetuneConfig(model=str(folder)))


def test_nobody_fetches_without_a_login(hub, logged_in, monkeypatch):
    monkeypatch.setattr(fetch_panel, "current_account", lambda: None)
    with pytest.raises(OutcomeRLError, match="Log in"):
        list(fetch_panel.fetching(logged_in, "anna/private"))
    assert hub == []


@pytest.mark.parametrize("name", ["", "private", "../../etc", "/etc/passwd", "a/..", "a/b/c", "a--b/c", "https://a/b"])
def test_what_is_no_name_is_not_asked_for(name, hub, logged_in):
    with pytest.raises(ModelError, match="give its name on the Hub"):
        list(fetch_panel.fetching(logged_in, name))
    assert hub == []


def test_what_the_hub_says_of_a_refusal_is_not_repeated(hub, logged_in):
    with pytest.raises(ModelError, match="the Hub does not give you the model 'ben/private'") as refused:
        list(fetch_panel.fetching(logged_in, "ben/private"))
    assert TOKEN not in str(refused.value) and refused.value.__cause__ is None
    assert not logged_in.workspace.own_models.exists()


def test_a_fetch_that_breaks_off_leaves_nothing(hub, logged_in, monkeypatch):
    def broken(name, local_dir=None, **options):
        (local_dir / "config.json").write_text("{}")
        raise ConnectionError(TOKEN)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", broken)
    with pytest.raises(ModelError, match="try again") as refused:
        list(fetch_panel.fetching(logged_in, "anna/private"))
    assert TOKEN not in str(refused.value)
    assert own_models.own_models(logged_in.workspace.own_models) == {}
    assert not [each for each in logged_in.workspace.root.rglob("*") if each.is_file()]


# --- the token --------------------------------------------------------------------------------------------------------


def press(visitor: Visitor, button: str, *values: object) -> str:
    """Press a button of the page; everything that is answered."""
    config = visitor.client.get("/config").json()
    part = part_of(config, button)
    (event,) = [each["id"] for each in config["dependencies"] if [part, "click"] in each["targets"]]
    return happened(visitor, event, *values)


def loaded(visitor: Visitor) -> str:
    """What the page shows on the button for logging in, once it is open."""
    config = visitor.client.get("/config").json()
    part = part_of(config, "login")
    (event,) = [each["id"] for each in config["dependencies"] if each["outputs"] == [part]]
    return happened(visitor, event)


def part_of(config: dict, name: str) -> int:
    (part,) = [each["id"] for each in config["components"] if each["props"].get("elem_id") == name]
    return part


def happened(visitor: Visitor, event: int, *values: object) -> str:
    session = uuid.uuid4().hex
    joined = visitor.post("/queue/join", json={"data": values, "fn_index": event, "session_hash": session})
    joined.raise_for_status()
    return visitor.get(f"/queue/data?session_hash={session}").text


@pytest.fixture
def working(served, monkeypatch, anna, hub, made_models) -> Iterator[tuple[Visitor, list[list[str]], str]]:
    """Somebody who has logged in, fetched their model and started to teach it; the commands, what the page said."""
    commands: list[list[str]] = []

    def stand_in(arguments: list[str]) -> list[str]:
        commands.append(arguments)
        return [sys.executable, "-c", "import time; time.sleep(600)"]

    monkeypatch.setattr(jobs, "process_arguments", stand_in)
    data = anna.use("annas.csv", emails("ANNA"))
    shutil.copytree(Workspace(made_models).reward_model, anna.space.reward_model, dirs_exist_ok=True)
    said = press(anna, "rl-fetch", "ben/private") + press(anna, "rl-fetch", "anna/private")
    settings = {"data": data, "minutes": 5, "model": "anna/private", "ignore_verdict": True}
    joined = anna.post("/call/v2/start_finetune", json=settings)
    said += anna.get(f"/call/v2/start_finetune/{joined.json()['event_id']}").text
    run = find_running(anna.space)
    assert run is not None, said
    process = run.process()
    assert process is not None
    try:
        yield anna, commands, said + str(process.environ())
    finally:
        process.kill()
        process.wait()


def test_the_job_gets_a_folder_and_no_token(working):
    anna, commands, said = working
    (command,) = commands
    folder = command[command.index("--model") + 1]
    assert Path(folder) == own_models.own_models(anna.space.own_models)["anna/private"].resolve()
    assert "anna/private is here" in said and "does not give you" in said
    with pytest.raises(RuntimeError, match="this Space offers"):
        Visitor(anna.address, anna._home).call("estimate_time", 5, 0, "anna/private")
    with pytest.raises(RuntimeError, match="this Space offers"):
        anna.call("estimate_time", 5, 0, folder)


def test_the_visitors_token_is_nowhere(working, served, capfd, caplog):
    anna, commands, said = working
    seen = said + str(commands)
    for path in ("/", "/config", "/gradio_api/info", "/workspace", "/at_work", "/gradio_api/startup-events"):
        seen += anna.client.get(path).text
    with zipfile.ZipFile(io.BytesIO(anna.client.get("/workspace/download").content)) as packed:
        seen += "".join(packed.read(name).decode("latin-1") for name in packed.namelist())
    assert "own_models/anna--private" in str(packed.namelist())
    for folder in (
        served[1].home,
        Path(os.environ["GRADIO_TEMP_DIR"]),
        Path(os.environ.get("HF_HUB_CACHE", "/nowhere")),
    ):
        seen += "".join(file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file())
    seen += str(capfd.readouterr()) + caplog.text
    for secret in (TOKEN, SERVERS, SECRET):
        assert secret not in seen, secret
