"""Fixtures of the workspace's tests."""

from tests.web.settled import approved as approved
from tests.web.settled import settled as settled
from tests.web.workplace import browser as browser
