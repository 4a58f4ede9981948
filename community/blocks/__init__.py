"""Blocks: members between whom nothing is shown."""
