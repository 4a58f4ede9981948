"""Notifications: what members are told in the app, and what of it they have read."""
