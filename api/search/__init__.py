"""Search over GraphQL."""
