"""The shop's word lists: from the moment on which one is saved, texts are read by it."""
