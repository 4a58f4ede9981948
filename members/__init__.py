"""Who the members are: identity, sessions, profile."""
