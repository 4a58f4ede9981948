"""The demo shop's community: who talks there, when, and how it is brought in."""

from server.demo_community.living import live
from server.demo_community.script import has_community, read_script

__all__ = ["has_community", "live", "read_script"]
