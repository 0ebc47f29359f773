"""The sentences that the window and the command line say about an edit of the samples.

They are apart from `edits`, so that the window can import them without SQLAlchemy.
"""

from classroom.i18n import A_DIGIT, _, ngettext


def sentence(kind: str, count: int, label: int) -> str:
    """Return the sentence for an edit that was made.

    Parameters
    ----------
    kind : str
        As `classroom.datasets.edits.Edit` has it.
    count : int
        The number of samples that it changed.
    label : int
        Their label after the edit.
    """
    texts = {
        "keep": ngettext("{n:,} digit is kept.", "{n:,} digits are kept.", count),
        "import": ngettext("{n:,} digit is kept.", "{n:,} digits are kept.", count),
        "relabel": ngettext(
            "{n:,} digit is {a_digit} now.", "{n:,} digits are {a_digit} now.", count
        ),
        "delete": ngettext("{n:,} digit deleted.", "{n:,} digits deleted.", count),
        "restore": ngettext("{n:,} digit is back.", "{n:,} digits are back.", count),
        "backup": ngettext(
            "{n:,} digit was changed to what it is in the backup.",
            "{n:,} digits were changed to what they are in the backup.",
            count,
        ),
    }
    return texts[kind].format(n=count, a_digit=A_DIGIT[label])


def undone_sentence(kind: str, count: int) -> str:
    """Return the sentence for an edit of this kind, on `count` samples, that was undone."""
    kept_no_more = ngettext(
        "{n:,} digit is not kept any more.", "{n:,} digits are not kept any more.", count
    )
    texts = {
        "keep": kept_no_more,
        "import": kept_no_more,
        "relabel": _("The labels are as they were before."),
        "delete": ngettext("{n:,} digit is back.", "{n:,} digits are back.", count),
        "restore": ngettext("{n:,} digit deleted again.", "{n:,} digits deleted again.", count),
        "backup": ngettext(
            "{n:,} digit is as it was before the backup was restored.",
            "{n:,} digits are as they were before the backup was restored.",
            count,
        ),
    }
    return texts[kind].format(n=count)
