"""A notebook that was saved is opened again, without its kernel: figures, still pictures, and no error of a widget."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert import SlidesExporter
from playwright.sync_api import Browser, Page, expect

from ..outputs import crowded
from .jupyter import PATIENCE, Notebook, Server

SETUP = "from gradwise import data, demos, plots, reference, training, progress_bar\nfrom gradwise.check import check"
DEMO = "demos.activation_explorer()"
FAILURE = "elu, elu_grad = (lambda x, alpha: x * 1.0), reference.elu_grad\ncheck('elu')"
TRAINING = """\
from torch import nn
figure, (ax,) = plots.figure()
for kind in progress_bar.each([nn.ReLU, nn.Tanh], "two"):
    make = lambda seed: training.mlp([2, 4, 2], kind, seed=seed)
    runs = training.over_seeds(make, data.moons(), seeds=40, num_epochs=2)
    plots.spread(ax, [run.losses for run in runs], kind.__name__)
plots.show()"""
FLAWS = ("Error displaying widget", "Loading widget", "Show more outputs")


def flaws(page: Page) -> list[str]:
    """Returns what a person reads where an output is missing."""
    return [text for text in FLAWS if any(found.is_visible() for found in page.get_by_text(text).all())]


def write(path: Path, *sources: str) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def end_kernels(server: Server) -> None:
    with urllib.request.urlopen(server.at("/api/sessions")) as answer:
        for session in json.load(answer):
            address = server.at(f"/api/sessions/{session['id']}")
            urllib.request.urlopen(urllib.request.Request(address, method="DELETE")).close()


def opened(page: Page, address: str) -> Page:
    page.set_viewport_size({"width": 1280, "height": 4000})  # all cells are in the window, and are rendered
    page.goto(address)
    page.locator(".jp-OutputArea-output").first.wait_for(state="attached", timeout=PATIENCE)
    return page


@pytest.fixture(scope="module")
def saved(browser: Browser, learners_server: Server) -> Iterator[Path]:
    """A notebook that was run and saved in JupyterLab, and whose kernel has ended since."""
    path = learners_server.root / "saved.ipynb"
    write(path, SETUP, DEMO, FAILURE, TRAINING)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(learners_server.at("/lab/workspaces/saved/tree/saved.ipynb"))
    notebook = Notebook(page)
    notebook.run("from gradwise")
    expect(notebook.start(DEMO).locator(".widget-html img")).to_have_count(1, timeout=PATIENCE)
    assert page.locator("img:visible").count() == 1  # the still picture waits
    notebook.run("elu, elu_grad")
    expect(notebook.start("from torch").locator("img")).to_have_count(1, timeout=2 * PATIENCE)
    page.keyboard.press("Control+S")
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE)
    page.close()
    end_kernels(learners_server)
    yield path
    path.unlink()


def test_what_is_saved_is_no_heap(saved: Path) -> None:
    """Takes over 10 seconds, as the first one here: a kernel imports PyTorch, and JupyterLab opens."""
    assert crowded(nbformat.read(saved, as_version=4)) == []


@pytest.mark.parametrize("app", ["lab/workspaces/again/tree", "notebooks"])
def test_it_opens_again_in_jupyterlab_and_in_notebook_7(
    app: str, saved: Path, learners_server: Server, page: Page
) -> None:
    opened(page, learners_server.at(f"/{app}/{saved.name}"))
    still = page.locator(".gradwise-still")
    expect(still.locator("img")).to_be_visible(timeout=PATIENCE)
    expect(still).to_contain_text("a still picture: run this cell")
    expect(still).to_contain_text("Left of 0 the slope is 0.1: 10 % of a gradient passes there.")
    expect(page.locator(".jp-OutputArea-output", has_text="✗ elu: visible check 1 of 6").first).to_be_visible()
    expect(page.locator(".jp-OutputArea img:visible")).to_have_count(3)
    expect(page.get_by_text("called", exact=True)).to_have_count(1)  # the error says the same once more, unseen
    page.wait_for_timeout(2000)  # a widget waits for its kernel before it gives up
    assert flaws(page) == []


def test_it_opens_as_slides(saved: Path, page: Page, tmp_path: Path) -> None:
    slides = tmp_path / "saved.slides.html"
    slides.write_text(SlidesExporter().from_filename(str(saved))[0], "utf-8")
    page.route("http*://**", lambda route: route.abort())
    page.goto(slides.as_uri())
    assert page.locator(".gradwise-still img").count() == 1
    assert page.locator("img").count() == 3
    assert flaws(page) == []


TAKE_AWAY = "() => document.querySelector('.gradwise-still').closest('.jp-OutputArea-child').remove()"


@pytest.mark.parametrize("app", ["lab/workspaces/again/tree", "notebooks"])
def test_a_widget_without_its_picture_would_be_seen(app: str, saved: Path, learners_server: Server, page: Page) -> None:
    opened(page, learners_server.at(f"/{app}/{saved.name}"))
    expect(page.locator(".gradwise-still img")).to_be_visible(timeout=PATIENCE)
    page.evaluate(TAKE_AWAY)
    expect(page.get_by_text(FLAWS[0]).or_(page.get_by_text(FLAWS[1])).first).to_be_visible(timeout=PATIENCE)
    assert flaws(page) != []
