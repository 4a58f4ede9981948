"""What text gives away, pure: the shop's words however they are disguised, and contacts.

folding    one way to write what can be written in many, with the places that it stands at
words      where a text has a word of the shop's lists, how it is disguised, what follows from it
sounds     text as it sounds: one sign a syllable
contacts   links and ways to be reached
phases     what each phase asks for, on what evidence
evasions   disguises of a word, to measure with
"""
