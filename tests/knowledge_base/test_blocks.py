"""Blocks of light Markdown."""

from knowledge_base.blocks import blocks, heading_text, is_colophon

TEXT = """Summary in
two lines.

## What to do
1. First step
   goes on.
2. Second step.

3. Third after a blank line.

Plain again.
- one
- two

| a | b |
|---|---|
| c | d |

---
*Fictional.*
"""


def test_blocks_have_exact_spans() -> None:
    """Each block is a slice of the text, lists keep their items together."""
    found = blocks(TEXT)
    assert [block.kind for block in found] == [
        "paragraph",
        "heading",
        "steps",
        "paragraph",
        "items",
        "rows",
        "rows",
        "paragraph",
    ]
    steps = found[2]
    assert [TEXT[start:end] for start, end in steps.parts] == [
        "1. First step\n   goes on.",
        "2. Second step.",
        "3. Third after a blank line.",
    ]


def test_heading_text_and_level() -> None:
    """A heading block gives its words and its depth."""
    heading = blocks("### Where to go ###\n")[0]
    assert heading.level == 3
    assert heading_text("### Where to go ###\n", heading) == "Where to go"


def test_a_closing_line_in_italics_is_a_colophon() -> None:
    """Italics over a whole paragraph are told from emphasis within one."""
    whole, partly = "*All of it.*", "*Part* of it."
    assert is_colophon(whole, blocks(whole)[0])
    assert not is_colophon(partly, blocks(partly)[0])


def test_sub_items_stay_in_the_numbered_list() -> None:
    """Indented items below a step do not end the procedure."""
    text = "1. Call:\n   - 112\n   - 986\n2. Wait."
    assert [block.kind for block in blocks(text)] == ["steps"]
