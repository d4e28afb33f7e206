import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.references import ALPHABET, check_symbol, find_reference, new_reference


def test_written_form() -> None:
    """A new reference is found again in the text that names it."""
    reference = new_reference("NDZ")
    assert find_reference(f"what about {reference}?", "NDZ") == reference


@pytest.mark.parametrize("typed", ["ndz-7k3m-{}", "NDZ 7K3M {}", "NDZ7K3M{}"])
def test_typed_differently(typed: str) -> None:
    """Case, spaces and missing hyphens do not matter."""
    check = check_symbol("7K3M")
    assert find_reference(typed.format(check), "NDZ") == f"NDZ-7K3M-{check}"


@given(st.text(ALPHABET, min_size=4, max_size=4), st.integers(0, 3), st.sampled_from(ALPHABET))
def test_one_wrong_symbol(body: str, at: int, symbol: str) -> None:
    """One wrong symbol is always noticed."""
    wrong = body[:at] + symbol + body[at + 1 :]
    assert (check_symbol(wrong) == check_symbol(body)) == (wrong == body)


@given(st.text(ALPHABET, min_size=4, max_size=4), st.integers(0, 2))
def test_swapped_neighbours(body: str, at: int) -> None:
    """Two swapped neighbours are always noticed."""
    swapped = body[:at] + body[at + 1] + body[at] + body[at + 2 :]
    assert (check_symbol(swapped) == check_symbol(body)) == (swapped == body)


def test_other_prefix() -> None:
    """A reference of another force is not ours."""
    assert find_reference(new_reference("XYZ"), "NDZ") is None


def test_no_look_alikes() -> None:
    """Letters and digits that are mistaken for one another never occur."""
    assert not set("0O1IL2Z5S8BUV") & set(ALPHABET)
