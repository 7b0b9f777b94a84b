"""Forms whose every text says what it means: receipts, bank cards, identity documents, business cards."""

from ocr.synthesis.forms.business_card import draw_business_card
from ocr.synthesis.forms.card import draw_card
from ocr.synthesis.forms.identity import draw_identity
from ocr.synthesis.forms.receipt import draw_receipt

FORMS = {
    "receipt": draw_receipt,
    "card": draw_card,
    "identity": draw_identity,
    "business_card": draw_business_card,
}
