"""The log of what staff did, which every layer writes: see `infra.staff_log`."""

from infra.staff_log import StaffAction, known_as, since, write, write_each

__all__ = ["StaffAction", "known_as", "since", "write", "write_each"]
