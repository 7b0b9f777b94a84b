"""What the words of a page mean: a token classifier that proposes fields by wording and layout together.

Nothing heavy is imported before the first page is tagged; without weights, or without `transformers` (the extra
`tagger`), `find_tagger` gives None and extraction goes on by its other locators.
"""

from docextract.tagging.tagger import Tag, Tagger, find_tagger

__all__ = ["Tag", "Tagger", "find_tagger"]
