"""Pictures in GraphQL."""
