"""Pictures: made safe and small, kept as rows that name their objects."""
