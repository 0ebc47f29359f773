"""Renders a page from a Jinja2 template, as one HTML file without scripts or links.

The reports call it. Values are escaped, and templates run in Jinja2's sandbox, because a
home may hold templates of its own.
"""

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, TemplateError, TemplateSyntaxError, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import escape
from PIL import Image

from classroom import files
from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext

SHIPPED = Path(__file__).parent / "templates"
# The folder of a home for a teacher's own templates, which have the names of the shipped ones.
OWN = "templates"
PAGE = "report.html"


@dataclass(frozen=True)
class TableCell:
    """A cell of a table in a page.

    Attributes
    ----------
    text : str
    kind : str
        Its class in CSS: ``good``, ``bad``, ``long`` or empty.
    """

    text: str
    kind: str = ""


def table_row(*values: str | TableCell) -> list[TableCell]:
    """Return a row of a table; the first cell is the heading of the row."""
    return [value if isinstance(value, TableCell) else TableCell(value) for value in values]


def render(template: str, home: Path | None = None, **values: Any) -> str:
    """Return the page that a template makes of its values.

    Parameters
    ----------
    template : str
        The name of the template, such as ``"run.html"``.
    home : Path or None
        A home whose templates replace the shipped ones.
    **values : any
        The values of the template's variables.

    Raises
    ------
    ClassroomError
        A template is wrong; the sentence names its file and line.
    """
    folders = [SHIPPED] if home is None else [home / OWN, SHIPPED]
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    environment.filters.update(png=_png, svg=_svg)
    try:
        return environment.get_template(template).render(**values)
    except (TemplateError, TypeError, ValueError) as error:
        place = template
        if isinstance(error, TemplateSyntaxError):
            place = f"{error.filename or error.name}:{error.lineno}"
        raise ClassroomError(
            _("The template {place} cannot be used: {why}. Mend it, or delete it.").format(
                place=place, why=str(error).rstrip(".")
            )
        ) from error


def write_page(folder: Path, text: str) -> Path:
    """Write ``report.html`` into `folder`, as a whole; returns its path.

    Raises
    ------
    ClassroomError
        The folder cannot be written.
    """
    file = folder / PAGE
    try:
        with files.replacing(file, handed_over=True) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot_write(folder, error) from error
    return file


def escaped_forms(text: str) -> set[str]:
    """Return the forms of a text in a page: Jinja2 and Python escape quotes differently."""
    return {str(escape(text)), html.escape(text)}


def cannot_write(folder: Path, error: OSError) -> ClassroomError:
    """Return the error for a folder that the report cannot be written to."""
    return ClassroomError(
        _("The report cannot be written to {folder}: {why}. Choose another folder.").format(
            folder=folder, why=error.strerror or error
        )
    )


def _png(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    return _data("image/png", buffer.getvalue())


def _svg(drawing: bytes) -> str:
    """Return an SVG drawing as the source of an image, where it can run and load nothing."""
    return _data("image/svg+xml", drawing)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
