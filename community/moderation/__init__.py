"""Moderation: what raises a post, comment or member, who looks at it, what is decided."""
