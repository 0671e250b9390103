"""Room codes: enough of them, and words that nobody mistakes for one another."""

import itertools
import math
import re

import pytest

from server.api.fields import ROOM_CODE, room_code
from server.contract.errors import ContractError
from server.rooms.codes import room_code as codes

# Digits, and what is said between words.
SAID_OTHERWISE = [
    "ZERO",
    "ONE",
    "TWO",
    "THREE",
    "FOUR",
    "FIVE",
    "SIX",
    "SEVEN",
    "EIGHT",
    "NINE",
    "TEN",
    "DASH",
    "MINUS",
]
NO_CODES = ["", "ab", "a" * 25, "ocean/tulip", "straße", "\ufdfa" * 100, " " * 1000 + "KIWI-42", None]


def look(word):
    """What a word looks like from the last row, in small letters."""
    return word.lower().replace("rn", "m").replace("vv", "w").replace("cl", "d")


def is_near(first, second):
    """Whether two words are one mistake apart: a letter more, less or another, or two neighbours changed."""
    if len(first) > len(second):
        first, second = second, first
    if len(first) < len(second):
        return any(second[:place] + second[place + 1 :] == first for place in range(len(second)))
    places = [place for place, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]
    swapped = len(places) == 2 and places[1] == places[0] + 1 and sorted(first) == sorted(second)
    return len(places) == 1 or swapped


def test_there_are_more_than_2_to_the_power_of_40():
    count = len(codes.WORDS)
    assert math.log2(count * (count - 1) * (count - 2) * len(codes.NUMBERS)) > 40


def test_words_are_short_and_have_letters_only():
    assert all(re.fullmatch(r"[A-Z]{3,6}", word) for word in codes.WORDS)


def test_no_word_is_another_with_one_mistake():
    pairs = itertools.combinations(codes.WORDS, 2)
    assert not [(a, b) for a, b in pairs if abs(len(a) - len(b)) < 2 and is_near(a, b)]


def test_no_word_looks_like_another():
    assert len({look(word) for word in codes.WORDS}) == len(codes.WORDS)


def test_no_word_sounds_like_what_stands_between_words_and_digits():
    assert not set(codes.WORDS) & set(SAID_OTHERWISE)


def test_a_code__is_three_words_and_a_number():
    made = {codes.new_room_code() for _ in range(500)}
    assert len(made) == 500
    for code in made:
        *words, number = code.split("-")
        assert len(set(words)) == 3
        assert set(words) <= set(codes.WORDS)
        assert int(number) in codes.NUMBERS


def test_the_longest_code_is_a_room_code():
    longest = sorted(codes.WORDS, key=len)[-3:]
    assert ROOM_CODE.fullmatch("-".join([*longest, str(codes.NUMBERS[-1])]))


@pytest.mark.parametrize(
    "typed",
    [
        "OCEAN-TULIP-ROBOT-427",
        " ocean tulip  robot 427\n",
        "Ocean - Tulip - Robot - 427",
        "ocean_tulip_robot_427",
        "ocean–tulip—robot‐427",
        "ｏｃｅａｎ－ｔｕｌｉｐ　ｒｏｂｏｔ－４２７",
    ],
)
def test_a_code_is_read_as_people_type_it(typed):
    assert room_code(typed) == "OCEAN-TULIP-ROBOT-427"


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(ContractError) as caught:
        room_code(typed)
    assert caught.value.code == "badRoom"


def test_codes_of_earlier_versions_are_codes():
    assert room_code("kiwi-42") == "KIWI-42"
