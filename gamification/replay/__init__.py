"""The past once more: what was recorded is applied to shadow tables, by the same engine.

shadow      tables of one session that stand before the real ones, and vanish with it
history     the programme at each version, as it is remembered
past        units of work as they were, read from one snapshot
requests    what was asked of books beside activities: redemptions, holds, corrections
replaying   lets all of it happen again
comparing   shadow against truth, member by member
"""
