"""Nothing gives a secret away but being asked for it."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docextract.errors import DocExtractError, SecretUnavailableError
from docextract.pipeline import Extractor
from docextract.records import CardNumber, PaymentCard, ResidentCard, ResidentNumber

from ..conftest import Typeset

PAN, RRN = "4111111111111111", "711231-1234567"
SECRETS = (PAN, "4111 1111", "1111 1111 1111", RRN, "1234567")


def leaks(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


@pytest.fixture
def card(extractor: Extractor, typeset: Typeset) -> PaymentCard:
    page = typeset("HARVEST BANK\n4111 1111 1111 1111\nVALID THRU 08/27\nNORA MILLER")
    return extractor.extract_page(page, template="payment_card")


@pytest.fixture
def resident(extractor: Extractor, typeset: Typeset) -> ResidentCard:
    page = typeset("주민등록증\n홍길동\n711231-1234567\n서울특별시 강남구 테헤란로 1\n2020.1.2.\n서울특별시 강남구청장")
    return extractor.extract_page(page, template="resident_card")


def test_only_reveal_tells(card: PaymentCard, resident: ResidentCard) -> None:
    assert card.number is not None and card.number.reveal() == PAN
    assert (card.number.last4, card.network, card.number.network) == ("1111", "visa", "visa")
    assert resident.number is not None and resident.number.reveal() == RRN
    assert (resident.birth_date, resident.sex) == (date(1971, 12, 31), "M")


def test_representations_and_json_have_the_mask(card: PaymentCard, resident: ResidentCard) -> None:
    for record in (card, resident):
        shown = [
            repr(record),
            str(record),
            f"{record}",
            record.model_dump_json(),
            json.dumps(record.model_dump(mode="json")),
        ]
        shown += [str(record.model_dump()), repr(record.evidence), str(record.evidence["number"].model_dump())]
        assert not any(map(leaks, shown))
    assert '"**** **** **** 1111"' in card.model_dump_json()
    assert '"711231-*******"' in resident.model_dump_json()


def test_pickles_have_the_mask(card: PaymentCard) -> None:
    data = pickle.dumps(card)
    assert PAN.encode() not in data and b"4111" not in data
    loaded = pickle.loads(data)
    assert loaded.number.last4 == "1111"
    with pytest.raises(SecretUnavailableError):
        loaded.number.reveal()


def test_json_loads_as_masked(card: PaymentCard, resident: ResidentCard) -> None:
    loaded = PaymentCard.model_validate_json(card.model_dump_json())
    assert loaded.number is not None and str(loaded.number) == str(card.number)
    assert loaded.model_dump_json() == card.model_dump_json()
    with pytest.raises(SecretUnavailableError):
        loaded.number.reveal()
    again = ResidentCard.model_validate_json(resident.model_dump_json())
    assert (again.birth_date, again.sex) == (resident.birth_date, resident.sex)


@pytest.mark.parametrize(
    "make",
    [
        lambda: CardNumber(PAN[:-1] + "2"),
        lambda: ResidentNumber("711331-1234567"),
        lambda: PaymentCard(template="t", number=PAN[:-1] + "2"),
        lambda: PaymentCard(template="t", number=PAN + " *"),
        lambda: PaymentCard.model_validate({"template": "t", "number": 4111111111111111}),
        lambda: PaymentCard.model_validate({"number": PAN}),
        lambda: PaymentCard.model_validate_json(f'{{"template": "t", "nummer": "{PAN}"}}'),
    ],
)
def test_errors_do_not_quote(make: Callable[[], object]) -> None:
    with pytest.raises(DocExtractError) as caught:
        make()
    error = caught.value
    shown = "".join(traceback.format_exception_only(error)) + repr(vars(error)) + repr(error.__cause__)
    assert not leaks(shown) and "411111111111111" not in shown


def test_logs_do_not_quote(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("docextract").info("%s %r", CardNumber(PAN), ResidentNumber(RRN))
    assert caplog.text and not leaks(caplog.text)


def test_json_schema_speaks_of_the_mask() -> None:
    properties = PaymentCard.model_json_schema()["properties"]
    assert "pattern" in str(properties["number"])


def test_no_plain_field_holds_a_secret(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("주민등록증\n홍길동\n서울특별시 강남구 711231-1234567\n테헤란로 1\n2020.1.2.")
    assert not leaks(extractor.extract_page(page, template="resident_card").model_dump_json())


def test_equality_copies_and_immutability() -> None:
    number = CardNumber("4111-1111-1111-1111")
    assert number == CardNumber(PAN) and hash(number) == hash(CardNumber(PAN))
    assert number != CardNumber("5555555555554444") and number != PAN
    assert number != CardNumber.from_mask(number.masked)
    assert copy.copy(number).reveal() == copy.deepcopy(number).reveal() == PAN
    with pytest.raises(AttributeError):
        number.masked = "x"
    assert "_clear" not in getattr(number, "__dict__", {})


def test_what_print_hides_stays_hidden() -> None:
    number = ResidentNumber("711231-1******")
    assert number.reveal() == "711231-1******"
    record = ResidentCard(template="t", number="711231-1******")  # type: ignore[arg-type]
    assert record.number is not None and record.number.reveal() == "711231-1******"
    assert record.number.sex == "M"
    assert (number.birth_date, number.sex) == (date(1971, 12, 31), "M")


@pytest.mark.parametrize("kind", [CardNumber, ResidentNumber])
@pytest.mark.parametrize("value", [int(PAN), None, PAN.encode(), [PAN]])
def test_what_is_no_text_is_told_and_not_quoted(kind: type[CardNumber | ResidentNumber], value: Any) -> None:
    for make in (kind, kind.from_mask):
        with pytest.raises(TypeError, match=f"made from a str, not from {type(value).__name__}$"):
            make(value)
