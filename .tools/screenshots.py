"""Pictures of pages: the README's two, or with --all every kind of page at 1280 and 360 px into a folder.

.venv/bin/python .tools/screenshots.py [--all FOLDER]
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import launched  # noqa: E402
from tests.serving import served  # noqa: E402

_REFUSED = "password-state=refused&sign-in-page=refused&tries-before=none&where=password"
_NOT_RESET = "&type-by-hand=cannot&reset-password=no"
README = {
    "question": "/it/guida/imi/sign-in-page/?where=password",
    "remedy": f"/it/guida/imi/type-by-hand/?{_REFUSED}",
}
ALL = README | {
    "start": "/it/",
    "start-en": "/en/",
    "where": "/it/guida/imi/where/",
    "where-help": "/it/guida/imi/where/?aiuto=1",
    "answered": f"/it/guida/imi/tries-before/?{_REFUSED}",
    "reset": f"/it/guida/imi/reset-password/?{_REFUSED}&type-by-hand=cannot",
    "pause": "/it/guida/imi/pause-first/?sign-in-page=refused&tries-before=more&where=password",
    "outcome": f"/it/guida/imi/inside/?{_REFUSED}&type-by-hand=yes",
    "support": f"/en/guida/imi/ask-eulogin-support/?{_REFUSED}{_NOT_RESET}&reset-stopped=picture-code",
    "landing": "/it/guida/imi/reset-password/",
    "gone": "/it/guida/imi/no-such-step/",
    "not-found": "/it/no/such/page/",
    "continue": "/it/continua/imi/sign-in-page/?where=password",
    "print": f"/it/stampa/imi/type-by-hand/?{_REFUSED}",
    "write": f"/it/scrivi/imi/?{_REFUSED}&type-by-hand=cannot",
    "search": "/it/cerca/?q=il+lettore+perde+la+carta",
    "search-asks": "/it/cerca/?q=non+ricordo+il+PIN",
    "check": "/it/guida/cie-inps/pc-check/?road=reader",
    "accessibility": "/it/accessibilita/",
    "login": "/it/redazione/accesso/login/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    folder = parser.parse_args().all
    pages, widths = (ALL, (1280, 360)) if folder else (README, (1000,))
    target = folder or ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, served(Path(kept)) as site, launched() as browser:
        for width in widths:
            context = browser.new_context(viewport={"width": width, "height": 900}, locale="it-IT")
            for name, address in pages.items():
                page = context.new_page()
                page.goto(site.url + address, wait_until="networkidle")
                suffix = f"-{width}" if folder else ""
                page.screenshot(path=target / f"{name}{suffix}.png", full_page=True)
                page.close()
            context.close()
    print(f"{len(pages) * len(widths)} pictures in {target}")


if __name__ == "__main__":
    main()
