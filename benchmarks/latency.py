"""How long from a move of the pen until all bars have changed.

Real strokes are drawn in the real window by its own events, 60 moves a second,
and answered by the real engine: first where there is no MNIST, so that the CNN
alone answers, then with SVM and k-NN fitted on 10,000 digits. A move that comes
while the answers to the one before are on their way waits for them; that counts.
"""

import contextlib
import os
import time
from collections.abc import Iterator

import results
from window import opened, until

MOVES_A_SECOND = 60


def moves_to_bars(app: "App", moves: int) -> list[float]:  # noqa: F821
    """Draw digits with so many moves of the pen in all; return milliseconds for each."""
    from classroom.preprocessing.strokes import read_strokes_file
    from classroom.ui.draw.ink import PAPER
    from classroom.ui.draw.panel import DrawPanel

    panel = app.panels[DrawPanel]
    app.select_tab(DrawPanel)
    app.root.update()
    scale = panel.canvas.winfo_width() / PAPER
    taken: list[float] = []
    while len(taken) < moves:
        for line in read_strokes_file(results.LESSON):
            for stroke in line.strokes:
                at = [(round(x * scale), round(y * scale)) for x, y in stroke]
                panel.canvas.event_generate("<ButtonPress-1>", x=at[0][0], y=at[0][1])
                for x, y in at[1:]:
                    taken += one_move(app, panel, x, y)
                panel.canvas.event_generate("<ButtonRelease-1>", x=at[-1][0], y=at[-1][1])
            panel.clear()
            if len(taken) >= moves:
                break
    return taken[:moves]


def one_move(app: "App", panel: "DrawPanel", x: int, y: int) -> list[float]:  # noqa: F821
    """Move the pen, wait for the bars and for the next sixtieth of a second."""
    began = time.perf_counter()
    points = sum(len(stroke) for stroke in panel.paper.ink.strokes)
    panel.canvas.event_generate("<B1-Motion>", x=x, y=y)
    if points == sum(len(stroke) for stroke in panel.paper.ink.strokes):
        return []  # it did not leave its pixel, so there is nothing to ask
    while app.client.predicting:
        app.root.tk.dooneevent(0)
    app.root.update_idletasks()
    taken = 1000 * (time.perf_counter() - began)
    over: list[bool] = []
    left = 1 / MOVES_A_SECOND - (time.perf_counter() - began)
    app.root.after(max(1, round(1000 * left)), lambda: over.append(True))
    until(app, lambda: bool(over))
    return [taken]


@contextlib.contextmanager
def no_network() -> Iterator[None]:
    """Point everything that could fetch MNIST to where nobody answers."""
    nowhere = "http://127.0.0.1:9/"
    before = dict(os.environ)
    os.environ |= dict.fromkeys(("http_proxy", "https_proxy", "PIP_INDEX_URL"), nowhere)
    os.environ |= {"no_proxy": "", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    os.environ |= {"KERAS_HOME": os.path.join(os.devnull, "keras")}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("--moves", type=int, default=600, metavar="N", help="default: %(default)s")
    options = parser.parse_args()
    with results.display():
        no_mnist = results.fresh_home(options, mnist_too=False)
        with no_network(), no_mnist as home, opened(home) as app:
            moves_to_bars(app, 60)  # what is done once only, such as the first drawing
            alone = moves_to_bars(app, options.moves)
        with results.fresh_home(options) as home, opened(home) as app:
            moves_to_bars(app, 60)
            together = moves_to_bars(app, options.moves)
    figures = [
        results.Figure("pen move to bars, CNN only", alone, "{:.1f} ms", 5),
        results.Figure("pen move to bars, all three", together, "{:.1f} ms", 30),
    ]
    results.record("Pen to bars", results.table(figures), options)


if __name__ == "__main__":
    main()
