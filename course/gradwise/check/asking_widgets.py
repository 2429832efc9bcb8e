"""The questions of `ask` as widgets: radio buttons, a button, and what the run says after an answer."""

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.display import display

from .page import prose

if TYPE_CHECKING:
    from .asking import _Asked


def show_widgets(asked: "_Asked") -> None:
    """Shows the questions with a button each, and below them what the notebook stores."""
    from .asking import LETTERS, as_html

    boxes = []
    stored: list[Any] = []
    for place, question in enumerate(asked.questions):
        options = [(f"{LETTERS[number]})  {text}", text) for number, text in enumerate(question.choices)]
        radio = ipywidgets.RadioButtons(options=options, value=None, layout=ipywidgets.Layout(width="auto"))
        radio.description = f"answer {place + 1}"
        radio.add_class("gradwise-choices")
        button = ipywidgets.Button(description="Answer", disabled=True, tooltip=f"answer question {place + 1}")
        verdict = ipywidgets.HTML()
        radio.observe(partial(_enable, button), names="value")
        button.on_click(partial(_answer, asked, place, radio, verdict, stored))
        boxes.append(ipywidgets.VBox([ipywidgets.HTML(as_html(question, place + 1)), radio, button, verdict]))
    box = ipywidgets.VBox(boxes, layout=ipywidgets.Layout(width="100%"))
    box.add_class("gradwise-questions")
    display(ipywidgets.HTML(_STYLE), box)  # type: ignore[no-untyped-call]
    stored.append(display(asked.bundle, raw=True, display_id=True))  # type: ignore[no-untyped-call]


def _enable(button: ipywidgets.Button, change: Any) -> None:
    button.disabled = change["new"] is None


def _answer(
    asked: "_Asked", place: int, radio: ipywidgets.RadioButtons, verdict: ipywidgets.HTML, stored: list[Any],
    button: ipywidgets.Button,
) -> None:  # fmt: skip
    question = asked.questions[place]
    asked.answers[place] = radio.value
    radio.disabled = button.disabled = True
    right = radio.value == question.answer
    color, words = ("#009e73", "✓ Right.") if right else ("#d55e00", f"✗ No: `{question.answer}`.")
    steps = "".join(f"<li>{prose(step)}</li>" for step in question.because)
    verdict.value = (
        f'<div role="status" style="border-left: 4px solid {color}; padding-left: 0.8em; line-height: 1.5">'
        f"<strong>{prose(words)}</strong> The run says:<ul>{steps}</ul></div>"
    )
    stored[0].update(asked.bundle, raw=True)


_STYLE = (
    "<style>.gradwise-choices label {white-space: pre-wrap; height: auto; line-height: 1.5; "
    "font-family: var(--jp-code-font-family, monospace)} .gradwise-choices .widget-label {display: none}</style>"
)
