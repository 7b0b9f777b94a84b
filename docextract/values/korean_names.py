"""Syllables of Korean names: surnames, and those that given names are made of.

The surnames of one syllable that are at all common, and the syllables that most given names are made of. Rare names
have others: one that is not among these may be right.
"""

from __future__ import annotations

SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선"
    "설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부"
)
"""Of one syllable."""

GIVEN = frozenset(
    "가강건겸경고관광교구국권규균근금기길나남년노다단달담대덕도돈동두라락란람랑래량려련렬령로록룡루류률름리린림마만말매명"
    "모목무문미민박배백범별병보복봉부분비빈빛사산삼상새샘생서석선설섭성세소손솔송수숙순술슬승시식신실심아안애양언여연열영"
    "예오옥온완왕요용우욱운웅원월위유육윤율으은을음의이익인일임자장재전정제조종주준중지직진찬창채천철청초춘충치칠탁태택판"
    "평표필하학한해향허헌혁현협형혜호홍화환황회효후훈휘휴희흔흠흥"
)
"""Syllables of given names."""

COMMON = frozenset("영정순자숙희미경옥은지현수민진성준호우서윤연예하원주재동훈상승태석기용철종선혜유아빈인")
"""Those that many names have, by common knowledge; nothing was counted."""
