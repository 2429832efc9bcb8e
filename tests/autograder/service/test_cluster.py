"""The service hands its queue to a real Dask cluster: the same results, also when a worker dies."""

from pathlib import Path

import pytest

from ..temporary import TemporaryCourse
from ..whole.test_dask import Cluster
from .conftest import WRONG_RELU, Notebook
from .server import ADA, BOB, Server


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_cluster_grades_what_waits_and_a_dead_worker_costs_nothing(
    temporary: TemporaryCourse, notebook: Notebook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Takes over 10 seconds: a scheduler, two workers and a server start, and each imports PyTorch."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        first = cluster.worker()
        with Server(temporary, ("--scheduler", cluster.address)) as server:
            wrong = server.graded(ADA, notebook(right=True, write_relu=WRONG_RELU))
            assert 0 < wrong["score"] < 25
            assert wrong["result"]["exercises"]["relu"]["diagnoses"]
            cluster.worker()
            accepted = server.hand_in(BOB, notebook(right=True))
            first.kill()
            right = server.result(BOB, accepted.tree["id"])
            assert right["score"] == right["max_score"] == 25
            server.wait_for(lambda: temporary.score(BOB) == 25)
    finally:
        cluster.close()


def test_without_a_scheduler_a_sentence_says_so(temporary: TemporaryCourse, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.toml"
    tokens.write_text('[learners]\nada = "a-token-that-is-long"\n')
    tokens.chmod(0o600)
    said = temporary.run(
        "autograder", "serve", "--tokens", str(tokens), "--port", "0", "--scheduler", "tcp://127.0.0.1:1", fails=True
    )
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in said
    assert "Traceback" not in said
