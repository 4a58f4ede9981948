"""What the intake looks at beside words: who says it again, who shows it again, who says it.

findings    what each phase found: a status, and the evidence for it
sampling    which posts of trusted authors are looked at, drawn so that nobody can foretell it
signals     findings as signals of an item, with places in the text as its author wrote it
"""
