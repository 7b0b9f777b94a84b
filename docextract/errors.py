"""Everything `docextract` raises on purpose, drawn in one place.

DocExtractError
├── TaggerUnavailableError               no weights of the tagger, or no `transformers` to run them with
├── TemplateError                       no usable template
│   ├── TemplateNotFoundError (LookupError)  no template of that name; knows the nearest one
│   ├── NoTemplateFitsError (LookupError)    the page is of no kind that there is a template for
│   ├── TemplateSyntaxError (ValueError)     the file is not a template; knows the line and column
│   └── DraftError                          nothing finds the fields of some examples; knows why
├── RecordFormatError                   data does not make a record
├── BatchError                          a batch cannot begin, or cannot go on from where it was
├── SecretUnavailableError (ValueError)  only the mask of a secret is left
└── ValueFormatError (ValueError)       a printed text is not a value of the wanted type

What is wrong with an image is an `ocr.errors.OcrError`. What is wrong with a document is no error but an `Issue` of the
record. Every error has a stable `code` for machines and keeps what it knows as attributes; none carries anything that
was read from a document.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class DocExtractError(Exception):
    """Root of every error that `docextract` raises on purpose."""

    code = "docextract_error"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are unpickled by calling the class with the message, which would end a pool of processes here.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class TaggerUnavailableError(DocExtractError):
    """The tagger cannot be loaded. Extraction goes on without it.

    Attributes:
        reason: Why not.
    """

    code = "tagger_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the tagger cannot be loaded: {reason}")
        self.reason = reason


class TemplateError(DocExtractError):
    """There is no usable template."""

    code = "template"


class TemplateNotFoundError(TemplateError, LookupError):
    """No template has the name, or no file is at the path, that was asked for.

    Attributes:
        name: What was asked for.
        nearest: The bundled name most like it, or None where nothing comes close.
    """

    code = "template_not_found"

    def __init__(self, name: str, nearest: str | None = None) -> None:
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        super().__init__(f"there is no template {name!r}{hint}")
        self.name = name
        self.nearest = nearest


class NoTemplateFitsError(TemplateError, LookupError):
    """The page is of no kind that a bundled template is for.

    Attributes:
        nearest: The kind that comes closest, or None where nothing on the page speaks for any.
    """

    code = "no_template_fits"

    def __init__(self, nearest: str | None = None) -> None:
        hint = f"; {nearest!r} comes closest" if nearest else ""
        super().__init__(f"no template fits the page{hint}")
        self.nearest = nearest


class TemplateSyntaxError(TemplateError, ValueError):
    """A template file breaks the rules of YAML or of templates.

    Attributes:
        path: The file.
        line: Where the offence begins, counted from 1.
        column: Its column, counted from 1.
        reason: What is wrong, without the position.
    """

    code = "template_syntax"

    def __init__(self, path: Path, line: int, column: int, reason: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {reason}")
        self.path = path
        self.line = line
        self.column = column
        self.reason = reason


class DraftError(TemplateError):
    """Nothing finds any field of the examples that a template is to be drafted from.

    Attributes:
        reasons: By the name of the field, why.
    """

    code = "draft"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        why = "; ".join(f"{name} ({reason})" for name, reason in reasons.items())
        super().__init__(f"no rule finds these fields in every example: {why}")
        self.reasons = dict(reasons)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names."""
        return tuple(self.reasons)


class ValueFormatError(DocExtractError, ValueError):
    """A printed text is not a value of the wanted type.

    Attributes:
        kind: The wanted type, such as "money".
    """

    code = "value_format"

    def __init__(self, kind: str) -> None:
        super().__init__(f"the text is not a value of type {kind}")
        self.kind = kind


class RecordFormatError(DocExtractError):
    """Data does not make a record. Takes the place of pydantic's error, which keeps the data, secrets included.

    Attributes:
        problems: The path of each offending value, and what is wrong with it.
    """

    code = "record_format"

    def __init__(self, record: str, problems: tuple[tuple[str, str], ...]) -> None:
        reasons = (f"{path}: {problem}" if path else problem for path, problem in problems)
        super().__init__(f"not a valid {record}: {'; '.join(reasons)}")
        self.problems = problems


class BatchError(DocExtractError):
    """A batch cannot begin, or cannot go on from where it was. What is wrong with one image is never the reason."""

    code = "batch"


class SecretUnavailableError(DocExtractError, ValueError):
    """A secret was loaded from where only its mask is kept.

    Attributes:
        kind: The type of the secret, such as "card_number".
    """

    code = "secret_unavailable"

    def __init__(self, kind: str) -> None:
        super().__init__(f"the {kind} is masked; its clear text is not kept in JSON or pickles")
        self.kind = kind
