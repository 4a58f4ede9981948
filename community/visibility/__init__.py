"""Who sees what: the one predicate, as SQL and as a pure function that says the same."""
