"""Deals: prices that friends reach together, by buying as a group or by cutting them down."""
