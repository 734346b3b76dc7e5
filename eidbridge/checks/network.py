"""The sites a login needs, only where the person asked for it: who answers there, and whether it is them."""

import threading
from collections.abc import Mapping

from eidbridge.checks.base import Verdict, check, failed, passed, unseen, warned
from eidbridge.checks.run import Run
from eidbridge.errors import Code
from eidbridge.net import Reach, Site
from eidbridge.report.schema import SITES

#: What a site said, gravest first.
_CODES: Mapping[Reach, Code] = {
    Reach.NOT_ITS_OWN: Code.NETWORK_INTERCEPTED,
    Reach.NOTHING: Code.NETWORK_UNREACHABLE,
}


@check("network.sites", reach=True)
def sites(run: Run) -> Verdict:
    """The gravest of what the sites said. Certificates' names are shown, and stay here."""
    found: dict[str, Site] = {}
    asking = [
        threading.Thread(target=lambda site=site: found.update({site: run.reach_site(site)}), daemon=True)
        for site in SITES
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    run.sites = {site: found.get(site, Site(Reach.NOTHING)) for site in SITES}
    for said, code in _CODES.items():
        for site, seen in run.sites.items():
            if seen.said is said:
                return failed(code, site=site)
    said_by_all = {seen.said for seen in run.sites.values()}
    if said_by_all == {Reach.NOT_NOW}:  # one alone has let its own certificate run out
        return warned(Code.HOST_CLOCK)
    return passed() if said_by_all == {Reach.ANSWERED} else unseen()
