"""Operators at the real server, without a browser: each writes one request and does not give up."""

import http.client
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from io import BytesIO

from PIL import Image

from tests.serving import Served

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_REFERENCE = re.compile(r"AF-[A-Z0-9]{4}-[A-Z0-9]{4}")
#: What a broken connection or a server that is just ending looks like from outside.
BROKEN = (OSError, http.client.HTTPException, urllib.error.URLError)


def a_picture(number: int, size: tuple[int, int] = (320, 200)) -> bytes:
    """A picture of its own for each number."""
    out = BytesIO()
    Image.new("RGB", size, (number % 256, number // 256, 99)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Writer:
    """number: whose request it is; pictures: how many she adds. reference: what the confirmation showed her."""

    site: Served
    number: int
    pictures: int = 0
    reference: str = ""
    tries: int = 0
    _cookies: CookieJar = field(default_factory=CookieJar)

    @property
    def email(self) -> str:
        return f"anna{self.number}@comune.example"

    def write(self, limit_s: float = 120) -> str:
        """The whole request, each step again until it is answered; the reference she saw."""
        token = _TOKEN.search(self._until(lambda: self._get("/it/scrivi/imi/?argomento=access")[1], limit_s))[1]
        form = {
            "token": token,
            "name": f"Anna {self.number}",
            "authority": "Comune di Prova",
            "email": self.email,
            "request": f"Richiesta numero {self.number}",
        }
        url, _page = self._until(lambda: self._post("/it/scrivi/imi/?argomento=access", form), limit_s)
        draft = re.search(r"/it/bozza/[^/]+/", url)[0]
        for number in range(self.pictures):
            content = a_picture(self.number * 10 + number)
            self._until(lambda content=content: self._upload(f"{draft}immagini/", content), limit_s)
        url, page = self._until(lambda: self._post(f"{draft}invia/", {}), limit_s)
        assert url.endswith("/inviata/"), url
        self.reference = _REFERENCE.search(page)[0]
        return self.reference

    def _until(self, step, limit_s: float):
        end = time.monotonic() + limit_s
        while True:
            self.tries += 1
            try:
                return step()
            except BROKEN:
                assert time.monotonic() < end, "no answer for too long"
                time.sleep(0.1)  # the server is being started again

    def _open(self, request: urllib.request.Request) -> tuple[str, str]:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        with opener.open(request, timeout=30) as answer:
            return answer.url, answer.read().decode()

    def _get(self, path: str) -> tuple[str, str]:
        return self._open(urllib.request.Request(self.site.url + path))

    def _post(self, path: str, values: dict[str, str]) -> tuple[str, str]:
        data = urllib.parse.urlencode(values).encode()
        return self._open(urllib.request.Request(self.site.url + path, data, {"Sec-Fetch-Site": "same-origin"}))

    def _upload(self, path: str, content: bytes) -> tuple[str, str]:
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n'.encode()
        body = head + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        return self._open(urllib.request.Request(self.site.url + path, body, headers))
