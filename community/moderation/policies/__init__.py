"""What decisions refer to: policies, each at every version that it had."""
