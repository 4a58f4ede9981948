"""Invitations: what a member hands on to bring a friend, a link and a poster."""
