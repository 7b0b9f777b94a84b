"""The fields that words are tagged with, and the BIO labels (Ramshaw and Marcus 1995) that the network gives them."""

from __future__ import annotations

from collections.abc import Iterable

FIELDS = (
    # receipts
    "cashier",
    "change",
    "date",
    "discount",
    "items.code",
    "items.name",
    "items.quantity",
    "items.total",
    "items.unit_price",
    "merchant.address",
    "merchant.name",
    "merchant.phone",
    "merchant.registration_number",
    "merchant.representative",
    "paid",
    "payments.amount",
    "payments.approval_number",
    "payments.card_number",
    "payments.instalments",
    "payments.method",
    "receipt_number",
    "rounding",
    "subtotal",
    "tax",
    "taxable",
    "time",
    "total",
    # payment cards
    "expiry",
    "holder",
    "issuer",
    "network",
    "number",
    "security_code",
    # identity documents
    "authority",
    "birth_date",
    "conditions",
    "country",
    "document_number",
    "expiry_date",
    "given_names",
    "issue_date",
    "licence_classes",
    "mrz",
    "nationality",
    "personal_number",
    "sex",
    "surname",
    "visa_type",
    # business cards
    "company",
    "department",
    "email",
    "fax",
    "mobile",
    "name_latin",
    "phone",
    "title",
    "url",
    # several kinds of document
    "address",
    "name",
)
"""Names that templates may ask for; `items.name` is the name of any item."""

OUTSIDE = 0
"""The label of a word that belongs to no field."""

LABEL_COUNT = 1 + 2 * len(FIELDS)


def begin_label(field: str) -> int:
    """The label of the first word of a field."""
    return 1 + 2 * FIELDS.index(field)


def inside_label(field: str) -> int:
    """The label of every further word of a field."""
    return 2 + 2 * FIELDS.index(field)


def join_labels(labels: Iterable[int], *, reach: int = 12) -> list[tuple[str, tuple[int, ...]]]:
    """Entities, as fields with the indices of their words, in the order of their first words.

    An inside label continues the last entity of its field over up to `reach` words of others, since what runs over
    rows is interrupted by what stands beside it; without one so near it begins an entity. Negative labels, of
    words that nothing is known about, are passed over.

    >>> join_labels([begin_label("total"), OUTSIDE, inside_label("total")])
    [('total', (0, 2))]
    """
    entities: list[tuple[str, list[int]]] = []
    latest: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        if label <= OUTSIDE:
            continue
        field, begins = FIELDS[(label - 1) // 2], label % 2 == 1
        words = latest.get(field)
        if begins or words is None or index - words[-1] > reach:
            words = latest[field] = []
            entities.append((field, words))
        words.append(index)
    return [(field, tuple(words)) for field, words in entities]
