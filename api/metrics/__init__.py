"""Metrics as designers hand them in, for whatever reads them."""
