"""What the shop's team learns from what is there: read-only, never from inside a transaction of
somebody else's.
"""
