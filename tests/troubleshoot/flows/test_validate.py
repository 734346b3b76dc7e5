"""The validator rejects one example of each mistake it knows, and names file, line and mend."""

from datetime import date
from pathlib import Path

import pytest

from tests.troubleshoot.flows.folder import FLOW, SOURCES, replace
from troubleshoot.flows.loader import load
from troubleshoot.flows.validate import validate

TODAY = date(2026, 11, 22)
FLOW_FILE = "content/tiny/flow.toml"


def line_of(words: str, text: str = FLOW) -> int:
    """The line in the example where `words` stand first."""
    return text[: text.index(words)].count("\n") + 1


def problems_in(folder: Path, facts) -> list[str]:
    content, problems = load(folder, ["it", "en"])
    problems += validate(
        content,
        today=TODAY,
        pictures={"house": {"door"}},
        codes={"reader.none"},
        spoken={"it", "en", "de"},
        facts=facts,
    )
    assert all(problem.mend for problem in problems)
    return [str(problem) for problem in problems]


def test_the_example_is_valid(tiny_dir, tiny_facts):
    assert problems_in(tiny_dir, tiny_facts) == []


_BREAK_IN = 'takes_minutes = 5\nsources = ["manual"]\nnext = { yes = "inside", no = "ask"'
_GENTLE_AFTER = """sources = ["manual"]
next = { yes = "inside", no = "gentle", cannot = "ask" }

[steps.gentle]
kind = "remedy"
cause = "door.shut"
tries = "none"
sources = ["manual"]
next = { yes = "inside", no = "ask\""""

#: What is wrong, what stands in flow.toml, what it becomes, the line named, words of the message.
IN_THE_FLOW = {
    "harm out of order": (
        'next = { none = "knock", many = "wait", unknown = "wait" }',
        'next = { none = "break-in", many = "wait", unknown = "wait" }',
        line_of('milder = ["knock"]'),
        "harm out of order: reached without knock. Path: where=door, tries-before=none",
    ),
    "harm that falls for one cause": (_BREAK_IN, _GENTLE_AFTER, None, "harm out of order: 0 after 3 for door.shut"),
    "a harmful remedy without a milder one": ('milder = ["knock"]\n', "", line_of("harm = 3"), "names nothing milder"),
    "a PIN typed without asking for earlier entries": (
        'tries = "login"\nsources',
        'tries = "pin"\nsources',
        line_of('tries = "login"\nsources'),
        "more than 1 PIN entry, or earlier ones not asked",
    ),
    "*I don't know* that counts too little": (
        "unknown = 2 }",
        "unknown = 0 }",
        line_of("earlier ="),
        "must count as too many",
    ),
    "an answer without its count": (
        "none = 0, many",
        "many",
        line_of("earlier ="),
        "answers and counts differ at 'none'",
    ),
    "dead end": (
        'unknown = "ask" }',
        'unknown = "nowhere" }',
        line_of("next = { door"),
        "dead end, it leads to 'nowhere'",
    ),
    "an answer that leads nowhere": (
        ', unknown = "ask" }',
        " }",
        line_of("next = { door"),
        "dead end, answer 'unknown' leads nowhere",
    ),
    "circle": (
        'no = "ask", cannot = "ask" }\n\n[steps.look]',
        'no = "knock", cannot = "ask" }\n\n[steps.look]',
        None,
        "circle: ",
    ),
    "a suspended remedy that strands the flow": (
        'yes = "knock", cannot = "ask" }',
        'yes = "knock" }',
        line_of('next = { yes = "knock"'),
        "Suspended, it would strand the flow",
    ),
    "a suspended outcome that strands the flow": (
        'last_resort = ["ask", "other-desk"]',
        'last_resort = ["ask"]',
        5,
        "a suspended outcome strands it",
    ),
    "a last resort that is no outcome": ('"other-desk"]', '"knock"]', 5, "last resort 'knock' is no outcome"),
    "unknown fact": ("waited_before", "slept_well", line_of("rules ="), "unknown fact 'slept_well'"),
    "a branch without a rule that always applies": (
        ', { to = "break-in" }]',
        "]",
        line_of("rules ="),
        "must always apply",
    ),
    "unknown source": (
        'tries = "login"\nsources = ["manual"]',
        'tries = "login"\nsources = ["rumour"]',
        None,
        "unknown source 'rumour'",
    ),
    "a remedy without a source": (
        'tries = "login"\nsources = ["manual"]\n',
        'tries = "login"\n',
        line_of("[steps.knock]"),
        "names no source",
    ),
    "a remedy without a cause": ('cause = "door.locked"\n', "", line_of("[steps.wait]"), "names no cause"),
    "a step nobody reaches": ('window = "look"', 'window = "ask"', line_of("[steps.look]"), "no path reaches it"),
    "a picture that is not drawn": (
        "harm = 3\n",
        'harm = 3\npicture = { name = "castle" }\n',
        line_of("harm = 3") + 1,
        "no drawing 'castle'",
    ),
    "an answer a remedy does not have": (
        'yes = "knock", cannot',
        'yes = "knock", maybe = "ask", cannot',
        line_of('next = { yes = "knock"'),
        "has no answer 'maybe'",
    ),
    "a question with one option": (
        'door = "tries-before", window = "look"',
        'window = "look"',
        line_of("next = { door"),
        "two options",
    ),
    "a stand-in that is no outcome": (
        '[steps.inside]\nkind = "outcome"\n',
        '[steps.inside]\nkind = "outcome"\ninstead = "knock"\n',
        line_of("[steps.inside]") + 2,
        "stand-in is no other outcome",
    ),
    "a part of a remedy not passed": (
        "pause_minutes = 15\n",
        'pause_minutes = 15\npart_of = "knock"\n',
        line_of("pause_minutes = 15") + 1,
        "part of 'knock', which was not done",
    ),
    "a remedy that does not say what trying costs": (
        'tries = "none"\n',
        "",
        line_of("[steps.break-in]"),
        "does not say what trying costs",
    ),
    "a part that costs more than the whole": (
        'milder = ["knock"]\n',
        'milder = ["knock"]\npart_of = "knock"\n',
        line_of('milder = ["knock"]') + 1,
        "costs more than 'knock', whose part it is",
    ),
    "a solved outcome as last resort": (
        '"other-desk"]',
        '"inside"]',
        5,
        "last resort 'inside' is no outcome that helps on",
    ),
    "a short name that no address can hold": ('short = "tiny"', 'short = "Ti ny"', 1, "name 'Ti ny' has other signs"),
    "an answer that no address can hold": (
        'door = "tries-before"',
        '"do&or=x" = "tries-before"',
        None,
        "answer 'do&or=x' has other",
    ),
    "a code that no report can hold": (
        '"reader.none" =',
        '"reader.nonee" =',
        line_of('next = { "reader'),
        "no report can hold",
    ),
    "rules that are none": ("rules = [{", "rules = 5\n# [{", line_of("rules ="), "a rule is no { when"),
    "a rule with a list": (
        'when = "waited_before"',
        'when = ["waited_before"]',
        line_of("rules ="),
        "a rule is no { when",
    ),
    "a desk of an outcome that is none": (
        "[steps.ask]\n",
        '[steps.ask]\ndesks = ["nobody"]\n',
        line_of("[steps.ask]") + 1,
        "unknown desk 'nobody'",
    ),
    "a topic that is none": (
        '[steps.ask]\nkind = "outcome"\n',
        '[steps.ask]\nkind = "outcome"\ntopic = "weather"\n',
        line_of("[steps.ask]") + 2,
        "unknown topic 'weather'",
    ),
    "a look that no page has": (
        "harm = 3\n",
        'harm = 3\nlooks = ["printer"]\n',
        line_of("harm = 3") + 1,
        "no page can look at 'printer'",
    ),
    "words of a step with other answers": (
        "harm = 3\n",
        'harm = 3\nwords = "where"\n',
        line_of("harm = 3") + 1,
        "'where' is no step with the same answers",
    ),
    "a mark that the drawing does not know": (
        "harm = 3\n",
        'harm = 3\npicture = { name = "house", mark = "roof" }\n',
        line_of("harm = 3") + 1,
        "drawing 'house' marks no 'roof'. Mend: its marks are: door.",
    ),
    "no title in a language": ('en = "Trial"\n', "", 1, "it has no title in 'en'"),
    "a flow's desk that is none": ('desk = "nimic"', 'desk = "nobody"', 4, "unknown desk 'nobody'"),
    "a start that is not there": ('start = "where"', 'start = "here"', 2, "it starts at 'here'"),
    "an unknown kind": ('kind = "branch"', 'kind = "fork"', line_of('kind = "branch"'), "unknown kind 'fork'"),
    "an unknown key": ("takes_minutes = 5", "takes_hours = 5", line_of("takes_minutes"), "unknown key 'takes_hours'"),
    "a harm that does not exist": ("harm = 3", "harm = 4", line_of("harm = 3"), "no whole number from 0 to 3"),
    "tries of an unknown kind": ('tries = "login"\nsources', 'tries = "luck"\nsources', None, "unknown tries 'luck'"),
    "a name with other signs": ("[steps.look]", "[steps.Look]", line_of("[steps.look]"), "other signs"),
    "a reserved name": ("[steps.look]", "[steps.aiuto]", line_of("[steps.look]"), "another meaning in addresses"),
    "broken syntax": ('kind = "branch"', "kind = branch", line_of('kind = "branch"'), "TOML cannot be read"),
}


@pytest.mark.parametrize("mistake", IN_THE_FLOW)
def test_a_mistake_in_the_graph_is_named(tiny_dir, tiny_facts, mistake):
    old, new, line, words = IN_THE_FLOW[mistake]
    replace(tiny_dir / "tiny" / "flow.toml", old, new)
    found = [problem for problem in problems_in(tiny_dir, tiny_facts) if words in problem]
    assert found, problems_in(tiny_dir, tiny_facts)
    assert found[0].startswith(f"{FLOW_FILE}:{line}:" if line else FLOW_FILE)


#: What is wrong, the file, what stands there, what it becomes, the place named, words of the message.
IN_THE_WORDS = {
    "missing label": (
        "tiny/en/where.md",
        'window = "La finestra"\n',
        "",
        "tiny/en/where.md:",
        "missing label for answer 'window'",
    ),
    "a label of no answer": (
        "tiny/en/where.md",
        "window =",
        "roof =",
        "tiny/en/where.md:",
        "label for 'roof', which is no answer",
    ),
    "typed outside term": (
        "tiny/it/knock.md",
        "[[site.big-button]]",
        "Pulsante grande",
        "tiny/it/knock.md:5",
        "typed outside term 'Pulsante grande'. Mend: write [[site.big-button]]",
    ),
    "unknown outside term": (
        "tiny/it/knock.md",
        "[[site.big-button]]",
        "[[site.lever]]",
        "tiny/it/knock.md:",
        "unknown outside term",
    ),
    "typed outside address": (
        "tiny/it/ask.md",
        "Press",
        "See https://x.example and press",
        "tiny/it/ask.md:",
        "typed outside address",
    ),
    "a link that leads nowhere": (
        "tiny/it/ask.md",
        "Press",
        "[go](guida:tiny?where=cellar) press",
        "tiny/it/ask.md:",
        "leads to no place",
    ),
    "a link written as a reference": (
        "tiny/it/ask.md",
        "Press",
        "[go][r]\n\n[r]: guida:nowhere\n\nPress",
        "tiny/it/ask.md:",
        "link 'guida:nowhere' leads to no place",
    ),
    "an empty label": (
        "tiny/en/where.md",
        '"La finestra"',
        '" "',
        "tiny/en/where.md:4",
        "missing label for answer 'window'",
    ),
    "help where none is shown": (
        "tiny/it/ask.md",
        "Press",
        "<!-- help -->\nPress",
        "tiny/it/ask.md:5",
        "help is never shown",
    ),
    "what is lost where it is not shown": (
        "tiny/it/knock.md",
        "Press",
        "<!-- lost -->\nPress",
        "tiny/it/knock.md:5",
        "never shown",
    ),
    "a section that stands twice": (
        "tiny/it/where.md",
        "Look again.",
        "A\n<!-- help -->\nB",
        "tiny/it/where.md:",
        "stands twice",
    ),
    "a term in a title": (
        "tiny/it/ask.md",
        "ask it?",
        "[[site.big-button]]",
        "tiny/it/ask.md:2",
        "in a title, summary or label",
    ),
    "a sign that cannot be seen": (
        "tiny/it/ask.md",
        "Press",
        "\u202ePress",
        "tiny/it/ask.md:5",
        "cannot be seen: U+202E",
    ),
    "no help for *I don't know*": (
        "tiny/it/where.md",
        "<!-- help -->\nLook again.",
        "",
        "tiny/it/where.md:",
        "has no help",
    ),
    "nothing said of what is lost": (
        "tiny/en/break-in.md",
        "<!-- lost -->\nThe door is gone for good.",
        "",
        "tiny/en/break-in.md:",
        "does not say what is lost",
    ),
    "an unknown section": (
        "tiny/en/break-in.md",
        "<!-- lost -->",
        "<!-- found -->",
        "tiny/en/break-in.md:",
        "unknown section 'found'",
    ),
    "no title": ("tiny/en/ask.md", 'title = "ask en?"\n', "", "tiny/en/ask.md:", "'title' is missing"),
    "no front matter": ("tiny/en/ask.md", "+++\n", "---\n", "tiny/en/ask.md:1", "no front matter"),
    "no summary": ("tiny/en/knock.md", 'summary = "About knock."\n', "", "tiny/en/knock.md:", "no summary"),
    "broken front matter": (
        "tiny/en/ask.md",
        'title = "ask en?"',
        "title = ask",
        "tiny/en/ask.md:2",
        "TOML cannot be read",
    ),
    "undated source": ("sources.toml", "read = 2026-11-01\n", "", "sources.toml:1", "the day it was read is missing"),
    "a source from the future": (
        "sources.toml",
        "2026-11-01",
        "2027-11-01",
        "sources.toml:1",
        "was read in the future",
    ),
    "a source of unknown status": (
        "sources.toml",
        '"confirmed"',
        '"sure"',
        f"sources.toml:{line_of('status', SOURCES)}",
        "unknown status 'sure'",
    ),
    "an unconfirmed fact worded as certain": (
        "sources.toml",
        '"confirmed"',
        '"unconfirmed"',
        "tiny/",
        "worded as certain",
    ),
    "a desk without a name in a language": (
        "desks.toml",
        'en = "to NIMIC"\n',
        "",
        "desks.toml:1",
        "desk 'nimic' has no name in 'en'",
    ),
    "a mailbox that is no term": (
        "desks.toml",
        "site.mailbox",
        "site.nobody",
        "desks.toml:1",
        "mailbox 'site.nobody' is no outside term",
    ),
    "a term that keeps silent about a language": (
        "outside/site.toml",
        "[mailbox]\n",
        '[lever]\nde = "Hebel"\nunknown = ["it", "en"]\n\n[mailbox]\n',
        "outside/site.toml:1",
        "does not say how it reads in 'de'",
    ),
    "a term known and unknown": (
        "outside/site.toml",
        'en = "Big button"',
        'en = "Big button"\nunknown = ["en"]',
        "outside/site.toml:1",
        "said to be unknown and given",
    ),
    "a term seen in a source that is none": (
        "outside/site.toml",
        'en = "Big button"',
        'en = "Big button"\nsources = ["rumour"]',
        "outside/site.toml:1",
        "unknown source 'rumour'",
    ),
    "a link to an error text that is none": (
        "tiny/it/ask.md",
        "Press",
        "[go](testi:nowhere) press",
        "tiny/it/ask.md:",
        "leads to no error text",
    ),
    "a term without a name": (
        "outside/site.toml",
        'it = "Pulsante grande"\nen = "Big button"\n',
        "",
        "outside/site.toml:1",
        "no name",
    ),
}


@pytest.mark.parametrize("mistake", IN_THE_WORDS)
def test_a_mistake_in_the_words_is_named(tiny_dir, tiny_facts, mistake):
    name, old, new, place, words = IN_THE_WORDS[mistake]
    replace(tiny_dir / name, old, new)
    found = [problem for problem in problems_in(tiny_dir, tiny_facts) if words in problem]
    assert found, problems_in(tiny_dir, tiny_facts)
    assert found[0].startswith(f"content/{place}")


@pytest.mark.parametrize(
    ("to", "label", "words"),
    [
        ("tiny?where=door", 'go = "Go on"', None),
        ("tiny?where=cellar", 'go = "Go on"', "'tiny?where=cellar' leads to no place by questions alone"),
        ("nowhere", 'go = "Go on"', "'nowhere' leads to no place"),
        ("tiny?where=door&tries-before=none&knock=no", 'go = "Go on"', "leads to no place by questions alone"),
        ("tiny?where=door", "", "missing label for answer 'go'"),
    ],
)
def test_an_outcome_that_leads_on_needs_a_place_and_a_label(tiny_dir, tiny_facts, to, label, words):
    replace(tiny_dir / "tiny" / "flow.toml", "[steps.ask]\n", f'[steps.ask]\ngoes_on = "{to}"\n')
    for language in ("it", "en"):
        replace(tiny_dir / "tiny" / language / "ask.md", "+++\nPress", f"[options]\n{label}\n+++\nPress")
    problems = problems_in(tiny_dir, tiny_facts)
    assert any(words in problem for problem in problems) if words else problems == []


def test_a_missing_language_is_named(tiny_dir, tiny_facts):
    (tiny_dir / "tiny" / "en" / "knock.md").unlink()
    [problem] = problems_in(tiny_dir, tiny_facts)
    assert problem.startswith(f"{FLOW_FILE}:{line_of('[steps.knock]')}: step 'knock': missing language 'en'.")
    assert "content/tiny/en/knock.md" in problem


def test_words_without_a_step_are_named(tiny_dir, tiny_facts):
    (tiny_dir / "tiny" / "it" / "ghost.md").write_text("+++\ntitle = 'x'\n+++\n")
    assert "there is no step 'ghost'" in problems_in(tiny_dir, tiny_facts)[0]


def test_a_file_that_is_no_text_is_named(tiny_dir, tiny_facts):
    (tiny_dir / "tiny" / "it" / "ask.md").write_bytes(b"\xff\xfe\x00")
    assert any("cannot be read" in problem for problem in problems_in(tiny_dir, tiny_facts))


def test_an_empty_folder_is_named(tmp_path, tiny_facts):
    assert any("there is no flow" in problem for problem in problems_in(tmp_path, tiny_facts))


def test_a_path_of_too_many_questions_is_named(tiny_dir, tiny_facts):
    flow = tiny_dir / "tiny" / "flow.toml"
    replace(flow, 'start = "where"', 'start = "q0"')
    chain = ""
    for number in range(12):
        to = f"q{number + 1}" if number < 11 else "where"
        chain += f'\n[steps.q{number}]\nkind = "question"\nnext = {{ a = "{to}", b = "{to}", unknown = "{to}" }}\n'
        for language in ("it", "en"):
            words = '+++\ntitle = "q"\nsummary = "s"\n[options]\na = "A"\nb = "B"\n+++\nQ\n<!-- help -->\nH\n'
            (tiny_dir / "tiny" / language / f"q{number}.md").write_text(words)
    flow.write_text(flow.read_text() + chain)
    assert any("a path asks 14 questions, more than 12" in problem for problem in problems_in(tiny_dir, tiny_facts))


def test_two_flows_with_one_short_name_are_named(tiny_dir, tiny_facts):
    import shutil  # noqa: PLC0415

    shutil.copytree(tiny_dir / "tiny", tiny_dir / "twin")
    assert any("short name 'tiny' is also that of" in problem for problem in problems_in(tiny_dir, tiny_facts))


@pytest.mark.parametrize("words", ["Compare the two and press.", "Prepare to press; you can press."])
def test_a_hedge_inside_another_word_is_none(tiny_dir, tiny_facts, words):
    replace(tiny_dir / "sources.toml", '"confirmed"', '"unconfirmed"')
    for language in ("it", "en"):
        replace(tiny_dir / "tiny" / language / "ask.md", "Press", words)
    named = [problem for problem in problems_in(tiny_dir, tiny_facts) if "/ask.md" in problem]
    assert len(named) == 2


@pytest.mark.parametrize("language", ["eng", "xx"])
def test_a_term_in_a_language_nobody_speaks_is_named(tiny_dir, tiny_facts, language):
    replace(tiny_dir / "outside" / "site.toml", 'en = "Big', f'{language} = "Big')
    [problem, *_] = problems_in(tiny_dir, tiny_facts)
    assert problem.startswith(f"content/outside/site.toml:1: term 'site.big-button': unknown language '{language}'")


def test_a_language_without_hedges_is_named(tiny_dir, tiny_facts):
    content, _ = load(tiny_dir, ["it", "en", "de"])
    problems = validate(content, today=TODAY, facts=tiny_facts)
    assert any("language 'de' has no hedging words" in problem.what for problem in problems)


ERRORS = """[locked]
texts.en = ["The door is locked"]
where = "site"
causes.shut = { label = "door.locked", to = "tiny?where=door" }
causes.window = { label = "door.shut", to = "tiny?where=window" }
sources = ["manual"]
"""
ERROR_WORDS = """+++
title = "The door is locked"
summary = "It is."
[options]
shut = "By the door"
window = "By the window"
+++
It means that it is locked.

<!-- not -->
It does not mean that it is gone.
"""


@pytest.fixture
def with_error(tiny_dir):
    (tiny_dir / "errors.toml").write_text(ERRORS)
    for language in ("it", "en"):
        (tiny_dir / "errors" / language).mkdir(parents=True)
        (tiny_dir / "errors" / language / "locked.md").write_text(ERROR_WORDS)
    return tiny_dir


def test_an_error_text_in_the_example_is_valid(with_error, tiny_facts):
    assert problems_in(with_error, tiny_facts) == []


IN_AN_ERROR_TEXT = {
    "a cause that leads nowhere": ("errors.toml", "where=door", "where=cellar", "leads to no place by questions"),
    "a cause that knows the result of a remedy": (
        "errors.toml",
        "where=door",
        "where=door&tries-before=none&knock=no",
        "leads to no place by questions alone",
    ),
    "a cause without its label": ("errors/en/locked.md", 'window = "By the window"\n', "", "'window' has no label"),
    "no word on what it does not mean": (
        "errors/it/locked.md",
        "<!-- not -->\nIt does not mean that it is gone.\n",
        "",
        "does not say what the text means, or what it does not mean",
    ),
    "no text of a screen": ("errors.toml", 'texts.en = ["The door is locked"]\n', "", "has no text of a screen"),
    "no cause": ("errors.toml", "causes.", "reasons.", "has no cause"),
    "a cause without an address": ("errors.toml", ', to = "tiny?where=door"', "", "is no { label = …, to = … }"),
    "an unknown source": ("errors.toml", '["manual"]', '["rumour"]', "unknown source 'rumour'"),
    "an unknown key": ("errors.toml", "where =", "place =", "unknown key 'place'"),
}


@pytest.mark.parametrize("mistake", IN_AN_ERROR_TEXT)
def test_a_mistake_in_an_error_text_is_named(with_error, tiny_facts, mistake):
    name, old, new, words = IN_AN_ERROR_TEXT[mistake]
    file = with_error / name
    file.write_text(file.read_text().replace(old, new))
    found = [problem for problem in problems_in(with_error, tiny_facts) if words in problem]
    assert found, problems_in(with_error, tiny_facts)
    assert found[0].startswith("content/errors")


def test_an_error_text_without_words_in_a_language_is_named(with_error, tiny_facts):
    (with_error / "errors" / "en" / "locked.md").unlink()
    assert "error text 'locked' has no words in 'en'" in problems_in(with_error, tiny_facts)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('+++\ntitle = "Subject"\n+++\nHello\n{sheet}\n', "the letter to desk 'nimic' is missing in 'en'"),
        ('+++\ntitle = "Subject"\n+++\nWrite to x@y.example\n', "typed outside address 'x@y.example'"),
        ('+++\ntitle = "Subject"\n+++\nPress Pulsante grande\n', "typed outside term 'Pulsante grande'"),
    ],
)
def test_a_mistake_in_a_letter_is_named(tiny_dir, tiny_facts, text, words):
    (tiny_dir / "desks" / "it").mkdir(parents=True)
    (tiny_dir / "desks" / "it" / "nimic.md").write_text(text)
    assert any(words in problem for problem in problems_in(tiny_dir, tiny_facts))
