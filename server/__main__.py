"""`python -m server` is `laurels`."""

from server.cli import main

main()
