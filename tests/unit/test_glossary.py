"""The glossary: its page is up to date, and each word has one meaning."""

import ast
from pathlib import Path

import pytest
from places import ROOT

from classroom.glossary import TERMS, markdown

PAGE = ROOT / "docs" / "glossary.md"


def test_the_page_is_what_the_glossary_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown()


def test_a_term_has_one_entry_and_a_sentence() -> None:
    names = [term.name for term in TERMS]
    assert len(names) == len(set(names))
    assert len(names) >= 40
    for term in TERMS:
        assert term.meaning.endswith("."), term.name
        assert term.name not in term.avoid


def names_in(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """Return what a module or a class defines, by name."""
    found: dict[str, ast.stmt] = {}
    for each in body:
        match each:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                found[name] = each
            case ast.Assign(targets=targets):
                nodes = [node for target in targets for node in ast.walk(target)]
                found |= {node.id: each for node in nodes if isinstance(node, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = each
    return found


@pytest.mark.parametrize("symbol", [term.symbol for term in TERMS if term.symbol])
def test_a_symbol_is_in_the_code(symbol: str) -> None:
    place, names = ROOT / "classroom", symbol.split(".")
    while names and (place / names[0]).is_dir():
        place /= names.pop(0)
    if not names:
        assert (place / "__init__.py").is_file()
        return
    file: Path = place / f"{names.pop(0)}.py"
    assert file.is_file(), file
    defined = names_in(ast.parse(file.read_text(encoding="utf-8")).body)
    for number, name in enumerate(names, 1):
        assert name in defined, name
        if number < len(names):
            holder = defined[name]
            assert isinstance(holder, ast.ClassDef), name
            defined = names_in(holder.body)
