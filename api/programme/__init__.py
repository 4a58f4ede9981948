"""The programme as its designers see it."""
