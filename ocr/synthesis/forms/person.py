"""Somebody who does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ocr.synthesis.corpus import Corpus, vocabulary


@dataclass(frozen=True, slots=True)
class Person:
    """The holder of a document, and the days it is valid from and to.

    Attributes:
        name: Full name in the local script.
        surname: In capital Latin letters.
        given: Given names in capital Latin letters.
        born: Day of birth.
        male: Sex.
        issued: Day of issue.
        expires: Day of expiry.
    """

    name: str
    surname: str
    given: str
    born: date
    male: bool
    issued: date
    expires: date

    @property
    def sex(self) -> str:
        """M or F."""
        return "M" if self.male else "F"


def invent_person(rng: Random, corpus: Corpus, *, korean: bool) -> Person:
    """Put a person together by chance."""
    words = vocabulary()["ko" if korean else "en"]
    if korean:
        given = "".join(rng.sample(words["given_latin"], 2))
        surname = rng.choice(words["surnames_latin"])
    else:
        given = " ".join(rng.sample(words["given"], rng.choice((1, 1, 2)))).upper()
        surname = rng.choice(words["surnames"]).upper()
    issued = date(2005, 1, 1) + timedelta(rng.randrange(7500))
    born = date(1945, 1, 1) + timedelta(rng.randrange(21900))
    expires = issued + timedelta(365 * rng.choice((5, 10)))
    return Person(corpus.person(rng, korean=korean), surname, given, born, rng.random() < 0.5, issued, expires)
