"""Every word that a user reads goes through here.

English is the source. A translation is a compiled catalogue at
``classroom/locale/<language>/LC_MESSAGES/classroom.mo``; without one the
English text is shown.
"""

import gettext
from pathlib import Path

_catalogue = gettext.translation(
    "classroom", localedir=Path(__file__).parent / "locale", fallback=True
)

_ = _catalogue.gettext
ngettext = _catalogue.ngettext

# Written out, because languages have their own articles: "an 8".
A_DIGIT = (
    *(_("a 0"), _("a 1"), _("a 2"), _("a 3"), _("a 4")),
    *(_("a 5"), _("a 6"), _("a 7"), _("an 8"), _("a 9")),
)
