"""From a `Page` and a template to a record: rows, labels, candidates, checks, choice."""
