"""The sites a login needs, only where the person asked for it: who answers there, and whether it is them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from eidbridge.checks.base import Verdict, check, failed, passed, unseen, warned
from eidbridge.checks.run import Run
from eidbridge.errors import Code
from eidbridge.net import Reach
from eidbridge.report.schema import SITES

#: What a site said, gravest first: somebody in between, a time that is wrong here or there, no answer.
_CODES: Mapping[Reach, Code] = {
    Reach.NOT_ITS_OWN: Code.NETWORK_INTERCEPTED,
    Reach.NOT_NOW: Code.HOST_CLOCK,
    Reach.NOTHING: Code.NETWORK_UNREACHABLE,
}


@check("network.sites", reach=True)
def sites(run: Run) -> Verdict:
    """The gravest of what the sites said. Certificates' names are shown, and stay here."""
    with ThreadPoolExecutor(len(SITES)) as together:
        run.sites = dict(zip(SITES, together.map(run.reach_site, SITES), strict=True))
    for said, code in _CODES.items():
        for site, found in run.sites.items():
            if found.said is said:
                return warned(code) if code is Code.HOST_CLOCK else failed(code, site=site)
    return unseen() if any(found.said is Reach.CANNOT_TELL for found in run.sites.values()) else passed()
