"""Files to documents: one module per kind, chosen by what the bytes are, not only by the name."""

from knowledge_base.parsing.choose import SUFFIXES, parse
from knowledge_base.parsing.refused import DocumentRefused

__all__ = ["SUFFIXES", "DocumentRefused", "parse"]
