"""What was done to the kept samples, in words."""

from classroom.i18n import A_DIGIT, _, ngettext


def sentence(kind: str, count: int, label: int) -> str:
    """Say what was done to so many samples; `label` is what they are called now."""
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
    """Say that it was taken back."""
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
