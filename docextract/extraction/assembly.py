"""What was found, as a record with its evidence and its issues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docextract.extraction.agreement import compare_zone
from docextract.extraction.candidates import Candidate
from docextract.extraction.confidence import Signals, probability
from docextract.extraction.rows import Layout, Span
from docextract.extraction.scene import Scene
from docextract.extraction.solver import Choice, Verdict, agreeing
from docextract.records import Evidence, Issue, LabelEvidence, MachineReadableZone, Record
from docextract.records.secrets import Secret
from docextract.schema.record_type import LIST
from docextract.schema.template import Check, Template
from ocr.charset import UNKNOWN
from ocr.document import Char


@dataclass(frozen=True, slots=True, repr=False)
class Findings:
    """The outcome of a template on a page.

    Attributes:
        scene: The page as the locators saw it.
        choice: The candidate of every field that has one.
        undecided: Candidates that nothing on the page decides for.
        tables: What the rows of tables say, by path.
        verdicts: What became of every candidate.
        settled: The names of the sums that come out by exchanged digits, by path of the amounts that have them.
        left_out: How many words of the page were too many to be looked at.
    """

    scene: Scene
    choice: Choice
    undecided: Sequence[Candidate]
    tables: Choice
    verdicts: Sequence[Verdict]
    settled: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0

    @property
    def found(self) -> Choice:
        """The candidates of all fields, by path."""
        return self.choice | self.tables

    def signals(self, checks: Sequence[Check]) -> dict[str, Signals]:
        """What speaks for each of them and against it, by path."""
        satisfied, _ = agreeing(self.choice, checks)
        return {path: Signals.of(candidate, agrees=path in satisfied) for path, candidate in self.found.items()}


def build_record(name: str, template: Template, record: type[Record], findings: Findings) -> Record:
    """A record of the template's type, `name` being what it calls its template."""
    layout, unreadable = findings.scene.layout, list[Issue]()
    if any(char.unreadable for row in layout.rows for _, word in row.words for char in word.chars):
        unreadable += _unreadable(findings.found)
        legible = {path: c for path, c in findings.choice.items() if not _says_nothing(path, c)}
        findings = replace(findings, choice=legible)
    choice = findings.choice
    satisfied, failed = agreeing(choice, template.checks)
    found = findings.found
    known = {f"{path.rpartition('.')[0]}.{key}": value for path, c in choice.items() for key, value in c.also}
    zone = findings.scene.zone
    agrees = compare_zone(zone.mrz.format, choice, findings.verdicts) if zone is not None else {}
    data = {
        "template": name,
        "evidence": {path: _evidence(layout, c, satisfied.get(path, ())) for path, c in found.items()},
        "issues": (*_issues(template, findings, satisfied, failed, agrees), *unreadable),
        **_nested({path: candidate.value for path, candidate in found.items()} | known),
    }
    if zone is not None and "mrz" in record.model_fields:
        lines = tuple(layout.bound(row.whole.quads()) for row in zone.rows)
        data["mrz"] = MachineReadableZone(
            format=zone.mrz.format,
            checks=dict(zone.mrz.checks),
            agrees=agrees,
            repaired=zone.mrz.repaired,
            lines=lines,
        )
    return record.model_validate(data)


def _chars(spans: Iterable[Span]) -> list[Char]:
    parts = (part for span in spans for part in span.words())
    return [char for word, first, last in parts for char in word.chars[first:last]]


def _says_nothing(path: str, candidate: Candidate) -> bool:
    """Whether most of a value cannot be read. Elements of lists stay: those behind them are known by their numbers."""
    chars = _chars(candidate.spans)
    listed = any(part.isdigit() for part in path.split("."))
    return not listed and 2 * sum(char.unreadable is not None for char in chars) > len(chars)


def _unreadable(found: Choice) -> Iterator[Issue]:
    """An issue for every value that holds letters that cannot be read, or left them away beside it as no text."""
    for path, candidate in found.items():
        value = candidate.value
        if isinstance(value, str) and UNKNOWN not in value and value not in " ".join(s.text for s in candidate.spans):
            continue  # it is not what is printed, but what a template takes it for
        spans = map(_widened, candidate.spans) if isinstance(value, str) else candidate.spans
        if scripts := dict.fromkeys(char.unreadable for char in _chars(spans) if char.unreadable):
            yield Issue(code="unreadable_script", field=path, detail=", ".join(scripts))


def _widened(span: Span) -> Span:
    before, behind = span.row.text[: span.start], span.row.text[span.end :]
    blank = f" {UNKNOWN}"
    return replace(span, start=len(before.rstrip(blank)), end=span.end + len(behind) - len(behind.lstrip(blank)))


def _evidence(layout: Layout, candidate: Candidate, checks: Sequence[str]) -> Evidence:
    words = tuple(quad for span in candidate.spans for quad in span.quads())
    raw = " ".join(span.text for span in candidate.spans)
    if isinstance(candidate.value, Secret):
        raw = candidate.value.masked
    return Evidence(
        kind=candidate.kind,
        value=candidate.value,
        raw=raw,
        confidence=probability(Signals.of(candidate, agrees=bool(checks))),
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
    template: Template,
    findings: Findings,
    satisfied: Mapping[str, Sequence[str]],
    failed: Sequence[Check],
    agrees: Mapping[str, bool],
) -> Iterator[Issue]:
    undecided = {candidate.field: candidate for candidate in findings.undecided}
    for name, rule in template.fields.items():
        found = [(path, candidate) for path, candidate in findings.choice.items() if candidate.field == name]
        if name in undecided:
            yield _ambiguous(name, undecided[name])
        elif not found and rule.required:
            yield Issue(code="missing", field=name.replace(LIST, ""))
        for path, candidate in found:
            # The currency's country settles the order of a date, and a sum that comes out settles an amount.
            settled = path in satisfied or (rule.type == "date" and findings.scene.currency is not None)
            if candidate.alternatives and not settled:
                yield _ambiguous(path, candidate)
            if candidate.repaired:
                yield Issue(code="repaired", field=path, detail=findings.settled.get(path, ""))
    for path, candidate in findings.tables.items():
        if candidate.repaired:
            yield Issue(code="repaired", field=path, detail=findings.settled.get(path, ""))
        if candidate.alternatives:
            yield _ambiguous(path, candidate)
    for name, table in template.tables.items():
        if table.required and not any(path.startswith(f"{name}.") for path in findings.tables):
            yield Issue(code="missing", field=name)
    zone = findings.scene.zone
    if zone is not None:
        for field, fits in zone.mrz.checks.items():
            if not fits:
                yield Issue(code="contradiction", field="mrz", detail=f"check digit of the {field.replace('_', ' ')}")
    for field, same in agrees.items():
        if not same:
            yield Issue(code="contradiction", field=field, detail="the print and the machine readable zone differ")
    for check in failed:
        yield Issue(code="contradiction", field=check.equals, detail=check.name)
    for pattern in sorted(findings.scene.slow_patterns):
        yield Issue(code="pattern_timeout", detail=pattern)
    if findings.left_out:
        yield Issue(code="too_much_text", detail=str(findings.left_out))
    if findings.scene.tags is None:
        yield Issue(code="tagger_unavailable")


def _ambiguous(path: str, candidate: Candidate) -> Issue:
    values = (candidate.value, *candidate.alternatives)
    return Issue(code="ambiguous", field=path, candidates=tuple(map(str, values)))


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"merchant.name": x, "names.0": y}` as `{"merchant": {"name": x}, "names": [y]}`."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, leaf = path.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = value
    return {name: _with_lists(node) for name, node in tree.items()}


def _with_lists(node: Any) -> Any:
    """A tree in which what has the keys 0, 1, ... is a list."""
    if not isinstance(node, dict):
        return node
    branches = {name: _with_lists(branch) for name, branch in node.items()}
    return list(branches.values()) if "0" in branches else branches
