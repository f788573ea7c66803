"""What `serve` refuses before it opens anything."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import call, contents
from tests.web.http import county


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "0.0.0.0"), "es gibt noch keine Konten"),
        (("--user-header", "X-Remote-User"), "--trusted-proxy"),
    ],
)
def test_it_opens_to_others_with_accounts_and_behind_a_proxy_alone(
    tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    inputs, outputs = county(tmp_path)
    before = contents(outputs)
    answer = call("serve", "--inputs", inputs, "--outputs", outputs, *options)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert words in answer.err
    assert contents(outputs) == before


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    inputs, outputs = county(tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        answer = call("serve", "--port", port, "--inputs", inputs, "--outputs", outputs)
    assert (answer.code, answer.out) == (2, "")
    assert str(port) in answer.err
