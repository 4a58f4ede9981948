"""GraphQL over HTTP: what comes in, what goes out, and by which status."""
