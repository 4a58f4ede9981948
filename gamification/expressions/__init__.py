"""Conditions and formulas written in CEL, checked when saved and run once per activity.

Source: the contract, "Activities", section Expressions.

Refused when saved (`ExpressionRefused`), always with line, column and a hint:
- what does not parse, names something unknown, or mixes types that are known beforehand;
- a condition that is not a bool, a formula that is not a number (where only the activity can
  tell, both are let through);
- more than 2,000 characters, or nesting deeper than the runtime's parser follows (32);
- what would run past its budget, judged as `budget` explains: more than 10,000 iterations,
  taking a list from the attributes as 50 long, or values that outgrow their input.

Failing on one activity (`ExpressionFailed`): an absent attribute, a wrong type, an overflow, a
number that cannot be points, or the runtime's own end of patience at 10,000 iterations.
"""

from gamification.expressions.compiler import Expressions

__all__ = ["Expressions"]
