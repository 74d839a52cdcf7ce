"""The endpoints of the first tab, and the script in the README, as a program of somebody else calls them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData
from tests.helpers.command_line import ROOT

STOPPING = {"/stop_writing", "/stop_blind_pair"}
"""Endpoints that only the page has a use for: a script that waits cannot stop itself."""


def section() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8").split("## From a script (API)")[1].split("\n## ")[0]


def example() -> str:
    """The script in the README."""
    return re.search(r"```python\n(.*?)```", section(), re.DOTALL).group(1)


def put(code: str, old: str, new: str) -> str:
    assert code.count(old) == 1, f"{old} is no longer in the README's script"
    return code.replace(old, new)


@pytest.fixture
def crm(tmp_path: Path, few: EmailData) -> Path:
    path = tmp_path / "crm.csv"
    words = ("none", "answered", "won")
    columns = zip(few.contexts, few.emails, (words[outcome] for outcome in few.outcomes), strict=True)
    write_rows(path, ["Brief", "Body", "Result"], columns)
    return path


def test_every_endpoint_has_names_and_types(address):
    found = Client(address, verbose=False).view_api(return_format="dict", print_info=False)["named_endpoints"]
    listed = {f"/{name}" for name in re.findall(r"`(\w+)`", section().split("| endpoints | do |")[1])}
    assert listed == set(found) - STOPPING
    names = [each["parameter_name"] for name in listed for each in found[name]["parameters"]]
    assert not [name for name in names if name.startswith("param_")]
    settings = {each["parameter_name"]: each for each in found["/start_finetune"]["parameters"]}
    assert settings["minutes"]["parameter_has_default"] and settings["minutes"]["parameter_default"] is None
    assert settings["learning_rate"]["python_type"]["type"] != "str"
    assert settings["algorithm"]["parameter_default"] == "ppo"


def test_data_for_scripts(address, crm):
    client = Client(address, verbose=False)
    data = client.predict(handle_file(str(crm)), api_name="/upload_data")
    assert (data["label"], data["emails"], data["columns"]["email"]) == ("crm.csv", 60, "Body")
    (row,) = client.predict(data, first=1, count=1, api_name="/read_data")
    assert (row["line"] > 2, row["outcome"] in ("no_reply", "reply", "conversion")) == (True, True)
    edited = client.predict(data, [{"line": row["line"], "drop": True}], api_name="/edit_data")
    assert (edited["label"], edited["emails"]) == ("crm-edited.csv", 59)
    assert client.predict(edited, api_name="/mask_data")["emails"] == 59
    skipped = client.predict(handle_file(str(crm)), outcomes="none=skip,answered=1,won=2", api_name="/upload_data")
    assert skipped["left_out"] == data["outcomes"]["no_reply"]
    assert client.predict(api_name="/use_sample")["emails"] == 600
    assert {"kind", "severity", "message", "advice", "rows"} == set(client.predict(data, api_name="/check_data")[0])


def test_mistakes_are_told_to_scripts(address, crm):
    client = Client(address, verbose=False)
    data = client.predict(handle_file(str(crm)), api_name="/upload_data")
    for told, call in (
        (
            "column 'nowhere' is missing",
            {"file": handle_file(str(crm)), "email": "nowhere", "api_name": "/upload_data"},
        ),
        ("judge_share: 0.9 is outside", {"data": data, "judge_share": 0.9, "api_name": "/train_reward"}),
        ("Let the predictor learn from your emails", {"data": data, "api_name": "/start_finetune"}),
        ("Nothing is running", {"api_name": "/stop_reward"}),
        ("no run 'gone'|there are no runs", {"run": "gone", "api_name": "/progress"}),
        ("each needs a line", {"data": data, "changes": [{"drop": True}], "api_name": "/edit_data"}),
    ):
        with pytest.raises(AppError, match=told):
            client.predict(**call)


@pytest.mark.slow
def test_the_script_in_the_readme(address, crm, models_folder, capsys):
    code = put(example(), "http://127.0.0.1:7860", address)
    code = put(code, "data/emails.csv", crm.as_posix())
    code = put(code, "time.sleep(5)", "time.sleep(0.2)")
    encoder, writer = (f'model="{(models_folder / name).as_posix()}"' for name in ("distilbert", "gpt2"))
    code = put(code, 'data, api_name="/train_reward"', f'data, {encoder}, repeats=1, api_name="/train_reward"')
    small = f"{writer}, steps=2, max_new_tokens=16, held_out_contexts=4, ignore_verdict=True"
    code = put(code, "data, minutes=8,", f"data, {small},")
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert re.search(r"crm\.csv \{'no_reply': \d+, 'reply': \d+, 'conversion': \d+\}", printed)
    assert [line.split()[0] for line in printed.splitlines() if re.match(r"(base|tuned) [-\d]", line)] == [
        "base",
        "tuned",
    ]
