"""Printed text -> typed value: pure functions that know neither pages nor templates.

`scan_*` yields every value of a kind inside a text, `parse_*` demands that the whole text is one. Print that can mean
several things is data: a `Reading` carries its `alternatives`. No locale is assumed unless the caller names one.
"""
