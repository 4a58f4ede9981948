"""From what a client names to a document that may be executed: found, read, limited, validated."""
