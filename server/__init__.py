"""The edges of the process: served app, command line, workers, settings, embedded engines."""
