"""Doing what a finding suggests."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from casebook.anonymity.finding import Finding


def apply_suggestion(content: Mapping[str, Any], finding: Finding, which: int = 0) -> dict[str, Any]:
    """The top-level values of a content (as JSON) that change; the given content stays as it is.

    Words are replaced wherever they stand in the finding's field. Empty where they are gone meanwhile. Raises
    IndexError for a suggestion that the finding does not have.
    """
    values = finding.suggestions[which].values
    if "text" in values:
        return _replaced(content, finding, str(values["text"]))
    if "audience" in values:
        return {"audience": {**content.get("audience", {}), **values["audience"]}}
    return dict(values)


def _replaced(content: Mapping[str, Any], finding: Finding, instead: str) -> dict[str, Any]:
    """A place leads from the content to its text: `title`, `measures.0.how`, or a section's kind."""
    sections = content.get("sections", {})
    path = ["sections", finding.place] if finding.place in sections else finding.place.split(".")
    changed = {path[0]: deepcopy(content.get(path[0]))}
    holder: Any = changed
    try:
        for step in path[:-1]:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        last = int(path[-1]) if isinstance(holder, list) else path[-1]
        before = holder[last]
    except (KeyError, IndexError, TypeError):
        return {}
    if not isinstance(before, str) or finding.text not in before:
        return {}
    holder[last] = before.replace(finding.text, instead)
    return changed
