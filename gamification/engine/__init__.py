"""The engine's shell: what the pure planner in `domain` needs from the outside world."""
