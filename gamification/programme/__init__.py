"""The programme: its settings, its rules in versions, and the compiled present one."""
