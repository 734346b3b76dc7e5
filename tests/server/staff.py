"""A reviewer at the real server, without a browser: signs in with password and TOTP, then posts forms."""

import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from bs4 import BeautifulSoup

from tests.serving import Served


class Reviewer:
    def __init__(self, site: Served) -> None:
        self.site = site
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self._opener.open(self.site.url + path, timeout=60) as answer:
            return answer.read().decode()

    def submit(self, path: str, **values: str) -> str:
        """Fill in the form at `path` that has these fields and send it; the page it leads to."""
        forms = BeautifulSoup(self.get(path), "html.parser").select("main form")
        form = next(form for form in forms if all(form.find(attrs={"name": name}) for name in values))
        hidden = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}
        address = urllib.parse.urljoin(self.site.url + path, form.get("action") or "")
        data = urllib.parse.urlencode(hidden | values).encode()
        request = urllib.request.Request(address, data, {"Referer": self.site.url + path})
        with self._opener.open(request, timeout=60) as answer:
            return answer.read().decode()

    def sign_in(self) -> None:
        self.submit("/it/redazione/accesso/login/", login="revisore@demo.example", password="prova-prova-prova")
        code = self.site.manage("demo_code").strip()
        page = self.submit("/it/redazione/accesso/2fa/authenticate/", code=code)
        assert "Pagine della redazione" in page


def page(site: Served, path: str) -> str:
    """A page as a passer-by sees it, after redirects."""
    with urllib.request.urlopen(site.url + path, timeout=60) as answer:
        return f"{answer.url}\n{answer.read().decode()}"


def seconds_until(holds, limit_s: float) -> float:
    """How long it took until `holds()`; fails past the limit."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < limit_s, f"not within {limit_s} s"
        time.sleep(0.2)  # another process is watched
    return time.monotonic() - began
