"""The few pieces of HTML that the report is made of; whatever is put in is escaped."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image

STYLE = Path(__file__).parent / "assets" / "report.css"


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `kind` is ``good``, ``bad``, ``long`` or nothing."""

    text: str
    kind: str = ""


def document(title: str, body: Sequence[str]) -> str:
    """Return a whole page."""
    style = STYLE.read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # Whatever a name or a sentence may hold, this page loads and runs nothing.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def header(over: str, title: str, when: str) -> str:
    """Return the head of the page."""
    return (
        f'<header><p class="over">{escape(over)}</p><h1>{escape(title)}</h1>'
        f'<p class="when">{escape(when)}</p></header>'
    )


def heading(text: str) -> str:
    """Return the heading of a section."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def footer(text: str) -> str:
    """Return the foot of the page."""
    return f"<footer>{escape(text)}</footer>"


def tiles(items: Sequence[tuple[str, str]]) -> str:
    """Return figures that stand out, each above what it means."""
    inner = "".join(f"<li><b>{escape(a)}</b><span>{escape(b)}</span></li>" for a, b in items)
    return f'<ul class="tiles">{inner}</ul>'


def table(head: Sequence[str], rows: Sequence[Sequence[str | Cell]]) -> str:
    """Return a table; the first cell of each row names it."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(f"<tr>{_named(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _named(row: Sequence[str | Cell]) -> str:
    cells = [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]
    first, *rest = cells
    return f'<th scope="row">{escape(first.text)}</th>' + "".join(_cell(cell) for cell in rest)


def _cell(cell: Cell) -> str:
    return f'<td class="{escape(cell.kind)}">{escape(cell.text)}</td>'


def escaped(text: str) -> str:
    """Return a text as it stands in the page."""
    return escape(text)


def image(picture: Image.Image, alternative: str) -> str:
    """Return a picture that is part of the page."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{escape(alternative)}">'


def figure(picture: Image.Image, caption: str) -> str:
    """Return a picture with its caption."""
    return f"<figure>{image(picture, caption)}<figcaption>{escape(caption)}</figcaption></figure>"


def drawing(svg: bytes, caption: str) -> str:
    """Return a drawing with its caption; as an image it can run and load nothing."""
    data = base64.b64encode(svg).decode("ascii")
    source = f"data:image/svg+xml;base64,{data}"
    return (
        f'<figure class="plot"><img src="{source}" alt="{escape(caption)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def lines(count: int, hint: str) -> str:
    """Return ruled lines to write on, by hand or, in a browser, by keys; `hint` is not printed."""
    # Borders are printed everywhere, backgrounds only where the browser is told to.
    ruled = "<div><br></div>" * count
    return (
        f'<p class="hint">{escape(hint)}</p><div class="lines" contenteditable="true">{ruled}</div>'
    )


def pairs(figures: Sequence[str]) -> str:
    """Return pictures two by two."""
    return f'<div class="pairs">{"".join(figures)}</div>'


def pictured_table(
    names: Sequence[str],
    halves: tuple[str, str],
    rows: Sequence[tuple[str, Sequence[tuple[Cell, Cell]]]],
) -> str:
    """Return a table of pairs: a row for each picture, two columns for each name."""
    top = "".join(f'<th scope="colgroup" colspan="2">{escape(name)}</th>' for name in names)
    below = "".join(f'<th scope="col">{escape(half)}</th>' for half in halves) * len(names)
    body = "".join(
        f"<tr><td>{picture}</td>"
        + "".join(_cell(cell) for pair in couples for cell in pair)
        + "</tr>"
        for picture, couples in rows
    )
    return (
        f'<table class="pictured"><thead><tr><td rowspan="2"></td>{top}</tr><tr>{below}</tr>'
        f"</thead><tbody>{body}</tbody></table>"
    )
