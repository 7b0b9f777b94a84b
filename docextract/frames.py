"""Pages and records moved from one frame to another: pages of a document in a row, a piece of an image in the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from docextract.records import Evidence, Record
from ocr.document import Block, Line, Page, Quad, Word

Move = Callable[[Quad], Quad]


def move_page(page: Page, move: Move, size: tuple[int, int]) -> Page:
    """A page with every quad moved, in a frame of another (width, height)."""
    width, height = size
    return replace(page, width=width, height=height, blocks=tuple(_move_block(block, move) for block in page.blocks))


def move_record(record: Record, move: Move) -> Record:
    """A record with every quad of its evidence moved."""
    evidence = {field: _move_evidence(found, move) for field, found in record.evidence.items()}
    return record.model_copy(update={"evidence": evidence, **_move_zone(record, move)})


def join_pages(pages: Sequence[Page]) -> Page:
    """The pages of a document stacked from top to bottom, as one page as wide as the widest."""
    size = max(page.width for page in pages), sum(page.height for page in pages)
    moved = (move_page(page, _down(top), size) for page, top in zip(pages, _tops(pages), strict=False))
    return Page(*size, tuple(block for page in moved for block in page.blocks))


def part_record(record: Record, pages: Sequence[Page]) -> Record:
    """Undo `join_pages` for a record: move each evidence to the frame of its page, which is that of its first word."""
    tops = _tops(pages)

    def page_of(quad: Quad) -> int:
        middle = sum(y for _, y in quad) / 4
        return max(0, sum(top <= middle for top in tops[:-1]) - 1)

    evidence = {}
    for field, found in record.evidence.items():
        index = page_of(found.words[0] if found.words else found.quad)
        evidence[field] = _move_evidence(found, _down(-tops[index])).model_copy(update={"page": index})
    zone = _move_zone(record, lambda quad: _down(-tops[page_of(quad)])(quad))
    return record.model_copy(update={"evidence": evidence, **zone})


def _tops(pages: Sequence[Page]) -> list[int]:
    """Where each page begins when they are joined, and where the last one ends."""
    return list(accumulate((page.height for page in pages), initial=0))


def _down(distance: int) -> Move:
    def move(quad: Quad) -> Quad:
        a, b, c, d = ((x, y + distance) for x, y in quad)
        return a, b, c, d

    return move


def _move_block(block: Block, move: Move) -> Block:
    return Block(tuple(_move_line(line, move) for line in block.lines), move(block.quad))


def _move_line(line: Line, move: Move) -> Line:
    return replace(line, words=tuple(_move_word(word, move) for word in line.words), quad=move(line.quad))


def _move_word(word: Word, move: Move) -> Word:
    chars = tuple(replace(char, quad=move(char.quad)) for char in word.chars)
    return replace(word, quad=move(word.quad), chars=chars)


def _move_evidence(evidence: Evidence, move: Move) -> Evidence:
    label = evidence.label and evidence.label.model_copy(update={"quad": move(evidence.label.quad)})
    words = tuple(map(move, evidence.words))
    return evidence.model_copy(update={"quad": move(evidence.quad), "words": words, "label": label})


def _move_zone(record: Record, move: Move) -> dict[str, Any]:
    zone: Any = getattr(record, "mrz", None)
    return {} if zone is None else {"mrz": zone.model_copy(update={"lines": tuple(map(move, zone.lines))})}
