"""Appeals: once against a decision, answered by somebody who has not seen it."""
