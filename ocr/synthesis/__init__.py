"""Pages that are drawn rather than photographed, with the truth about every character on them.

    page = render_page(7, corpus=Corpus(), fonts=FontLibrary())

The same seed, corpus and fonts give the same page. Nothing printed belongs to a real person.
"""

from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.page import PrintedText, RenderedPage
from ocr.synthesis.render import KINDS, render_page

__all__ = ["KINDS", "Corpus", "FontLibrary", "PrintedText", "RenderedPage", "render_page"]
