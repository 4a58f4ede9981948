"""Posts: their states, who sees them, what they may say.

visibility  who sees a post, given what lies between the two members
states      which step leads from which state to which
writing     what a post may consist of, and the topics in its text
"""
