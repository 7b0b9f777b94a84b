"""How well pages are read, as numbers."""
