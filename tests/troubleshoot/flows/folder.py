"""A small, valid content folder to spoil: every kind of step, a harmful remedy, a branch, tries."""

from pathlib import Path

FLOW = """short = "tiny"
start = "where"
owner = "NIMIC"
desk = "nimic"
last_resort = ["ask", "other-desk"]

[title]
it = "Prova"
en = "Trial"

[steps.where]
kind = "question"
next = { door = "tries-before", window = "look", unknown = "ask" }

[steps.tries-before]
kind = "question"
earlier = { tries = "login", none = 0, many = 2, unknown = 2 }
next = { none = "knock", many = "wait", unknown = "wait" }

[steps.wait]
kind = "remedy"
cause = "door.locked"
pause_minutes = 15
sources = ["manual"]
next = { yes = "knock", cannot = "ask" }

[steps.knock]
kind = "remedy"
cause = "door.shut"
tries = "login"
sources = ["manual"]
next = { yes = "inside", no = "which-way", cannot = "which-way" }

[steps.which-way]
kind = "branch"
rules = [{ when = "waited_before", to = "ask" }, { to = "break-in" }]

[steps.break-in]
kind = "remedy"
cause = "door.shut"
harm = 3
milder = ["knock"]
tries = "none"
takes_minutes = 5
sources = ["manual"]
next = { yes = "inside", no = "ask", cannot = "ask" }

[steps.look]
kind = "check"
next = { "reader.none" = "wait", nothing = "ask", other = "ask", cannot = "ask" }

[steps.inside]
kind = "outcome"
solved = true

[steps.ask]
kind = "outcome"
sources = ["manual"]

[steps.other-desk]
kind = "outcome"
"""

SOURCES = """[manual]
title = "The manual"
address = "https://manual.example"
read = 2026-11-01
status = "confirmed"
"""

TERMS = """[big-button]
it = "Pulsante grande"
en = "Big button"

[mailbox]
any = "desk@nimic.example"
"""

DESKS = """[nimic]
mail = "site.mailbox"
it = "a NIMIC"
en = "to NIMIC"
"""

OPTIONS = {
    "look": {"cannot": "Non posso"},
    "where": {"door": "La porta", "window": "La finestra"},
    "tries-before": {"none": "Mai", "many": "Spesso"},
}
KINDS = {
    "wait": "remedy",
    "knock": "remedy",
    "break-in": "remedy",
    "look": "check",
    "where": "question",
    "tries-before": "question",
}
STEPS = ("where", "tries-before", "wait", "knock", "break-in", "look", "inside", "ask", "other-desk")


def write(root: Path) -> Path:
    """The folder under `root`; returns it."""
    content = root / "content"
    for language in ("it", "en"):
        (content / "tiny" / language).mkdir(parents=True)
        for step in STEPS:
            (content / "tiny" / language / f"{step}.md").write_text(text_of(step, language), encoding="utf-8")
    (content / "outside").mkdir()
    (content / "outside" / "site.toml").write_text(TERMS, encoding="utf-8")
    (content / "desks.toml").write_text(DESKS, encoding="utf-8")
    (content / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (content / "tiny" / "flow.toml").write_text(FLOW, encoding="utf-8")
    return content


def text_of(step: str, language: str) -> str:
    options = "".join(f'{name} = "{label}"\n' for name, label in OPTIONS.get(step, {}).items())
    front = f'title = "{step} {language}?"\nsummary = "About {step}."\n' + (f"[options]\n{options}" if options else "")
    body = "Press **[[site.big-button]]** once."
    help_text = "\n<!-- help -->\nLook again." if KINDS.get(step) == "question" else ""
    lost = "\n<!-- lost -->\nThe door is gone for good." if step == "break-in" else ""
    return f"+++\n{front}+++\n{body}\n{help_text}{lost}\n"


def replace(file: Path, old: str, new: str) -> None:
    """Spoil a file; the old words must be there."""
    words = file.read_text(encoding="utf-8")
    assert old in words, f"{old!r} is not in {file}"
    file.write_text(words.replace(old, new, 1), encoding="utf-8")
