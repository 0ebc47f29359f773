from classroom.datasets.edit_sentences import sentence, undone_sentence


def test_one_and_many_read_as_such() -> None:
    assert sentence("delete", 1, 0) == "1 digit deleted."
    assert sentence("delete", 1200, 0) == "1,200 digits deleted."
    assert sentence("relabel", 2, 7) == "2 digits are a 7 now."
    assert undone_sentence("delete", 2) == "2 digits are back."


def test_every_kind_of_edit_has_its_words() -> None:
    for kind in ("keep", "import", "relabel", "delete", "restore"):
        assert sentence(kind, 3, 1)
        assert undone_sentence(kind, 3)
