"""Search: how texts and questions are read, what the index knows, and which answer comes first.

words    one spelling, and the words of it
grams    what a text may be found by, and what a question needs
ranking  relevance and freshness
"""

from domain.search.grams import asked_grams, beginnings, forgiving, kept_grams, key_of
from domain.search.ranking import Found, relevance, score
from domain.search.words import Word, asked_words, fold, spelled, words_of

__all__ = [
    "Found",
    "Word",
    "asked_grams",
    "asked_words",
    "beginnings",
    "fold",
    "forgiving",
    "kept_grams",
    "key_of",
    "relevance",
    "score",
    "spelled",
    "words_of",
]
