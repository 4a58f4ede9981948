"""Deals: products that members buy together, and prices that their friends cut down."""
