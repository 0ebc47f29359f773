"""Columns of a table, made wide enough for what stands in them."""

from tkinter import font, ttk

from classroom.ui.core.theme import Theme

# Beside the text of a cell and of a heading, in pixels of a 96 dpi screen: Tk's own padding
# of 4 on each side, and a little air.
AIR = 12


def fit_columns(tree: ttk.Treeview, theme: Theme) -> None:
    """Make each column as wide as its heading and its widest cell; none is cut off.

    Parameters
    ----------
    tree : ttk.Treeview
        A table that shows headings.
    theme : Theme
    """
    look = ttk.Style(tree)
    headings = font.Font(tree, font=look.lookup("Treeview.Heading", "font") or "TkHeadingFont")
    usual = font.Font(tree, font=look.lookup("Treeview", "font") or "TkDefaultFont")
    rows = [(tree.item(row, "values"), _font(tree, row, usual)) for row in tree.get_children()]
    for place, column in enumerate(tree["columns"]):
        widths = [letters.measure(str(values[place])) for values, letters in rows]
        widths.append(headings.measure(tree.heading(column, "text")))
        needed = max(widths) + theme.px(AIR)
        tree.column(column, width=needed, minwidth=needed)


def add_sideways_bar(tree: ttk.Treeview) -> ttk.Scrollbar:
    """Return a bar that moves the columns; it is seen only where not all of them have room.

    Parameters
    ----------
    tree : ttk.Treeview
        In a grid; the bar goes into the row below.
    """
    bar = ttk.Scrollbar(tree.master, orient="horizontal", command=tree.xview)
    place = tree.grid_info()
    bar.grid(
        row=int(place["row"]) + 1,
        column=place["column"],
        columnspan=place["columnspan"],
        sticky="ew",
    )
    bar.grid_remove()

    def moved(first: float, last: float) -> None:
        bar.set(first, last)
        if float(first) <= 0.0 and float(last) >= 1.0:
            bar.grid_remove()
        else:
            bar.grid()

    tree.configure(xscrollcommand=moved)
    return bar


def _font(tree: ttk.Treeview, row: str, usual: font.Font) -> font.Font:
    """Return the font of a row, which a tag may make a bold one."""
    for tag in tree.item(row, "tags") or ():
        if named := tree.tag_configure(str(tag), "font"):
            return font.Font(tree, font=named)
    return usual
