"""The window as `main.py` opens it, in a process of its own, with a stopwatch in it.

python benchmarks/watched_window.py answer START HOME
    Draws a digit as soon as the window is painted; prints the seconds since START
    (of time.monotonic) until the first paint and until the CNN's answer; ends.

python benchmarks/watched_window.py idle HOME
    Waits until everything is loaded and prints a line; opens every tab, with a plot,
    and prints another; a line on stdin lets it go on after each.
"""

# The engine's process imports this file too: nothing that main.py would not import.
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def watch_answer(start: float, home: str) -> None:
    import json
    import time

    from classroom.ui import app as app_module
    from classroom.ui.draw.panel import DrawPanel

    stamps: dict[str, float] = {}

    class Watched(app_module.App):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.draw = self.panels[DrawPanel]
            self.draw.canvas.bind("<Expose>", self.exposed, add="+")

        def exposed(self, _event: object) -> None:
            # The canvas paints itself when Tk is idle next.
            self.draw.canvas.unbind("<Expose>")
            self.root.after_idle(self.painted)

        def painted(self) -> None:
            self.root.update_idletasks()
            # An answer of the X server means that it has drawn all that came before.
            self.root.winfo_pointerx()
            stamps["paint"] = time.monotonic() - start
            side = self.draw.canvas.winfo_width()
            at = [(side // 2, side * tenth // 10) for tenth in range(2, 9)]
            for kind, (x, y) in zip(
                ["<ButtonPress-1>", *["<B1-Motion>"] * 5, "<ButtonRelease-1>"], at, strict=True
            ):
                self.draw.canvas.event_generate(kind, x=x, y=y)
            self.look_for_answer()

        def look_for_answer(self) -> None:
            if self.draw.answers["cnn"].digit.cget("text") != "1":
                self.root.after(5, self.look_for_answer)
                return
            self.root.update_idletasks()
            stamps["answer"] = time.monotonic() - start
            self.close()

    app_module.App = Watched  # type: ignore[misc]
    run_main(home)
    print(json.dumps(stamps))


def watch_idle(home: str) -> None:
    from classroom.ui import app as app_module

    class Watched(app_module.App):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.root.after(500, self.look_for_ready)

        def look_for_ready(self) -> None:
            from classroom.ui.core.controls import State

            if self.controls.state is not State.READY:
                self.root.after(200, self.look_for_ready)
                return
            self.root.after(3000, lambda: self.say("loaded", self.open_tabs))

        def say(self, word: str, then: object) -> None:
            print(word, flush=True)
            self.root.createfilehandler(sys.stdin, 2, lambda *_file: self.go_on(then))

        def go_on(self, then: object) -> None:
            sys.stdin.readline()
            self.root.deletefilehandler(sys.stdin)
            then()  # type: ignore[operator]

        def open_tabs(self) -> None:
            from classroom.evaluation.results import Epoch
            from classroom.ui.train.panel import TrainPanel, draw_curves

            for panel in list(self.panels):
                self.select_tab(panel)
                self.root.update()
            self.select_tab(TrainPanel)
            curves = self.panels[TrainPanel].curves  # type: ignore[attr-defined]
            epochs = (Epoch(1, 2, 0.5, 0.8), Epoch(2, 2, 0.2, 0.9))
            curves.show(lambda figure, style: draw_curves(figure, style, epochs))
            self.root.after(5000, lambda: self.say("opened", self.close))

    app_module.App = Watched  # type: ignore[misc]
    run_main(home)


def run_main(home: str) -> None:
    """Do what main.py does when it is started without a command."""
    from classroom.cli.main import main

    sys.argv = ["main.py", "--home", home]
    status = main()
    if status:
        sys.exit(status)


if __name__ == "__main__":
    if sys.argv[1] == "answer":
        watch_answer(float(sys.argv[2]), sys.argv[3])
    else:
        watch_idle(sys.argv[2])
