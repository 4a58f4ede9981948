"""Draws the pictures of the demo shop's community: `python -m drawing`, in the folder above.

Every picture comes from shapes and a seed, so the same call draws the same picture. They are
square, 1,080 pixels, as phones show them; faces are smaller.
"""
