"""Values that show themselves only when asked: whatever prints, logs, pickles or serialises them gets the mask."""

from __future__ import annotations

import hmac
from datetime import date
from typing import Any, ClassVar, Literal, Self, final

import regex
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from docextract.errors import SecretUnavailableError, ValueFormatError
from docextract.values import cards, residents


class Secret:
    """A value behind a mask. Immutable; equal to one of the same clear text, or of the same mask where both lost it.

    JSON, pickles, `repr` and `str` carry the mask alone, and what is loaded from them has nothing to reveal.
    """

    __slots__ = ("_clear", "masked")
    kind: ClassVar[str]
    _MASK: ClassVar[regex.Pattern[str]]
    masked: str
    _clear: str | None

    def __init__(self, clear: str) -> None:
        """A secret from its clear text.

        Raises:
            ValueFormatError: The text is no value of this kind.
            TypeError: It is no text.
        """
        _check_text(clear)
        self._hide(self._canonical(clear))

    @classmethod
    def from_mask(cls, masked: str) -> Self:
        """A secret whose clear text is gone.

        Raises:
            ValueFormatError: This is no mask of this kind.
            TypeError: It is no text.
        """
        _check_text(masked)
        if not cls._MASK.fullmatch(masked):
            raise ValueFormatError(cls.kind)
        secret = cls.__new__(cls)
        object.__setattr__(secret, "_clear", None)
        object.__setattr__(secret, "masked", masked)
        return secret

    def reveal(self) -> str:
        """The clear text.

        Raises:
            SecretUnavailableError: This was loaded from JSON or a pickle, which hold the mask alone.
        """
        if self._clear is None:
            raise SecretUnavailableError(self.kind)
        return self._clear

    def _hide(self, clear: str) -> None:
        object.__setattr__(self, "_clear", clear)
        object.__setattr__(self, "masked", self._mask(clear))

    @staticmethod
    def _canonical(clear: str) -> str:
        raise NotImplementedError

    @staticmethod
    def _mask(clear: str) -> str:
        raise NotImplementedError

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked!r})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, theirs = self._clear, other._clear
        if mine is None or theirs is None:
            return mine is theirs and self.masked == other.masked
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((type(self), self.masked))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return type(self).from_mask, (self.masked,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": cls._MASK.pattern}

    @classmethod
    def _validate(cls, value: Any) -> Self:
        """An instance as it is; text as a mask where it is one, else as the clear text."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("secret", f"not a valid {cls.kind}")
        try:
            return cls.from_mask(value) if cls._MASK.fullmatch(value) else cls(value)
        except ValueFormatError:
            raise PydanticCustomError("secret", f"not a valid {cls.kind}") from None


def _check_text(value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"a secret is made from a str, not from {type(value).__name__}")  # the value stays unsaid


@final
class CardNumber(Secret):
    """The number of a payment card; `**** **** **** 1111` to all who do not ask."""

    kind = "card_number"
    _MASK = regex.compile(r"\*{4} \*{4} \*{4} \d{4}")
    __slots__ = ()

    @property
    def last4(self) -> str:
        """Its last four digits."""
        return self.masked[-4:]

    @property
    def network(self) -> cards.Network | None:
        """The network by its first digits; None where there is none, or where the clear text is gone."""
        return None if self._clear is None else cards.network_of(self._clear)

    @staticmethod
    def _canonical(clear: str) -> str:
        return cards.parse_card_number(clear)

    @staticmethod
    def _mask(clear: str) -> str:
        return f"**** **** **** {clear[-4:]}"


@final
class ResidentNumber(Secret):
    """The number of a Korean resident, or of a foreigner in Korea; `711231-*******` to all who do not ask.

    The clear text has `*` for what the print itself hides.
    """

    kind = "resident_number"
    _MASK = regex.compile(r"\d{6}-\*{7}")
    __slots__ = ()

    @property
    def birth_date(self) -> date | None:
        """The birth date; None where the print hides the century, or where the clear text is gone."""
        return None if self._clear is None else residents.birth_date_of(self._clear)

    @property
    def sex(self) -> Literal["M", "F"] | None:
        """The sex; None where the print hides it, or where the clear text is gone."""
        return None if self._clear is None else residents.sex_of(self._clear)

    @staticmethod
    def _canonical(clear: str) -> str:
        return residents.parse_resident_number(clear)

    @staticmethod
    def _mask(clear: str) -> str:
        return f"{clear[:6]}-*******"
