"""The rules of moderation, pure.

subjects    what is looked at, why, and what may be decided about it
priority    which item of the queue comes next, and why
deciding    which decision may be taken, taken back, appealed against, by whom and until when
"""
