"""How members stand: how far they are trusted, their strikes and suspensions.

`trust_of` is for everybody who decides whether what somebody writes is looked at first.
"""

from community.moderation.standing.trust import records_of, trust_of

__all__ = ["records_of", "trust_of"]
