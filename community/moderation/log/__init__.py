"""What staff did, with what was before and what is after; written once, never changed."""
