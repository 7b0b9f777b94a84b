"""Teaching the tagger, and measuring it."""
