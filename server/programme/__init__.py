"""The programme as a file: `laurels programme export`, `diff` and `apply`."""
