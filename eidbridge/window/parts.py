"""What stands behind the window: pairings, sites, files; and what each event shows."""

from pathlib import Path
from typing import TYPE_CHECKING

from eidbridge.agent import joint as at
from eidbridge.agent.joint import Joint
from eidbridge.agent.saying import key_of, typed
from eidbridge.agent.sites import known_sites
from eidbridge.report.encode import encode
from eidbridge.report.pairing import tidy_code
from eidbridge.report.schema import Report

if TYPE_CHECKING:
    from eidbridge.window.face import Face

__all__ = ["Joint", "known_sites", "on", "save", "tidy_code", "typed"]


def save(name: str, report: Report) -> None:
    """The report as a file for the person alone. Raises OSError."""
    path = Path(name)
    path.touch(mode=0o600)
    path.write_bytes(encode(report))


def on(face: "Face", event: at.Event) -> None:
    """Show what has happened."""
    match event:
        case at.Compare(word):
            face.show_word(word)
        case at.Opened():
            face.begin_checks()
        case at.Checked(result, done, of):
            face.show_result(result, done, of)
        case at.Ready(report, _sites):
            face.show_report(report)
        case at.Broken():
            face.show_broken()
        case at.Sent():
            face.show_sent()
        case at.Wished():
            face.show_wish()
        case at.Failed(why) | at.Over(why):
            face.show_end(key_of(why))
        case _:
            _say(face, event)


def _say(face: "Face", event: at.Event) -> None:
    match event:
        case at.Troubled(trouble):
            face.show_trouble(key_of(trouble))
        case at.Restored():
            face.show_trouble("joint.restored")
        case at.Slowed(seconds):
            face.show_trouble("joint.slowed", seconds=seconds)
        case at.NotTaken(refusal):
            face.show_not_taken(key_of(refusal))
