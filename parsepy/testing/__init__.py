"""A test kit for cloud code: a server in the test's own process, its clients, and a clock that tests move."""

from parsepy.testing.answers import Answer
from parsepy.testing.client import Client
from parsepy.testing.clock import FakeClock
from parsepy.testing.people import User
from parsepy.testing.permissions import permissions, table
from parsepy.testing.server import TestServer

__all__ = ["Answer", "Client", "FakeClock", "TestServer", "User", "permissions", "table"]
