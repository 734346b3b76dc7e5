"""Write docs/errors from the words of the codes. A test sees that they are current."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from eidbridge.report import words_in  # noqa: E402

_HEADS = {
    "it": (
        "Codici di eidbridge",
        "Che cosa vuol dire ogni codice e la cosa da fare. `python -m eidbridge explain CODICE` dice lo stesso.",
        "Da fare",
    ),
    "en": (
        "Codes of eidbridge",
        "What each code means, and the one thing to do. `python -m eidbridge explain CODE` says the same.",
        "To do",
    ),
}


def page(language: str) -> str:
    """The page of a language, Markdown."""
    title, intro, to_do = _HEADS[language]
    lines = [
        f"# {title}",
        "",
        intro,
        "",
        "<!-- Made by .tools/write_error_pages.py: change eidbridge/report/words. -->",
    ]
    for code, words in words_in(language).items():
        lines += ["", f"## {words.title}", "", f"`{code}`", "", words.meaning, "", f"**{to_do}:** {words.action}"]
    return "\n".join(lines) + "\n"


def write() -> None:
    for language in _HEADS:
        (ROOT / "docs" / "errors" / f"{language}.md").write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    write()
