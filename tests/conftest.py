"""Fixtures for all tests; and property tests, with new cases on a developer's machine and the same ones in CI."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

# Fixtures that more than one room's tests use: an application, its clients, a real server process.
pytest_plugins = ["tests.support.server"]
