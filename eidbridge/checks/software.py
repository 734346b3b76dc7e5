"""What a login on this PC needs beside the card: the Software CIE, and its module in the browser."""

from eidbridge.checks.base import Verdict, check, failed, passed, warned
from eidbridge.checks.run import Run
from eidbridge.errors import Code
from eidbridge.report.schema import SystemFamily


@check("software.installed")
def installed(run: Run) -> Verdict:
    return failed(Code.SOFTWARE_MISSING) if run.snapshot.software.is_installed is False else passed()


@check("software.java", needs=("software.installed",))
def java(run: Run) -> Verdict:
    """On Linux its window is a Java program."""
    needs_java = run.snapshot.host.system is SystemFamily.LINUX
    return warned(Code.SOFTWARE_NO_JAVA) if needs_java and run.snapshot.software.has_java is False else passed()


@check("software.paired", needs=("software.installed", "card.application"))
def paired(run: Run) -> Verdict:
    """Whether this card is paired with the Software CIE on this account; of other cards only that they are others."""
    caches = run.snapshot.software.caches
    if caches is None or run.nis in caches:
        return passed(paired="unknown" if caches is None else "this-card")
    return warned(Code.SOFTWARE_OTHER_CARD if caches else Code.SOFTWARE_NOT_PAIRED)


@check("browser.module", needs=("software.installed",))
def module(run: Run) -> Verdict:
    """On Linux the browser must have the module loaded, and one that is packed in a sandbox cannot."""
    if run.snapshot.host.system is not SystemFamily.LINUX:
        return passed()
    browsers = run.snapshot.browsers
    if any(browser.has_module and browser.sandbox is None for browser in browsers):
        return passed()
    if browsers and all(browser.sandbox is not None for browser in browsers):
        return warned(Code.BROWSER_SANDBOXED)
    return warned(Code.BROWSER_NO_MODULE)
