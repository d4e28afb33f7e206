"""Why a document is not taken."""


class DocumentRefused(Exception):
    """The document cannot be read; the message says why and, where there is a way, what to do."""
