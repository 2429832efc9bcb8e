"""The explorer of notebook 03: its picture, its sentence and its speed."""

import html

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise.demos import batch_norm_explorer
from gradwise.demos.frame import as_html
from gradwise.demos.normalization import BATCHES, MARKED, WATCHED, explore, finding, marked_batches, outputs, running


@pytest.mark.parametrize("batch_size", [2, 8, 64])
def test_in_training_every_batch_is_normalized(batch_size: int) -> None:
    out = outputs(batch_size, 0.1, False, False)
    assert out.shape == (BATCHES, batch_size, 3)
    assert np.allclose(out.mean(axis=1), 0)
    assert np.allclose(out[-1].std(axis=0), 1, atol=1e-3)  # the batch that is drawn
    assert out.std(axis=1).max() <= 1  # eps: a batch whose examples are nearly equal stays below
    assert np.array_equal(marked_batches(batch_size)[:, 0], np.tile(MARKED, (BATCHES, 1)))


def test_in_evaluation_the_marked_example_does_not_depend_on_its_companions() -> None:
    assert len(np.unique(outputs(8, 0.1, False, True)[:, 0, WATCHED])) == 1
    assert len(np.unique(outputs(8, 0.1, False, False)[:, 0, WATCHED])) == BATCHES


def test_the_two_conventions_meet_at_one_half_and_mirror_each_other() -> None:
    assert np.allclose(running(8, 0.5, True), running(8, 0.5, False))
    assert np.allclose(running(8, 0.9, True), running(8, 0.1, False))
    calm, restless = (np.std(running(8, 0.1, form)[0][20:, WATCHED]) for form in (False, True))
    assert restless > 2 * calm


def test_the_sentence_follows_the_sliders() -> None:
    assert finding(2, 0.1) == (
        "In training each feature of this batch of 2 gets mean 0 and standard deviation 1. Feature 2 of the marked "
        "example depends on its companions: in 40 batches it becomes -1.00 to 1.00 "
        "(standard deviation 0.80)."
    )
    mean, var = (values[-1, WATCHED] for values in running(8, 0.3, False))
    sentence = finding(8, 0.3, False, True)
    assert "A new batch weighs 0.30; after 40 batches" in sentence
    assert f"the running mean is {mean:.2f} (true: 1.00)" in sentence
    assert f"the running standard deviation {var**0.5:.2f} (true: 2.00)" in sentence
    assert "A new batch weighs 0.70;" in finding(8, 0.3, True, True)


def test_the_picture_has_named_axes_and_carries_the_sentence() -> None:
    view = explore(4, 0.2, slide_form=True, evaluation=True)
    left, right = view.figure.axes
    assert (left.get_xlabel(), right.get_xlabel()) == ("feature before, and after", "batch")
    used = next(line for line in right.lines if line.get_linewidth() == 2)
    assert str(used.get_label()).startswith("slides")
    assert f'alt="{html.escape(view.finding)}"' in as_html(view)
    assert not plt.get_fignums()


def test_the_explorer_redraws_when_a_control_moves() -> None:
    demo = batch_norm_explorer()
    batch_size, momentum, slide_form, evaluation = demo.controls.values()
    batch_size.value = 2
    assert "batch of 2" in demo.picture.value
    evaluation.value = True
    momentum.value = 0.25
    assert "A new batch weighs 0.25" in demo.picture.value
    slide_form.value = True
    assert "A new batch weighs 0.75" in demo.picture.value
