"""`submit()` hands in what was saved, when a person presses a key, and nothing else."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import nbformat
import pytest
from gradwise import handing_in, kernel
from gradwise.handing_in import connection, notebook, submitting, words
from gradwise.handing_in.connection import Service, Trouble
from nbclient import NotebookClient

from ... import warm_kernel
from ...execution import WarmKernels

SLUG = "02_activations"
RELU = "def relu(x):\n    return np.maximum(x, 0)"
OTHER = "def relu(x):\n    return abs(x)"


def saved(tmp_path: Path, *sources: str) -> notebook.Saved:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [{"x": 1}]} for source in sources]
    path = tmp_path / f"{SLUG}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return notebook.Saved.read(path)


@pytest.mark.parametrize(
    ("run", "in_file", "missing"),
    [
        ([RELU], [RELU], []),
        ([f"{RELU}  \n\n"], [RELU], []),  # blanks that an editor removes
        ([RELU, OTHER], [RELU], ["relu"]),
        ([OTHER, RELU], [RELU], []),  # an earlier try
        ([RELU], ["def relu(x):\n    raise NotImplementedError"], ["relu"]),
        (["def helper(x):\n    return x"], ["def relu(x):\n    return helper(x)"], ["helper"]),
        (["SLOPE = 2"], ["def relu(x):\n    return SLOPE * x"], ["SLOPE"]),
        (["x = 3\nprint(x)"], [RELU], []),  # tried in a cell that is gone
        (["hint('relu')", "1 +"], [RELU], []),
        (["%matplotlib inline\ndef relu(x):\n    return 1"], [RELU], ["relu"] if kernel.shell() else []),
        (["class relu:\n    pass"], [RELU], ["relu"]),
        (["relu = lambda x: x"], [RELU], ["relu"]),
    ],
)
def test_what_was_run_and_is_not_in_the_file_is_named(
    run: list[str], in_file: list[str], missing: list[str], tmp_path: Path
) -> None:
    assert notebook.unsaved(SLUG, run, saved(tmp_path, *in_file)) == missing


def test_what_cells_have_shown_is_not_sent(tmp_path: Path) -> None:
    tree = json.loads(saved(tmp_path, RELU).to_send())
    assert tree["cells"][0]["source"] == RELU
    assert tree["cells"][0]["outputs"] == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cells": 3}', "\0"])
def test_a_file_that_is_not_a_notebook_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    with pytest.raises(Trouble, match=r"broken\.ipynb (is not a notebook|cannot be read as a notebook)"):
        notebook.Saved.read(path)


def test_the_file_is_the_sessions_or_the_only_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    with pytest.raises(Trouble, match="There is none of 02_activations"):
        notebook.find(SLUG, {})
    one = saved(tmp_path, RELU).path
    assert notebook.find(SLUG, {}) == one
    other = tmp_path / f"{SLUG}-copy.ipynb"
    other.write_text("{}")
    with pytest.raises(Trouble, match=r'submit\("NAME.ipynb"\)'):
        notebook.find(SLUG, {})
    assert notebook.find(SLUG, {"__vsc_ipynb_file__": str(other)}) == other
    monkeypatch.setenv("JPY_SESSION_NAME", str(one))
    assert notebook.find(SLUG, {"__vsc_ipynb_file__": str(other)}) == one
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "renamed-since.ipynb"))
    assert notebook.find(SLUG, {"__vsc_ipynb_file__": str(other)}) == other


# --- the service ------------------------------------------------------------------------------------


class _Scripted(http.server.BaseHTTPRequestHandler):
    """Answers as it was told, and keeps what it was asked."""

    answers: ClassVar[list[tuple[int, dict[str, str], Any]]] = []
    asked: ClassVar[list[tuple[str, str, str | None]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("Authorization")))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, tree = self.answers.pop(0) if self.answers else (500, {}, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(tree).encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def scripted() -> Iterator[tuple[type[_Scripted], str]]:
    handler = type("Scripted", (_Scripted,), {"answers": [], "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def test_the_token_goes_nowhere_else(scripted: tuple[type[_Scripted], str]) -> None:
    handler, address = scripted
    handler.answers = [(302, {"Location": f"{address}elsewhere"}, {})]
    with pytest.raises(Trouble, match="error"):
        Service(address, "secret").get("api/v1/me")
    assert [path for _, path, _ in handler.asked] == ["/api/v1/me"]


def test_an_answer_that_got_lost_is_asked_for_again(
    scripted: tuple[type[_Scripted], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = scripted
    waited: list[float] = []
    monkeypatch.setattr(connection.time, "sleep", waited.append)
    busy = {"error": {"code": "full", "message": "Very many wait.", "retry_after": 7}}
    handler.answers = [(503, {}, {}), (429, {}, busy), (202, {}, {"id": "x"})]
    assert Service(address, "secret").hand_in(SLUG, b"{}") == {"id": "x"}
    assert 7 in waited
    assert len(handler.asked) == 3


@pytest.mark.parametrize(
    ("status", "tree", "words"),
    [
        (403, {"error": {"code": "closed", "message": "It is closed."}}, "It is closed"),
        (401, {}, "Is your token right"),
        (500, {"error": 3}, "error (500)"),
        (429, {"error": {"code": "full", "message": "Very many wait.", "retry_after": 700}}, "Very many wait"),
    ],
)
def test_a_refusal_is_told_in_its_own_words(
    status: int, tree: Any, words: str, scripted: tuple[type[_Scripted], str]
) -> None:
    handler, address = scripted
    handler.answers = [(status, {}, tree)]
    with pytest.raises(Trouble) as trouble:
        Service(address, "secret").get("api/v1/me")
    assert words in str(trouble.value)


def test_no_address_and_no_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (connection.ADDRESS, connection.TOKEN, connection.HUBS_TOKEN):
        monkeypatch.delenv(name, raising=False)
    handing_in.submit()
    handing_in.submissions()
    assert "hand in the file as your course says" in capsys.readouterr().out
    monkeypatch.setenv(connection.ADDRESS, "somewhere")
    handing_in.submit()
    assert "which is not an address" in capsys.readouterr().out
    monkeypatch.setenv(connection.ADDRESS, "http://127.0.0.1:9/")
    handing_in.submit()
    assert "put the token that you were given into GRADWISE_TOKEN" in capsys.readouterr().out


def test_unsaved_work_is_not_handed_in(
    scripted: tuple[type[_Scripted], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler, address = scripted
    monkeypatch.setenv(connection.ADDRESS, address)
    monkeypatch.setenv(connection.TOKEN, "a token")
    monkeypatch.setattr(submitting, "_run_so_far", lambda: [OTHER])
    handing_in.submit(str(saved(tmp_path, RELU).path), SLUG)
    assert "Save first. You have run code that is not in 02_activations.ipynb" in capsys.readouterr().out
    assert handler.asked == []


def test_in_a_kernel_it_hands_in_only_when_it_runs_alone(tmp_path: Path, scripted: tuple[type[_Scripted], str]) -> None:
    """A notebook run from top to bottom hands in nothing; the cell alone does, a moment later."""
    handler, address = scripted
    refusal = {"error": {"code": "closed", "message": "It is closed."}}
    handler.answers = [(200, {}, {"attempts": {"left": 5, "next": None}}), (403, {}, refusal)]
    saved(tmp_path, RELU)
    setup = (
        f"import os\nos.environ['{connection.ADDRESS}'] = '{address}'\nos.environ['{connection.TOKEN}'] = 'a token'\n"
        "os.environ.pop('JPY_SESSION_NAME', None)\nfrom gradwise import progress_bar"
    )
    submit = f"from gradwise.handing_in import submit\nsubmit(topic='{SLUG}')"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (setup, submit, submit)])
    resources = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(nb, kernel_manager_class=WarmKernels, resources=resources)
    with client.setup_kernel(env={warm_kernel.WHERE: warm_kernel.template()}):
        for index, cell in enumerate(nb.cells):
            if index == 2:
                assert [asked[0] for asked in handler.asked] == ["GET"]
                time.sleep(2 * submitting.AT_ONCE)
            client.execute_cell(cell, index)
    shown = ["".join(str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs) for cell in nb.cells]
    assert shown[1] == f"{submitting.TOGETHER} You have 5 attempts left."
    assert "It is closed." in shown[2]
    assert [asked[0] for asked in handler.asked] == ["GET", "POST"]


def test_the_result_reads_as_text_and_as_a_page() -> None:
    exercise = {
        "points": 1.0,
        "max_points": 2.0,
        "outcome": "failed",
        "diagnoses": ["Your `relu` is <b>abs</b>."],
        "checks": [{"outcome": "passed"}, {"outcome": "failed"}],
    }
    attempt = {"assignment": SLUG, "number": 2, "state": "graded", "score": 1.0, "max_score": 2.0, "late": True}
    attempt["result"] = {"exercises": {"relu": exercise}}
    text = words.as_text(attempt, ["You have 1 attempt left."])
    assert f"✗ {SLUG}: 1 of 2 points (attempt 2, late)" in text
    assert "✗ relu: 1 of 2 points, 1 of 2 checks lost" in text
    page = words.as_page(attempt, [], "<script>alert(1)</script>", "http://x/\"onload='")
    assert "<b>abs" not in page
    assert "<script" not in page
    assert "\"onload='" not in page
