"""What the library asks of a notebook's kernel: to show a page, to take an output away again, to explain an error."""

import ast
import linecache
import math
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Slot", "explain_errors", "in_notebook", "shell", "show", "watch"]

Message = dict[str, Any]

WIDGET = "application/vnd.jupyter.widget-view+json"
MOST_MESSAGES = 2000  # of a cell, that are kept to be shown again


def shell() -> Any:
    """Returns IPython's shell; None outside of IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def in_notebook() -> bool:
    """Returns whether this is a notebook's kernel, and not IPython in a terminal or Python alone."""
    return hasattr(shell(), "kernel")


def show(page: str, text: str) -> None:
    """Shows a page of HTML in a notebook, with its plain text beside it; elsewhere prints the plain text."""
    if shell() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": page, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]


# --- errors -----------------------------------------------------------------------------------------

Explanation = Callable[[BaseException, Any], BaseException | None]

_explanations: list[Explanation] = []


def explain_errors(explain: Explanation) -> None:
    """Has each exception that ends a cell explained by a function, before it is shown.

    Args:
        explain: gets the exception and its traceback, and returns another one to be shown, or None.
    """
    _explanations.append(explain)
    watch()


def _show_error(ipython: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: Any) -> None:
    """Shows the exception that ends a cell, after a bar is gone: where an output follows, none can be taken away."""
    Slot.of(ipython).vanish()
    better = next((other for explain in _explanations if (other := explain(error, trace))), None)
    Slot.of(ipython).error = better
    if better is None:
        ipython.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
    else:
        ipython.showtraceback((type(better), better, None))


# --- an output that can be taken away ---------------------------------------------------------------


class Slot:
    """A place in the running cell's output that holds something for a while, and then leaves nothing.

    A notebook can clear all outputs of a cell, or change one of them, and not remove one. So if there is nothing else
    in the cell, all is cleared; otherwise all is cleared, and what else the cell has shown is shown again. Where the
    kernel does not let one see what a cell shows, an output stays and is empty.

    Attributes:
        cell: the number of the cell, counted from the first one that was noticed.
        known: whether all is known that the cell has shown.
        others: what it has shown besides, as the kernel sent it.
        error: the exception that was shown instead of the cell's own.
        idle: the seconds from the end of the cell before to the beginning of this one.
    """

    def __init__(self, ipython: Any) -> None:
        self._shell, self.cell, self._ours = ipython, 0, False
        self.idle, self._ended = math.inf, -math.inf
        self._handle = "gradwise-0"
        self._is_shown = False
        self._reset()
        self.known = _is_silent_so_far(ipython)  # the cell that runs now began before this

    @staticmethod
    def of(ipython: Any) -> "Slot":
        """Returns the shell's slot."""
        return _slots.get(id(ipython)) or _watch(ipython)

    def _reset(self) -> None:
        self.error: BaseException | None = None
        self._clear()

    def put(self, page: str, text: str) -> None:
        """Shows a page of HTML in the slot, in the place of what is there."""
        if not self._is_shown:
            self._handle = f"gradwise-{int(self._handle.removeprefix('gradwise-')) + 1}"
        self._publish({"text/html": page, "text/plain": text}, update=self._is_shown)
        self._is_shown = True

    def empty(self) -> None:
        """Takes away what the slot holds; at the latest when the next output comes, or when the cell ends."""
        if not self._is_shown or self._is_clearing:
            return
        self._flush()
        if self.known and not self.others:
            self._shell.display_pub.clear_output(wait=True)
        else:
            self._publish({}, update=True)

    def vanish(self) -> None:
        """Takes the slot itself away: nothing of it is left in the cell."""
        self.empty()
        if not self._is_shown or self._is_clearing or not self._can_repeat():
            return
        others = self.others
        self._shell.display_pub.clear_output(wait=True)
        for output in others:
            self._repeat(output)

    def end(self, result: Any) -> None:
        """Ends the cell."""
        self._ended = time.monotonic()
        self._flush()
        failed = result.error_before_exec or result.error_in_exec
        if self.error is not None:
            result.error_in_exec = self.error
        unseen = failed or (result.result is not None and not hasattr(self._shell.displayhook, "register_hook"))
        if not unseen:
            self.vanish()
            if self._is_shown and self._is_clearing:
                self._shell.display_pub.clear_output(wait=False)
        self._reset()

    def begin(self, *_info: Any) -> None:
        """Begins a cell."""
        self.cell += 1
        self.idle = time.monotonic() - self._ended
        self._reset()

    # --- what the kernel sends

    def notice(self, message: Message) -> Message:
        """Notices a message that changes what the cell shows, and lets it go on."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "clear_output":
            self._is_clearing = content["wait"]
            if not self._is_clearing:
                self._clear()
        elif kind == "update_display_data":
            if not self._ours:
                self._update(content)
        else:
            if self._is_clearing:  # it has waited for this output
                self._clear()
            if not self._ours:
                self._remember(kind, content, message["parent_header"])
        return message

    def _clear(self) -> None:
        self.known = True
        self.others: list[Message] = []
        self._is_shown, self._is_clearing = False, False

    def _remember(self, kind: str, content: dict[str, Any], parent: Any) -> None:
        last = self.others[-1] if self.others else None
        if kind == "stream" and last and last["kind"] == kind and last["content"]["name"] == content["name"]:
            last["content"]["text"] += content["text"]
        else:
            self.others.append({"kind": kind, "content": dict(content), "parent": parent})

    def _update(self, content: dict[str, Any]) -> None:
        for output in self.others:
            old = output["content"]
            if old.get("transient", {}).get("display_id") == content["transient"].get("display_id"):
                old["data"], old["metadata"] = content["data"], content["metadata"]

    def _flush(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()

    def _publish(self, data: dict[str, str], update: bool) -> None:
        self._flush()
        self._ours = True
        try:
            self._shell.display_pub.publish(data, transient={"display_id": self._handle}, update=update)
        finally:
            self._ours = False

    def _can_repeat(self) -> bool:
        widgets = any(WIDGET in output["content"].get("data", ()) for output in self.others)
        return self.known and len(self.others) <= MOST_MESSAGES and not widgets

    def _repeat(self, output: Message) -> None:
        publisher = self._shell.display_pub
        message = publisher.session.msg(output["kind"], output["content"], parent=output["parent"])
        publisher.session.send(publisher.pub_socket, self.notice(message), ident=publisher.topic)


def _is_silent_so_far(ipython: Any) -> bool:
    """Tells whether the running cell can have shown nothing yet: it has imported and defined, and called nothing."""
    cells, frame = [], sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals is getattr(ipython, "user_ns", None) and frame.f_code.co_name == "<module>":
            cells.append(frame)
    if not cells:
        return False
    source = "".join(linecache.getlines(cells[-1].f_code.co_filename))
    here = cells[-1].f_lineno
    before = [node for node in ast.parse(source).body if node.lineno <= here]
    *earlier, now = before or [ast.Pass()]
    if not earlier:
        return isinstance(now, ast.Import | ast.ImportFrom)
    silent = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    return earlier[-1].lineno < here and all(isinstance(node, silent) for node in earlier)


_slots: dict[int, Slot] = {}


def watch() -> None:
    """Begins to notice what cells show, in a notebook; so a slot in the next cell will leave nothing."""
    ipython = shell()
    if in_notebook() and id(ipython) not in _slots:
        _watch(ipython)


def _watch(ipython: Any) -> Slot:
    slot = _slots[id(ipython)] = Slot(ipython)
    ipython.events.register("pre_run_cell", slot.begin)
    ipython.events.register("post_run_cell", slot.end)
    ipython.set_custom_exc((Exception, KeyboardInterrupt), _show_error)
    publisher = ipython.display_pub
    for source in (publisher, ipython.displayhook):
        if hasattr(source, "register_hook"):
            source.register_hook(slot.notice)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "pub_thread"):  # streams are sent by a thread of their own, and so is what is noticed
            stream.pub_thread.schedule(lambda stream=stream: stream.register_hook(slot.notice))
    return slot
