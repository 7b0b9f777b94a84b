"""Receipts of many trades and countries, as a reader that makes no mistake gives them."""

from __future__ import annotations

from typing import Any

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

TEXTS = {
    "a price taken off below its item": """\
            GREEN FIELD MARKET
           1200 Elm Street
           Springfield, OR 97477
            (541) 555-0134
MILK 2%  GAL                     3.99 F
BREAD WHEAT                      2.49 F
Sale                            -1.00
APPLES GALA
  2.31 lb @ 1.29 /lb             2.98 F
SUBTOTAL                         8.46
TAX                              0.00
TOTAL                            8.46
CASH                            10.00
CHANGE                           1.54
11/03/2026   14:22   REG 02""",
    "discounts between the items and the subtotal": """\
            GREEN FIELD MARKET
           1200 Elm Street
           Springfield, OR 97477
MILK 2%  GAL                     3.99
BREAD WHEAT                      2.49
COFFEE                          10.00
Member discount                 -1.00
Coupon                          -0.50
SUBTOTAL                        14.98
TAX 8%                           1.20
TOTAL                           16.18
VISA                            16.18
11/03/2026   14:22   REG 02""",
    "a hardware shop in Malaysia that prints no RM": """\
            SENG HUAT HARDWARE
           (JM0123456-X)
     NO 12, JALAN DEDAP 4, TAMAN JOHOR JAYA
         81100 JOHOR BAHRU, JOHOR
       TEL: 07-355 1234
      GST ID : 001234567890
            TAX INVOICE
INV NO : CS-000123
DATE : 12/05/2017   10:15:22 AM
CASHIER : ALI
DESCRIPTION    QTY   PRICE    AMOUNT
PVC PIPE 20MM
9555123456789   2    4.50      9.00 SR
HAMMER
9555123456790   1   15.90     15.90 SR
TOTAL (INCL GST)              24.90
ROUNDING ADJ                   0.00
TOTAL DUE                     24.90
CASH                          50.00
CHANGE                        25.10
GST SUMMARY     AMOUNT     TAX
SR @ 6%          23.49    1.41""",
    "a café in Singapore, whose dollars are its own": """\
KOPI HOUSE PTE LTD
10 Anson Road #01-12
Singapore 079903
GST Reg No: 201912345K
Receipt: 00123   Table: 5
20 Oct 2026 13:05
1 Kaya Toast Set        5.80
2 Kopi C                4.40
1 Laksa                 9.90
Subtotal               20.10
10% Svc Chg             2.01
9% GST                  1.99
Rounding                0.00
TOTAL                 $24.10
NETS                  $24.10""",
    "a tax invoice in Australia": """\
LITTLE CORNER
Grocery & Deli
44 King Street
Sydney NSW 2000
ABN 51 824 753 556
TAX INVOICE
Date 07/08/2026 Time 09:14
Flat White                 $4.50
Bacon & Egg Roll           $9.00
  No sauce
2 x Banana Bread @ $5.00  $10.00
Total (AUD)               $23.50
Total includes GST of      $2.14
EFTPOS                    $23.50""",
    "a market in the United Kingdom": """\
            SAINSCO
      Unit 4, High Street, Leeds LS1 4DY
         VAT No GB 123 4567 89
SEMI SKIM MILK 2L                £1.45
WHOLEMEAL BREAD                  £1.10
CHEDDAR 400G                     £4.50
  Clubcard price                -£1.00
BANANAS
  0.845 kg @ £0.90/kg            £0.76
5 items
SUBTOTAL                         £7.81
Savings                         -£1.00
TOTAL                            £6.81
Visa Contactless                 £6.81
************0123
AID A0000000031010
03/11/26  18:22  1234 05 0098""",
    "a grocer in Market Street": """\
TRADER BOB'S
123 Market Street, San Francisco CA 94103
Store #045 - (415) 555-0188
OPEN 8:00AM TO 9:00PM DAILY
ORGANIC BANANAS
  6EA @ $0.25/EA                  $1.50
ALMOND MILK UNSWEET               $2.99
T SPARKLING WATER                 $4.49
  CRV                             $0.40
R-SALAD CAESAR                    $3.99
TAX: $4.49 @ 8.625%               $0.39
ITEMS 5                Q. BOB
SUBTOTAL                         $13.37
TOTAL                            $13.76
CASH                             $20.00
CHANGE                            $6.24
10-28-2026 05:42PM 0045 03 0123 4567""",
    "coffee in three sizes, one of them Tl": """\
  STARBREW COFFEE #1234
  400 Pine Street
  Seattle, WA 98101
 CHK 701234
 11/03/2026 07:58 AM
 1234567 Drawer: 1 Reg: 3
 Gr Latte                    4.95
   Oat Milk                  0.70
   Add Shot                  1.00
 Tl Drip Coffee              2.95
 Mobile Order Discount      -1.00
 Apple Pay                   9.49
 XXXXXXXXXXXX0123
 Subtotal                   $8.60
 Tax 10.35%                 $0.89
 Total                      $9.49
 Change Due                 $0.00""",
    "a market in Germany with deposits and two rates": """\
KAUFMARKT Mustermann KG
Hauptstr. 12
50667 Köln
Tel. 0221 555 0123
                            EUR
Vollmilch 1,5%       1,09  A
Brötchen 6 St        2,34  A
Pfand 0,25 x 2       0,50  B
Rotwein              5,99  B
Leergut             -1,50  B
--------------------------
SUMME        EUR     8,42
Geg. BAR     EUR    10,00
Rückgeld BAR EUR     1,58
Steuer %  Netto  Steuer Brutto
A= 7,0%   3,21   0,22   3,43
B=19,0%   4,19   0,80   4,99
14.11.2026  18:02  Bon-Nr.:1234
Markt:0123 Kasse:2 Bed.:010101
Steuer-Nr. 123/4567/8901""",
    "a bakery in France with two rates": """\
BOULANGERIE DU PARC
15 rue de la Paix
75002 PARIS
Tél : 01 55 01 23 45
SIRET 123 456 789 00012
Ticket n° 00123
Le 12/10/2026 à 08:31
Baguette tradition   2 x 1,30     2,60
Croissant            3 x 1,20     3,60
Café                              1,80
TOTAL TTC                         8,00 EUR
dont TVA 5,5 %                    0,32
dont TVA 10 %                     0,16
CB                                8,00
Merci de votre visite""",
    "a market in Japan": """\
    スーパーさくら 渋谷店
東京都渋谷区道玄坂1-2-3
電話 03-5555-0123
2026年11月3日(火) 18:05
レジ02  責:田中
牛乳               ¥218
食パン             ¥168
卵10個            ¥258
 割引              -¥50
小計               ¥594
(税率8%対象        ¥594)
外税8%              ¥47
合計               ¥641
お預り           ¥1,000
お釣り             ¥359
登録番号 T1234567890123""",
    "a pharmacy": """\
         약제비 계산서·영수증
새봄온누리약국
대표자 : 김하은   사업자등록번호 : 123-45-67891
서울특별시 강서구 화곡로 123  1층
TEL : 02-2601-0123
환자성명 : 이도윤
조제일자 : 2026-10-12
처방일수 : 3일
약제비총액            12,340
본인부담금             3,700
보험자부담금           8,640
비급여                     0
총수납금액             3,700
카드                   3,700
현금                       0
발행일 : 2026-10-12 15:33""",
    "a doctor whose name stands at the end": """\
      진료비 계산서·영수증
 환자등록번호  00123456    환자성명  이도윤
 진료기간  2026-10-02 ~ 2026-10-02
 진찰료        16,190
 검사료        12,300
 주사료         4,500
 진료비총액            32,990
 환자부담총액           9,800
 납부한금액             9,800
   카드                 9,800
   현금                     0
 새봄내과의원   대표자 박서준
 사업자등록번호 123-45-67891
 서울 강서구 화곡로 123
 전화 02-2601-0123
 2026년 10월 02일""",
    "a card slip": """\
[매출전표]
상호: 한빛분식   사업자번호: 123-45-67891
대표: 박서준  TEL: 031-555-0123
경기도 성남시 분당구 정자로 12
카드종류: 신한카드
카드번호: 4000-12**-****-0123
거래일시: 2026/11/03 12:31:05
할부: 일시불
승인번호: 30012345
공급가액:            10,909원
부가세:               1,091원
봉사료:                   0원
합계:                12,000원
가맹점번호: 00112233445
매입사: 신한카드사""",
    "a petrol station": """\
  SK에너지 강남주유소
 사업자: 123-45-67891  대표자: 홍길동
 주소: 서울 강남구 테헤란로 123
 전화: 02-555-0123
 거래일시 2026-09-11 08:12:44
 유종: 휘발유
 단가         1,685 원/L
 수량        35.608 L
 금액        60,000 원
 공급가액    54,545
 부가세       5,455
 결제금액    60,000 원
 카드번호 9410-****-****-1234
 승인번호 12345678""",
    "a car park": """\
      주차요금 영수증
한빛빌딩 주차장
사업자번호 123-45-67891
차량번호  12가3456
입차시각  2026-11-02 09:12
출차시각  2026-11-02 12:47
주차시간  3시간 35분
주차요금        10,500원
할인금액         3,000원
결제금액         7,500원
결제수단  신용카드""",
    "a delivery": """\
        배달의민족 주문전표
 주문번호: B0Q2000ABC
 매장: 한빛치킨 서교점
 주문일시: 2026-11-12 19:22
 배달주소:
 서울 마포구 양화로 45 101동 202호
 ------------------------------
 메뉴             수량     금액
 후라이드치킨       1     19,000
  └ 콜라 1.25L      1      2,500
 양념치킨           1     20,000
 ------------------------------
 주문금액                 41,500
 배달팁                    3,000
 할인금액                 -2,000
 총 결제금액              42,500
 결제방법: 온라인 결제완료""",
    "a gym in New Zealand, and who paid it": """\
RECEIPT
Received from: John Smith
Hilltop Gym & Spa
77 Hill Road, Auckland 1010
GST No. 123-456-789
Monthly membership               $59.00
Towel hire                        $3.00
Total (incl. GST)                $62.00
GST content                       $8.09
Paid by EFTPOS                   $62.00
03/11/2026 6:10 pm""",
    "a shop with goods taxed and untaxed": """\
이마트24 한빛점
2026/11/03 18:22:11
[구매] 계산:0021
상 품 명        수 량   금 액
*농심)신라면       5    4,750
 서울우유1L        1    2,980
 행사할인(서울우유)      -300
*풀무원두부        1    1,980
총 품목 수량       7
부가세과세물품   6,118
부 가 세           612
면 세 물 품      2,680
합     계        9,410
신 용 카 드      9,410""",
    "a coffee with more in it": """\
        할리스 한빛점
 [영수증]   2026-11-03 10:22   대기번호 123
 ----------------------------------
 아메리카노 (HOT)            4,500
   + 샷추가                    500
   + 사이즈업                1,000
 치즈케이크          2      13,000
 ----------------------------------
 주문 합계                  19,000
 멤버십 할인(10%)           -1,900
 최종 결제금액              17,100
 카카오페이                 17,100
 공급가액 15,545   부가세 1,555""",
    "a pack of five": """\
99 SPEEDMART S/B (519537-X)
LOT P.T. 2811, JALAN ANGSA
41150 KLANG, SELANGOR
1243 - TAMAN SRI
GST ID. NO : 000181747712
INVOICE NO : 18317/102/T0341
06:24PM
568196    23-11-17
7214 MILO ACTIV-GO 1KG      RM 15.90 S
2 X RM 4.25
0221 MAGGI 2MIN KARI 5S     RM 8.50 S
TOTAL SALES (INCLUSIVE GST)  RM 24.40
CASH                         RM 50.00
CHANGE                       RM 25.60
GST SUMMARY  AMOUNT(RM)  TAX(RM)
S = 6%        23.02       1.38""",
    "a market in Spain": """\
Supermercado El Sol S.A.
C/ Mayor 12, 28013 Madrid
NIF A12345678
FACTURA SIMPLIFICADA 2026-001234
03/11/2026 19:02
Uds Descripción   P.Unit   Importe
2   Leche entera    0,95     1,90
1   Pan integral    1,20     1,20
1   Aceite oliva    6,50     6,50
TOTAL (€)                    9,60
Efectivo                    10,00
Cambio                       0,40
IVA    Base    Cuota
4%     2,98    0,12
10%    5,91    0,59""",
}
EXPECTED: dict[str, dict[str, Any]] = {
    "a price taken off below its item": {
        "items.1.discount": "-1.00",
        "items.2.name": "APPLES GALA",
        "subtotal": "8.46",
        "discount": None,
    },
    "discounts between the items and the subtotal": {
        "discount": "-1.50",
        "discounts.1.name": "Coupon",
        "subtotal": "14.98",
        "total": "16.18",
    },
    "a hardware shop in Malaysia that prints no RM": {
        "currency": "MYR",
        "date": "2017-05-12",
        "tax": "1.41",
        "total": "24.90",
    },
    "a café in Singapore, whose dollars are its own": {
        "currency": "SGD",
        "merchant.registration_number": "201912345K",
        "service_charge": "2.01",
        "payments.0.method": "NETS",
        "total": "24.10",
    },
    "a tax invoice in Australia": {
        "merchant.address": "44 King Street Sydney NSW 2000",
        "merchant.registration_number": "51 824 753 556",
        "tax": "2.14",
        "total": "23.50",
        "payments.0.method": "EFTPOS",
        "currency": "AUD",
    },
    "a market in the United Kingdom": {
        "merchant.address": "Unit 4, High Street, Leeds LS1 4DY",
        "merchant.registration_number": "GB 123 4567 89",
        "items.2.discount": "-1.00",
        "total": "6.81",
    },
    "a grocer in Market Street": {
        "merchant.name": "TRADER BOB'S",
        "merchant.address": "123 Market Street, San Francisco CA 94103",
        "items.0.name": "ORGANIC BANANAS",
        "items.0.quantity": "6",
        "items.0.unit_price": "0.25",
        "subtotal": "13.37",
    },
    "coffee in three sizes, one of them Tl": {
        "merchant.address": "400 Pine Street Seattle, WA 98101",
        "items.3.name": "Tl Drip Coffee",
        "discount": "-1.00",
        "payments.0.method": "Apple Pay",
        "total": "9.49",
    },
    "a market in Germany with deposits and two rates": {
        "subtotal": None,
        "tax": "1.02",
        "paid": "10.00",
        "change": "1.58",
        "total": "8.42",
    },
    "a bakery in France with two rates": {
        "merchant.address": "15 rue de la Paix 75002 PARIS",
        "merchant.registration_number": "123 456 789 00012",
        "tax": "0.48",
        "total": "8.00",
    },
    "a market in Japan": {
        "merchant.registration_number": "T1234567890123",
        "items.2.name": "卵10個",
        "tax": "47",
        "total": "641",
    },
    "a pharmacy": {
        "merchant.name": "새봄온누리약국",
        "items": [],
        "total": "3700",
        "paid": "3700",
    },
    "a doctor whose name stands at the end": {
        "merchant.name": "새봄내과의원",
        "items.0.name": "진찰료",
        "total": "9800",
    },
    "a card slip": {
        "merchant.address": "경기도 성남시 분당구 정자로 12",
        "payments.0.card_company": "신한카드",
        "total": "12000",
    },
    "a petrol station": {
        "items": [],
        "tax": "5455",
        "total": "60000",
    },
    "a car park": {
        "merchant.name": "한빛빌딩 주차장",
        "discount": "3000",
        "total": "7500",
    },
    "a delivery": {
        "merchant.address": None,
        "merchant.name": "한빛치킨 서교점",
        "items.1.name": "콜라 1.25L",
        "subtotal": "41500",
        "shipping": "3000",
        "discount": "-2000",
        "total": "42500",
    },
    "a gym in New Zealand, and who paid it": {
        "merchant.name": "Hilltop Gym & Spa",
        "currency": "NZD",
        "tax": "8.09",
        "total": "62.00",
    },
    "a shop with goods taxed and untaxed": {
        "items.1.discount": "-300",
        "taxable": "6118",
        "tax_free": "2680",
        "tax": "612",
        "total": "9410",
    },
    "a coffee with more in it": {
        "items.1.name": "샷추가",
        "subtotal": "19000",
        "discount": "-1900",
        "payments.0.method": "카카오페이",
        "total": "17100",
    },
    "a pack of five": {"items.2.name": "MAGGI 2MIN KARI 5S", "items.2.quantity": None, "total": "24.40"},
    "a market in Spain": {
        "merchant.address": "C/ Mayor 12, 28013 Madrid",
        "tax": "0.71",
        "change": "0.40",
        "total": "9.60",
    },
}


def at(record: Any, path: str) -> Any:
    """A value of a record by its path; the number of an element stands for its item."""
    for part in path.split("."):
        record = record[int(part)] if part.isdigit() else getattr(record, part)
    return record


@pytest.mark.parametrize("kind", TEXTS)
def test_receipts(typeset: Typeset, extractor: Extractor, kind: str) -> None:
    receipt = extractor.extract_page(typeset(TEXTS[kind]), "receipt")
    found = {path: at(receipt, path) for path in EXPECTED[kind]}
    assert {path: _plain(value) for path, value in found.items()} == EXPECTED[kind]
    assert not [issue for issue in receipt.issues if issue.code == "contradiction"]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None else str(value)
