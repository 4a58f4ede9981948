"""What is looked for in what members write, before anybody looks at it.

lexicon     word lists, made ready to look for
reading     a text's phases, each with a status and its evidence
measuring   false alarms on ordinary texts and evasions caught, in figures
rehearsing  what word lists would have done with the shop's own past posts
"""
