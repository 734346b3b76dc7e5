"""What the owner of a flow should look at again."""

from datetime import date, timedelta

from troubleshoot.flows.model import Content, Flow, Kind, Step


def stale_steps(content: Content, *, today: date, days: int) -> list[tuple[Flow, Step, date]]:
    """Steps whose oldest source was read more than `days` ago, the oldest first."""
    limit = today - timedelta(days=days)
    rows = [
        (flow, step, checked)
        for flow in content.flows.values()
        for step in flow.steps.values()
        if (checked := content.checked(step)) is not None and checked < limit
    ]
    return sorted(rows, key=lambda row: (row[2], row[0].id, row[1].id))


def untranslated_steps(content: Content) -> list[tuple[Flow, Step, str]]:
    """Steps without words in a language that the flow has begun, beside those every step must have."""
    rows = []
    for flow in content.flows.values():
        begun = sorted({language for _, language in flow.texts})
        rows += [
            (flow, step, language)
            for language in begun
            for step in flow.steps.values()
            if step.kind is not Kind.BRANCH and (step.id, language) not in flow.texts
        ]
    return rows
