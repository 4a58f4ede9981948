"""Shares: links by which members bring visitors to posts."""
