"""What was found, as a record with its evidence and its issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docextract.extraction.candidates import Candidate
from docextract.extraction.items import ItemCandidates
from docextract.extraction.locators import Scene
from docextract.extraction.rows import Layout
from docextract.extraction.solver import Choice, agreeing
from docextract.records import Evidence, Issue, LabelEvidence, MachineReadableZone, Record
from docextract.records.secrets import Secret
from docextract.schema.template import Check, Template


@dataclass(frozen=True, slots=True, repr=False)
class Findings:
    """The outcome of a template on a page.

    Attributes:
        scene: The page as the locators saw it.
        choice: The candidate of every field that has one.
        undecided: Candidates that nothing on the page decides for.
        items: Rows of the table.
    """

    scene: Scene
    choice: Choice
    undecided: Sequence[Candidate]
    items: Sequence[ItemCandidates]


def build_record(name: str, template: Template, record: type[Record], findings: Findings) -> Record:
    """A record of the template's type, `name` being what it calls its template."""
    layout, choice = findings.scene.layout, findings.choice
    satisfied, failed = agreeing(choice, template.checks)
    evidence = {path: _evidence(layout, c, satisfied.get(path, ())) for path, c in choice.items()}
    for index, item in enumerate(findings.items):
        evidence |= {f"items.{index}.{part}": _evidence(layout, c, ()) for part, c in item.parts().items()}
    data = {
        "template": name,
        "evidence": evidence,
        "issues": tuple(_issues(template, findings, satisfied, failed)),
        **_nested({path: candidate.value for path, candidate in choice.items()}),
    }
    zone = findings.scene.zone
    if zone is not None and "mrz" in record.model_fields:
        lines = tuple(layout.bound(row.whole.quads()) for row in zone.rows)
        data["mrz"] = MachineReadableZone(
            format=zone.mrz.format, checks=dict(zone.mrz.checks), repaired=zone.mrz.repaired, lines=lines
        )
    if findings.items:
        data["items"] = [{part: c.value for part, c in item.parts().items()} for item in findings.items]
    return record.model_validate(data)


def _evidence(layout: Layout, candidate: Candidate, checks: Sequence[str]) -> Evidence:
    words = tuple(quad for span in candidate.spans for quad in span.quads())
    raw = " ".join(span.text for span in candidate.spans)
    if isinstance(candidate.value, Secret):
        raw = candidate.value.masked
    return Evidence(
        kind=candidate.kind,
        value=candidate.value,
        raw=raw,
        confidence=min(1.0, candidate.score) * min(span.confidence for span in candidate.spans),
        quad=layout.bound(words),
        words=words,
        locator=candidate.locator,
        label=_label_evidence(layout, candidate),
        alternatives=candidate.alternatives,
        repaired_from=raw if candidate.repaired else None,
        checks=tuple(checks),
    )


def _label_evidence(layout: Layout, candidate: Candidate) -> LabelEvidence | None:
    label = candidate.label
    if label is None:
        return None
    return LabelEvidence(raw=label.span.text, quad=layout.bound(label.span.quads()), similarity=label.similarity)


def _issues(
    template: Template, findings: Findings, satisfied: Mapping[str, Sequence[str]], failed: Sequence[Check]
) -> Iterator[Issue]:
    undecided = {candidate.field: candidate for candidate in findings.undecided}
    for name, rule in template.fields.items():
        candidate = findings.choice.get(name)
        if name in undecided:
            yield _ambiguous(undecided[name])
        elif candidate is None:
            if rule.required:
                yield Issue(code="missing", field=name)
        else:
            # The currency's country settles the order of a date, and a sum that comes out settles an amount.
            settled = name in satisfied or (rule.type == "date" and findings.scene.currency is not None)
            if candidate.alternatives and not settled:
                yield _ambiguous(candidate)
            if candidate.repaired:
                yield Issue(code="repaired", field=name)
    zone = findings.scene.zone
    if zone is not None:
        for field, fits in zone.mrz.checks.items():
            if not fits:
                yield Issue(code="contradiction", field="mrz", detail=f"check digit of the {field.replace('_', ' ')}")
    for check in failed:
        yield Issue(code="contradiction", field=check.equals, detail=check.name)
    for pattern in sorted(findings.scene.slow_patterns):
        yield Issue(code="pattern_timeout", detail=pattern)
    if findings.scene.tags is None:
        yield Issue(code="tagger_unavailable")


def _ambiguous(candidate: Candidate) -> Issue:
    values = (candidate.value, *candidate.alternatives)
    return Issue(code="ambiguous", field=candidate.field, candidates=tuple(map(str, values)))


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"merchant.name": x}` as `{"merchant": {"name": x}}`."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, leaf = path.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = value
    return tree
