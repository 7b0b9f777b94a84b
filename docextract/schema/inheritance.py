"""What a template takes over from the one that it extends.

- `fields` and `tables` merge by name. A rule that says `locate` replaces the parent's; one that does not takes it over
  with the other keys changed, and its locators under `locate_also` join the parent's.
- `checks` merge by name: one of the same name replaces the parent's.
- `modifiers` and `distractors` join the parent's.
- `tests` stay with the parent, whatever else the template says replaces what the parent says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from docextract.schema.strict_yaml import Location, StrictDocument, Tree

_NAMED = ("fields", "tables")
_JOINED = ("modifiers", "distractors")
_PRIVATE = ("extends", "tests")


def inherit(child: StrictDocument, parent: StrictDocument) -> StrictDocument:
    """A template with all that it takes over, from two mappings of which the parent's is a valid template.

    Positions are the child's: in lists its own items come first, so that they keep their indices. What is of the wrong
    type in the child is left for the models to refuse.
    """
    mine, theirs = child.tree, parent.tree
    assert isinstance(mine, dict) and isinstance(theirs, dict)
    tree = {key: value for key, value in theirs.items() if key not in _PRIVATE} | mine
    for key in mine.keys() & theirs.keys():
        tree[key] = _merge(key, mine[key], theirs[key])
    return replace(child, tree=tree, positions={_renamed(tree, place): at for place, at in child.positions.items()})


def _merge(key: str, mine: Tree, theirs: Tree) -> Tree:
    if key in _NAMED and isinstance(mine, dict) and isinstance(theirs, dict):
        return theirs | {name: _merge_rule(rule, theirs.get(name)) for name, rule in mine.items()}
    if isinstance(mine, list) and isinstance(theirs, list):
        if key in _JOINED:
            return mine + theirs
        if key == "checks":
            names = [check.get("name") for check in mine if isinstance(check, dict)]
            return mine + [check for check in theirs if isinstance(check, dict) and check["name"] not in names]
    return mine


def _merge_rule(mine: Tree, theirs: Tree | None) -> Tree:
    if not isinstance(mine, dict) or not isinstance(theirs, dict) or "locate" in mine:
        return mine
    rule = theirs | mine
    also, locate = rule.get("locate_also"), theirs.get("locate")
    if isinstance(also, list) and isinstance(locate, list):
        rule["locate"] = also + locate
        del rule["locate_also"]
    return rule


def _renamed(merged: Any, place: Location) -> Location:
    """Where something of the child stands in the merged tree: what was under `locate_also` is under `locate`."""
    match place:
        case ("fields", name, "locate_also", *rest) if "locate_also" not in merged["fields"][name]:
            return ("fields", name, "locate", *rest)
    return place
