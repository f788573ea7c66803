"""Fixtures of the workspace's tests."""

from tests.web.workplace import browser as browser
