"""Content is served whole and valid, or not at all."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from tests.troubleshoot.flows.folder import replace
from troubleshoot.flows import library


@pytest.fixture
def reloading(tiny_site, settings, monkeypatch):
    """The site looks at its files at every request."""
    settings.FLOWS_RELOAD = True
    settings.FLOWS_LOOK_EVERY_MS = 0
    return tiny_site


def test_content_with_a_mistake_is_never_begun_with(tiny_site):
    replace(tiny_site / "tiny" / "flow.toml", 'window = "look"', 'window = "nowhere"')
    with pytest.raises(ImproperlyConfigured, match=r"content/tiny/flow\.toml:\d+: step 'where': dead end"):
        library.current()


def test_changed_content_is_served_once_it_is_valid(reloading):
    before = library.current()
    replace(reloading / "tiny" / "it" / "ask.md", "ask it?", "Chiedi qui")
    after = library.current()
    assert before.content.flows["tiny"].version != after.content.flows["tiny"].version
    assert after.content.flows["tiny"].text("ask", "it").title == "Chiedi qui"


def test_changed_content_with_a_mistake_leaves_the_last_valid_one_whole(reloading, caplog):
    before = library.current().content
    replace(reloading / "tiny" / "it" / "ask.md", "ask it?", "Chiedi qui")
    replace(reloading / "tiny" / "flow.toml", 'window = "look"', 'window = "nowhere"')
    assert library.current().content is before
    assert "the last valid content stands" in caplog.text
    assert "dead end" in caplog.text
    replace(reloading / "tiny" / "flow.toml", 'window = "nowhere"', 'window = "look"')
    assert library.current().content.flows["tiny"].text("ask", "it").title == "Chiedi qui"


def test_the_system_check_names_file_line_and_mend(tiny_site):
    replace(tiny_site / "tiny" / "flow.toml", 'window = "look"', 'window = "nowhere"')
    [error, *_] = [found for found in run_checks(tags=["flows"])]
    assert error.msg.startswith("content/tiny/flow.toml:")
    assert error.hint


def test_the_command_lists_problems_stale_and_untranslated_steps(tiny_site, capsys):
    replace(tiny_site / "sources.toml", "2026-11-01", "2025-01-01")
    (tiny_site / "tiny" / "de").mkdir()
    (tiny_site / "tiny" / "de" / "ask.md").write_text('+++\ntitle = "Fragen"\n+++\nFragen.\n')
    call_command("validate_flows", content=tiny_site)
    said = capsys.readouterr().out
    assert "stale: tiny/ask, source read on 2025-01-01" in said
    assert "untranslated: tiny/where has no words in 'de'" in said
    assert "tiny: 10 steps, 43 paths, at most 2 questions" in said
    replace(tiny_site / "tiny" / "flow.toml", 'window = "look"', 'window = "nowhere"')
    with pytest.raises(CommandError, match="problem"):
        call_command("validate_flows", content=tiny_site)
    assert "dead end" in capsys.readouterr().err


def test_the_flow_is_drawn(tiny_site, capsys):
    call_command("draw_flow", "tiny")
    drawing = capsys.readouterr().out
    assert drawing.count("<rect") == 10
    assert "where → look: window" in drawing
    with pytest.raises(CommandError, match="There is no flow 'ghost'; there are tiny"):
        call_command("draw_flow", "ghost")
