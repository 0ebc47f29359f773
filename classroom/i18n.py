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
