"""The queue of what is to be looked at.

    await queue.put(tx, platform, subject, Origin.REPORT, [Signal("reports", 3.0, {})])

The caller holds the subject, where it is a post or a comment, and locks nothing after.
"""

from community.moderation.queue.putting import put

__all__ = ["put"]
