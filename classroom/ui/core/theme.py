"""Light and dark, colours that everyone can tell apart, and sizes that follow the screen."""

import tkinter as tk
from dataclasses import dataclass
from tkinter import font, ttk

import sv_ttk

REFERENCE_DPI = 96.0
# Of the window, in pixels of such a screen.
SMALLEST = (1000, 700)
LABEL_COLOURS = ("foreground", "background")
# Tk's option database: above what a palette sets.
HIGHEST_PRIORITY = 100


@dataclass(frozen=True)
class Palette:
    """The colours of what ttk does not draw, as ``#rrggbb``."""

    background: str
    surface: str
    foreground: str
    muted: str
    line: str
    accent: str
    paper: str
    ink: str
    good: str
    bad: str


LIGHT = Palette(
    background="#fafafa",
    surface="#ffffff",
    foreground="#1c1c1c",
    muted="#5f6368",
    line="#d4d4d4",
    accent="#005fb8",
    paper="#ffffff",
    ink="#111111",
    good="#00724f",
    bad="#b3400a",
)
DARK = Palette(
    background="#1c1c1c",
    surface="#262626",
    foreground="#fafafa",
    muted="#a8adb3",
    line="#3d3d3d",
    accent="#57c8ff",
    paper="#101010",
    ink="#f4f4f4",
    good="#35c495",
    bad="#ff9457",
)


class Theme:
    """The look of one window.

    Parameters
    ----------
    root : tk.Tk
    dark : bool
    """

    def __init__(self, root: tk.Tk, dark: bool = False) -> None:
        self._root = root
        self.scale = self._scale_of_screen()
        self._font_sizes: dict[str, int] = {}
        self.dark = dark
        self.set(dark)
        for option in LABEL_COLOURS:
            root.option_add(f"*TLabel.{option}", "", HIGHEST_PRIORITY)
        # After Sun Valley's own binding of the same event.
        root.bind_class(root.winfo_class(), "<<ThemeChanged>>", self._free_labels, add="+")

    def _scale_of_screen(self) -> float:
        """Follow the screen's density, as far as the smallest window still fits on it."""
        root = self._root
        density = root.winfo_fpixels("1i") / REFERENCE_DPI
        room = (root.winfo_screenwidth() / SMALLEST[0], root.winfo_screenheight() / SMALLEST[1])
        # Servers without a real screen say odd things.
        return max(0.75, min(density, 4.0, *room))

    @property
    def palette(self) -> Palette:
        """The colours in force."""
        return DARK if self.dark else LIGHT

    def px(self, size: float) -> int:
        """Return `size`, in pixels of a 96 dpi screen, in pixels of this one."""
        return max(1, round(size * self.scale))

    def set(self, dark: bool) -> None:
        """Switch to dark or light."""
        self.dark = dark
        sv_ttk.set_theme("dark" if dark else "light", self._root)
        self._scale_fonts()
        self._style()

    def _free_labels(self, _event: "tk.Event[tk.Misc]") -> None:
        """Let styles colour the labels again.

        Sun Valley sets Tk's palette, and that gives every label colours of its
        own, which win over any style.
        """
        waiting: list[tk.Misc] = [self._root]
        while waiting:
            widget = waiting.pop()
            waiting += widget.winfo_children()
            if isinstance(widget, ttk.Label):
                widget.configure(**dict.fromkeys(LABEL_COLOURS, ""))

    def _scale_fonts(self) -> None:
        """Fit Sun Valley's fonts to this screen.

        Their sizes are pixels, which would shrink on a dense screen, and their
        families exist on Windows 11 only, where "Semibold" is a family.
        """
        body = font.nametofont("TkDefaultFont", self._root).actual("family")
        families = set(font.families(self._root))
        for name in font.names(self._root):
            if not name.startswith("SunValley"):
                continue
            named = font.nametofont(name, self._root)
            size = self._font_sizes.setdefault(name, int(named.cget("size")))
            named.configure(size=round(size * self.scale))
            family = named.cget("family")
            if family not in families:
                named.configure(family=body)
                if "Semibold" in family:
                    named.configure(weight="bold")

    def _style(self) -> None:
        style, palette = ttk.Style(self._root), self.palette
        style.configure("Muted.TLabel", foreground=palette.muted)
        style.configure("Good.TLabel", foreground=palette.good)
        style.configure("Bad.TLabel", foreground=palette.bad)
        style.configure("Heading.TLabel", font="SunValleyBodyStrongFont")
        style.configure("Title.TLabel", font="SunValleySubtitleFont")
        style.configure("Digit.TLabel", font="SunValleyTitleLargeFont")
        # For a row of many.
        style.configure("Narrow.Toggle.TButton", padding=(self.px(6), self.px(3)), width=0)
        style.configure("Treeview", rowheight=self.px(30))
        # So that a heading stands above the text of its cells.
        style.configure("Treeview.Heading", padding=(self.px(4), 0))
