"""What an operation costs, the objects that it may return at most, and who pays for it."""
