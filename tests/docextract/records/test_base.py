from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal

import pytest

from docextract.errors import RecordFormatError
from docextract.records import Evidence, Issue, Merchant, Receipt

QUAD = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
SECRET = "GEHEIM"


@pytest.fixture
def receipt() -> Receipt:
    evidence = Evidence(
        kind="date", value=date(2023, 2, 7), raw=SECRET, confidence=0.5, quad=QUAD, words=(QUAD,), locator="any",
        alternatives=(date(2023, 7, 2),),
    )  # fmt: skip
    money = evidence.model_copy(update={"kind": "money", "value": Decimal("9.50"), "alternatives": ()})
    return Receipt(
        template="receipt",
        merchant=Merchant(name=SECRET),
        date=date(2023, 2, 7),
        total=Decimal("9.50"),
        evidence={"date": evidence, "total": money},
        issues=(Issue(code="ambiguous", field="date", candidates=(SECRET,)),),
    )


def test_json_and_back(receipt: Receipt) -> None:
    assert Receipt.model_validate_json(receipt.model_dump_json()) == receipt
    assert pickle.loads(pickle.dumps(receipt)) == receipt


def test_the_evidence_of_one_page(receipt: Receipt) -> None:
    behind = receipt.evidence["total"].model_copy(update={"page": 1})
    both = receipt.model_copy(update={"evidence": receipt.evidence | {"total": behind}})
    assert (set(both.on_page(0).evidence), set(both.on_page(1).evidence)) == ({"date"}, {"total"})
    assert both.on_page(1).total == both.total and not both.on_page(2).evidence
    assert set(both.evidence) == {"date", "total"}


def test_a_text_of_digits_is_no_card_number(receipt: Receipt) -> None:
    code = "6935818350846"  # of an article; it passes Luhn's check
    data = receipt.evidence["date"].model_dump() | {"kind": "identifier", "value": code, "alternatives": (code,)}
    evidence = Evidence.model_validate(data)
    assert (evidence.value, evidence.alternatives) == (code, (code,))


def test_representations_count_and_tell_nothing(receipt: Receipt) -> None:
    for part in (receipt, receipt.merchant, receipt.evidence["date"], receipt.issues[0]):
        for shown in (repr(part), str(part), f"{part}"):
            assert SECRET not in shown
            assert "2023" not in shown
    assert repr(receipt) == "Receipt(template='receipt', values=2, issues=1)"


def test_what_is_refused_is_not_shown() -> None:
    with pytest.raises(RecordFormatError) as error:
        Receipt.model_validate({"template": "receipt", "total": SECRET})
    assert error.value.problems[0][0] == "total"
    assert SECRET not in str(error.value) + repr(error.value.problems)


def test_problems_inside_of_parts_have_their_whole_paths() -> None:
    data = {
        "template": "receipt",
        "items": [{}, {"total": SECRET}],
        "merchant": {"nmae": SECRET},
        "evidence": {"total": {}},
    }
    with pytest.raises(RecordFormatError) as error:
        Receipt.model_validate(data)
    assert {"items.1.total", "merchant.nmae", "evidence.total.value"} <= {path for path, _ in error.value.problems}
    assert SECRET not in str(error.value) + repr(error.value.problems)
    assert str(error.value).startswith("not a valid Receipt")
    with pytest.raises(RecordFormatError) as alone:
        Merchant.model_validate({"nmae": SECRET})
    assert alone.value.problems[0][0] == "nmae"


@pytest.mark.parametrize("kind", ["money", "date", "expiry", "time", "card_number", "resident_number"])
def test_evidence_whose_value_is_not_of_its_kind_is_refused_and_not_shown(receipt: Receipt, kind: str) -> None:
    data = receipt.evidence["date"].model_dump() | {"kind": kind}
    for wrong in ({"value": SECRET}, {"value": data["value"], "alternatives": (SECRET,)}):
        with pytest.raises(RecordFormatError) as error:
            Evidence.model_validate(data | wrong)
        assert SECRET not in str(error.value) + repr(error.value.problems)


def test_records_do_not_change(receipt: Receipt) -> None:
    for change in (lambda: setattr(receipt, "total", SECRET), lambda: delattr(receipt, "total")):
        with pytest.raises(AttributeError, match=r"^Receipt is immutable$"):
            change()
    assert receipt.total != SECRET
