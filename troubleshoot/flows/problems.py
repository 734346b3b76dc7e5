"""Where a mistake stands: problems with the file and line they are about."""

from troubleshoot.flows.model import Flow, Problem, Step, StepText


def at_step(flow: Flow, step: Step, key: str, what: str, mend: str) -> Problem:
    """At `key` of the step in flow.toml, else at the step's header."""
    return Problem(flow.file, step.line(key), f"step {step.id!r}: {what}", mend)


def at_flow(flow: Flow, what: str, mend: str, key: str = "") -> Problem:
    """At `key` above the steps of flow.toml, else at its first line."""
    return Problem(flow.file, flow.lines.get(key, 1), f"flow {flow.id!r}: {what}", mend)


def in_text(text: StepText, words: str, what: str, mend: str) -> Problem:
    """At the line of the step's words where `words` stand first."""
    place = max(text.source.find(words), 0)
    return Problem(text.file, text.source.count("\n", 0, place) + 1, what, mend)
