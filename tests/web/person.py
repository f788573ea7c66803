"""People who work with a server that runs for real, without a browser."""

import re
import time

import httpx2 as httpx

from tests.command import PATIENCE
from tests.web.workplace import PASSWORD

_CLIENTS: list[httpx.Client] = []


def let_go() -> None:
    """Close what people have used."""
    while _CLIENTS:
        _CLIENTS.pop().close()


class Person:
    """Somebody who is signed in."""

    def __init__(self, address: str, login: str) -> None:
        # A connection of its own for each request: a server closes one that nobody has used for some seconds, and would do
        # so now and then just as it is used again.
        self.client = httpx.Client(base_url=address, timeout=PATIENCE, limits=httpx.Limits(max_keepalive_connections=0))
        _CLIENTS.append(self.client)
        self.client.post("/anmelden", data={"login": login, "password": PASSWORD})
        found = re.search(r'name="formular" value="([^"]+)"', self.client.get("/").text)
        assert found is not None
        self.token = found[1]

    def submit(self, path: str, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
        """A form of a page."""
        return self.client.post(
            path, data={"formular": self.token, **fields}, files={"dateien": file} if file else None
        )

    def state(self, page: str) -> str:
        """How the month stands."""
        told = self.client.get(page).text
        found = re.search(r'role="status">Stand: .*?<span[^>]*>([^<]+)</span>', told, re.DOTALL)
        assert found is not None, told
        return found[1].strip()

    def digest(self, page: str) -> str:
        """The draft that is looked at."""
        found = re.search(r'name="entwurf" value="([^"]+)"', self.client.get(f"{page}/freigabe").text)
        return found[1] if found else ""

    def awaits(self, page: str) -> str:
        """The page, once no work of it goes on; one that cannot be shown tells of no work, and is a defect."""
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.client.get(page)
            assert answer.status_code == 200, answer.text
            if "hx-get" not in answer.text:
                return answer.text
            assert time.monotonic() < until, "the work never ended"
            time.sleep(0.1)
