"""Write ``docs/glossary.md`` from ``classroom/glossary.py``.

python tools/make_glossary.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from classroom import glossary  # noqa: E402

if __name__ == "__main__":
    (ROOT / "docs" / "glossary.md").write_text(glossary.markdown(), encoding="utf-8")
