"""The books of members in the database: where they stand, entries, lots and awards."""
