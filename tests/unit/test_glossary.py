"""The glossary: its page is up to date, and each word has one meaning."""

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
