"""What a login on this PC needs beside the card: the Software CIE, and its module in the browser."""

from collections.abc import Mapping

from eidbridge.card.atr import Family
from eidbridge.checks.base import Verdict, check, failed, passed, unseen, warned
from eidbridge.checks.run import Run
from eidbridge.errors import Code
from eidbridge.report.schema import SystemFamily

#: Newest version of the Software CIE that is known here (March 2025; it added a card).
NEWEST = (1, 4, 3, 11)
#: Cards that need a version at least (unconfirmed but for that one); a card that is not known needs the newest.
SINCE: Mapping[Family, tuple[int, ...]] = {
    Family.BIT4ID_B9547: NEWEST,
    Family.ACTALIS_B946: NEWEST,
    Family.NEWER: NEWEST,
}
#: Deepest home folder under which the Linux program starts: `/home/name`.
_DEEPEST_HOME = 2


@check("software.installed")
def installed(run: Run) -> Verdict:
    is_installed = run.snapshot.software.is_installed
    return unseen() if is_installed is None else passed() if is_installed else failed(Code.SOFTWARE_MISSING)


@check("software.version", needs=("software.installed", "card.kind"))
def version(run: Run) -> Verdict:
    """Whether the Software CIE is new enough for the card's chip; where its version is not told, only old cards fit."""
    assert run.identification is not None
    if run.snapshot.software.is_installed is None:
        return unseen()
    needed, has = SINCE.get(run.identification.family), run.snapshot.software.version
    if needed is None or (has is not None and has >= needed[: len(has)]):
        return passed()
    return warned(Code.CARD_NEWER)


@check("software.home", needs=("software.installed",))
def home(run: Run) -> Verdict:
    """The Linux program ends at once where the home folder lies deeper than `/home/name`."""
    host = run.snapshot.host
    if host.system is not SystemFamily.LINUX:
        return unseen()
    return warned(Code.SOFTWARE_HOME) if host.home_depth > _DEEPEST_HOME else passed()


@check("software.java", needs=("software.installed",))
def java(run: Run) -> Verdict:
    """On Linux its window is a Java program."""
    has_java = run.snapshot.software.has_java
    if run.snapshot.host.system is not SystemFamily.LINUX or has_java is None:
        return unseen()
    return passed() if has_java else warned(Code.SOFTWARE_NO_JAVA)


@check("software.paired", needs=("software.installed", "card.pin-tries"))
def paired(run: Run) -> Verdict:
    """Whether this card is paired with the Software CIE on this account; of other cards only that they are others.

    Pairing takes the PIN, so nothing is said of it where that must not be typed.
    """
    caches = run.snapshot.software.caches
    if caches is None:
        return unseen()
    if run.nis in caches:
        return passed(paired="this-card")
    if not run.may_type_pin:
        return unseen()
    return warned(Code.SOFTWARE_OTHER_CARD if caches else Code.SOFTWARE_NOT_PAIRED)


@check("browser.module", needs=("software.installed",))
def module(run: Run) -> Verdict:
    """On Linux the browser must have the module loaded, and one that is packed in a sandbox cannot.

    Elsewhere browsers take certificates from the system; Firefox may need the module there too, but not every one does.
    """
    browsers, is_linux = run.snapshot.browsers, run.snapshot.host.system is SystemFamily.LINUX
    if not browsers:
        return unseen()
    if any(browser.has_module and browser.sandbox is None for browser in browsers):
        return passed()
    if not is_linux or any(browser.has_module is None for browser in browsers):
        return unseen()
    if all(browser.sandbox is not None for browser in browsers):
        return warned(Code.BROWSER_SANDBOXED)
    return warned(Code.BROWSER_NO_MODULE)
