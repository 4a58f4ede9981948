"""The points of one member: balance, lots, pending awards, holds, and every way of moving them.

Each movement is one entry whose legs over the member's accounts (available, pending, held) and
the programme's own account sum to zero (invariant 1). What is available lies in lots, one per
moment of expiry; a negative balance is debt, and while there is debt there are no lots, because
whatever comes in fills the debt first (invariants 2, 4 and 5).

entries     what a movement is
books       where a member stands, and how anything moves
earning     earn
settling    settle: what comes due by itself
spending    redeem, give_back
holding     hold, capture, release
returning   return_paid: what paid for an order comes back with it
correcting  take_back, adjust
reinstating vest, hold_again, reinstate: awards that others decide about

`Books` is changed only by the functions of this folder; it collects what must be written. A
debit, a confirmation and an expiry need every lot, open award and open hold of the member; an
earning does not, so that a firehose of orders never loads them (`unread_due`).
"""

from domain.ledger.books import MOST_POINTS, Award, Books, Hold, HoldState, Lots, room
from domain.ledger.correcting import adjust, take_back
from domain.ledger.earning import earn
from domain.ledger.entries import Cause, DebtPolicy, Entry, EntryKind, Step, Taken
from domain.ledger.holding import capture, hold, release
from domain.ledger.reinstating import hold_again, reinstate, vest
from domain.ledger.returning import return_paid
from domain.ledger.settling import settle
from domain.ledger.spending import give_back, redeem

__all__ = [
    "MOST_POINTS",
    "Award",
    "Books",
    "Cause",
    "DebtPolicy",
    "Entry",
    "EntryKind",
    "Hold",
    "HoldState",
    "Lots",
    "Step",
    "Taken",
    "adjust",
    "capture",
    "earn",
    "give_back",
    "hold",
    "hold_again",
    "redeem",
    "reinstate",
    "release",
    "return_paid",
    "room",
    "settle",
    "take_back",
    "vest",
]
