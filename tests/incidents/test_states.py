import pytest

from incidents.states import STATES, TRANSITIONS, TransitionForbidden, check_transition


def test_table_is_whole() -> None:
    """Every state has its row, and every change leads to a known state."""
    assert set(TRANSITIONS) == set(STATES)
    assert {after for row in TRANSITIONS.values() for after in row} <= set(STATES)


def test_every_state_is_reached() -> None:
    """From `received` each state can be reached, and each can be left."""
    reached, queue = {"received"}, ["received"]
    while queue:
        for after in TRANSITIONS[queue.pop()]:
            if after not in reached:
                reached.add(after)
                queue.append(after)
    assert reached == set(STATES)
    assert all(TRANSITIONS.values())


def test_forbidden_change() -> None:
    """A change that is not in the table is refused, and the refusal names what is allowed."""
    with pytest.raises(TransitionForbidden, match="triaged"):
        check_transition("received", "closed", "done")


@pytest.mark.parametrize("text", [None, "", "  "])
def test_closing_needs_a_text(text: str | None) -> None:
    """Nothing is closed without words for the reporter."""
    with pytest.raises(TransitionForbidden, match="text"):
        check_transition("resolved", "closed", text)
    check_transition("resolved", "closed", "The wall was cleaned.")
