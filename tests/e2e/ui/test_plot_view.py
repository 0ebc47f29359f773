import gc
import threading
import tkinter as tk
import weakref
from collections.abc import Callable, Iterator
from itertools import pairwise
from tkinter import ttk

import pytest
from matplotlib.figure import Figure
from support import until

from classroom.plots.style import Style
from classroom.ui.core.theme import DARK, LIGHT, Theme
from classroom.ui.widgets.plot_view import PlotView, style_of

Draw = Callable[[Figure, Style], None]
RED, BLUE = "#ff0000", "#0000ff"


@pytest.fixture
def view(display: str) -> Iterator[PlotView]:
    """A plot view that fills a window; fails the test when a callback of Tk raises."""
    errors: list[BaseException] = []
    root = tk.Tk()
    root.report_callback_exception = lambda *error: errors.append(error[1])  # type: ignore
    root.tk.createcommand("bgerror", lambda text: errors.append(AssertionError(text)))
    root.geometry("400x300")
    view = PlotView(root, Theme(root))
    view.pack(fill="both", expand=True)
    root.update()
    yield view
    until(root, lambda: not view.winfo_exists() or not view.busy)
    root.destroy()
    if errors:
        raise errors[0]


def fill(colour: str) -> Draw:
    def draw(figure: Figure, style: Style) -> None:
        figure.set_facecolor(colour)

    return draw


def pixel(view: PlotView, x: int = 50, y: int = 50) -> str:
    """The colour of the picture that is shown."""
    assert view.image.winfo_ismapped()
    red, green, blue = map(int, view.tk.call(view.image.cget("image")[0], "get", x, y))
    return f"#{red:02x}{green:02x}{blue:02x}"


def size(view: PlotView) -> tuple[int, int]:
    """The width and height of the picture that is shown."""
    picture = view.image.cget("image")[0]
    return tuple(int(view.tk.call("image", w, picture)) for w in ("width", "height"))  # type: ignore


def done(view: PlotView) -> None:
    until(view.winfo_toplevel(), lambda: not view.busy)


def test_a_plot_is_shown_in_the_size_of_the_view(view: PlotView) -> None:
    view.show(fill(RED))
    done(view)
    assert pixel(view) == RED
    assert size(view) == (400, 300)
    assert view.sentence == ""


def test_the_plot_follows_the_size_of_the_window(view: PlotView) -> None:
    view.show(fill(RED))
    done(view)
    view.winfo_toplevel().geometry("500x350")
    until(view.winfo_toplevel(), lambda: not view.busy and size(view) == (500, 350))
    assert pixel(view, 490, 340) == RED


def test_a_plot_asked_for_before_the_view_is_on_the_screen_appears_with_it(
    view: PlotView,
) -> None:
    other = PlotView(view.master, view._theme)
    other.show(fill(BLUE))
    view.pack_forget()
    other.pack(fill="both", expand=True)
    until(other, lambda: any(child.winfo_ismapped() for child in other.winfo_children()))
    done(other)
    assert pixel(other) == BLUE


def test_the_window_goes_on_while_a_plot_is_drawn(view: PlotView) -> None:
    window_went_on = threading.Event()
    seen: list[bool] = []

    def draw(figure: Figure, style: Style) -> None:
        view_is_free.set()
        seen.append(window_went_on.wait(20))

    view_is_free = threading.Event()
    view.show(draw)
    until(view.winfo_toplevel(), view_is_free.is_set)
    # The drawing is under way, and waits for this callback of the window.
    view.after(1, window_went_on.set)
    done(view)
    assert seen == [True]


def test_drawing_never_happens_on_the_thread_of_the_window(view: PlotView) -> None:
    threads: list[threading.Thread] = []
    view.show(lambda figure, style: threads.append(threading.current_thread()))
    done(view)
    assert threads
    assert threading.main_thread() not in threads


def test_of_many_requests_the_last_is_shown_and_most_are_dropped(view: PlotView) -> None:
    drawn: list[int] = []
    view.show(fill(BLUE))
    for number in range(20):
        view.show(lambda figure, style, number=number: drawn.append(number))
    view.show(fill(RED))
    done(view)
    assert pixel(view) == RED
    assert len(drawn) <= 1


def test_two_views_never_draw_at_the_same_time(view: PlotView) -> None:
    other = PlotView(view.master, view._theme)
    other.pack(fill="both", expand=True)
    for each in (view, other):
        each.show(fill(RED))
        done(each)
    first_is_in, second_is_in = threading.Event(), threading.Event()
    overlaps: list[bool] = []

    def first(figure: Figure, style: Style) -> None:
        first_is_in.set()
        overlaps.append(second_is_in.wait(0.5))

    view.show(first)
    until(view.winfo_toplevel(), first_is_in.is_set)
    other.show(lambda figure, style: second_is_in.set())
    until(view.winfo_toplevel(), lambda: not view.busy and not other.busy)
    assert overlaps == [False]
    assert second_is_in.is_set()


def test_a_drawing_that_fails_is_said_and_the_next_one_is_shown(
    view: PlotView, caplog: pytest.LogCaptureFixture
) -> None:
    view.show(lambda figure, style: 1 / 0)  # type: ignore[arg-type, return-value]
    done(view)
    assert "could not be drawn" in view.sentence
    assert "ZeroDivisionError" in caplog.text
    view.show(fill(RED))
    done(view)
    assert view.sentence == ""
    assert pixel(view) == RED


def test_a_sentence_takes_the_place_of_a_plot_even_of_one_under_way(view: PlotView) -> None:
    view.show(fill(RED))
    view.say("Nothing yet")
    done(view)
    view.update()
    assert view.sentence == "Nothing yet"
    assert not view.image.winfo_ismapped()


def test_each_drawing_starts_from_an_empty_figure(view: PlotView) -> None:
    left_over: list[int] = []

    def draw(figure: Figure, style: Style) -> None:
        left_over.append(len(figure.axes) + len(figure.texts))
        figure.subplots(1, 2)
        figure.text(0.5, 0.5, "text")

    for _round in range(3):
        view.show(draw)
        done(view)
    assert set(left_over) == {0}


def test_drawing_again_and_again_makes_no_new_pictures(view: PlotView) -> None:
    view.show(fill(RED))
    done(view)
    before = len(view.tk.splitlist(view.tk.call("image", "names")))
    for _round in range(20):
        view.show(fill(BLUE))
        done(view)
    assert len(view.tk.splitlist(view.tk.call("image", "names"))) == before


def test_the_plot_takes_the_colours_of_the_theme(view: PlotView) -> None:
    view.show(lambda figure, style: None)
    done(view)
    assert pixel(view) == LIGHT.background
    view._theme.set(True)
    view.theme_changed()
    done(view)
    assert pixel(view) == DARK.background


def test_the_keyboard_stays_where_it_is(view: PlotView) -> None:
    field = ttk.Entry(view.master)
    field.pack()
    field.focus_force()
    until(view.winfo_toplevel(), lambda: view.focus_get() is field)
    view.show(fill(RED))
    done(view)
    assert view.focus_get() is field


def test_a_view_can_go_while_it_is_drawn(view: PlotView) -> None:
    started, go_on = threading.Event(), threading.Event()

    def draw(figure: Figure, style: Style) -> None:
        started.set()
        go_on.wait(20)

    view.show(draw)
    until(view.winfo_toplevel(), started.is_set)
    root = view.winfo_toplevel()
    view.destroy()
    go_on.set()
    drawing = next((t for t in threading.enumerate() if t.name == "plot"), None)
    if drawing is not None:
        drawing.join(20)
        assert not drawing.is_alive()
    # Whatever the view has left for later comes up before this.
    later: list[bool] = []
    root.after(300, later.append, True)
    until(root, lambda: bool(later))


def test_a_view_that_is_gone_is_freed_with_its_figure(view: PlotView) -> None:
    other = PlotView(view.master, view._theme)
    other.pack(fill="both", expand=True)
    other.show(lambda figure, style: figure.subplots())
    done(other)
    assert other.figure is not None
    figure = weakref.ref(other.figure)
    # What is there by now is no longer looked through for garbage.
    assert gc.get_freeze_count() > 10_000
    other.destroy()
    del other
    gc.collect()
    assert figure() is None


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
def test_the_scale_of_errors_can_be_read_without_seeing_hues(dark: bool) -> None:
    style = style_of(DARK if dark else LIGHT, dark)
    scale = [lightness(colour) for colour in (style.background, *style.sequential)]
    assert scale == sorted(scale, reverse=not dark)
    assert min(abs(a - b) for a, b in pairwise(scale)) > 15


def test_what_was_being_drawn_is_not_taken_for_what_is_wanted_now(view: PlotView) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(figure: Figure, style: Style) -> None:
        begun.set()
        go_on.wait(30)
        figure.set_facecolor(RED)

    view.show(slow, of="one")
    until(view.winfo_toplevel(), begun.is_set)
    view.expect("another")
    pictures: list[object] = []
    view.bind("<<Drawn>>", pictures.append)
    view.show(fill(BLUE), of="another")
    assert view.sentence == "Drawing …"
    go_on.set()
    done(view)
    assert len(pictures) == 1
    assert pixel(view) == BLUE


def test_a_newer_plot_of_the_same_takes_the_place_of_the_one_that_is_seen(view: PlotView) -> None:
    view.show(fill(RED), of="one")
    done(view)
    view.show(fill(BLUE), of="one")
    assert pixel(view) == RED
    done(view)
    assert pixel(view) == BLUE
