"""Benchmarks: what Laurels costs, always beside a limit or a peer measured in the same run."""
