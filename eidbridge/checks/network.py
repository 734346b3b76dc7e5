"""The sites a login needs, only where the person asked for it: who answers there, and whether it is them."""

from eidbridge.checks.base import Verdict, check, failed, passed
from eidbridge.checks.run import Run
from eidbridge.errors import Code
from eidbridge.net import Reach

#: Where signing in with the CIE, INPS and EU Login answer.
SITES = ("idserver.servizicie.interno.gov.it", "www.inps.it", "ecas.ec.europa.eu")


@check("network.sites", reach=True)
def sites(run: Run) -> Verdict:
    """The gravest of what the sites said: somebody in between, then one that does not answer."""
    found = {site: run.reach_site(site) for site in SITES}
    for said, code in ((Reach.NOT_ITS_OWN, Code.NETWORK_INTERCEPTED), (Reach.NOTHING, Code.NETWORK_UNREACHABLE)):
        for site, answer in found.items():
            if answer is said:
                return failed(code, site=site)
    return passed()
