"""What the site asks of the identity provider, it asks there: an answer that leads elsewhere is not followed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from allauth.socialaccount.adapter import get_adapter
from requests import TooManyRedirects


class Leading(BaseHTTPRequestHandler):
    """Leads from every address to /secret, and counts who comes there."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = 200 if self.path == "/secret" else int(self.path.removeprefix("/"))
        self.send_response(status)
        if status != 200:
            self.send_header("Location", "/secret")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 (the library's name)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def leading() -> Iterator[str]:
    Leading.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Leading) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_answer_that_leads_elsewhere_is_not_followed(leading: str, status: int, method: str) -> None:
    with get_adapter().get_requests_session() as session:
        with pytest.raises(TooManyRedirects):
            getattr(session, method)(f"{leading}/{status}")
        assert getattr(session, method)(f"{leading}/secret").status_code == 200
    assert Leading.asked == [f"/{status}", "/secret"]
