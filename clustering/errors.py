"""Every error samestory raises on purpose.

    SamestoryError                  everything below; the command line prints it as one line and exits with status 2
    +-- ConfigError                 a config file, key or value is wrong; names file, key and reason
    +-- InputError                  a path, file or argument given by the user cannot be used
    |   +-- RejectedPage            one page cannot become an article; carries a named reason, is counted, never ends a run
    +-- FetchError                  a page could not be fetched
    |   +-- TransientFetchError     worth a retry: timeout, connection reset, 429, 5xx
    |   +-- RefusedFetchError       never fetched on purpose: private address, robots.txt, too large
    +-- EncoderError                the encoder cannot be loaded or gives unusable vectors
    |   +-- FingerprintMismatch     vectors of two encoders or recipes were about to be compared
    +-- StoreError                  the database or workspace cannot be used
    |   +-- StoreMissing            there is no workspace, database or snapshot at the path
    |   +-- StoreNewer              the database was written by a newer samestory
    |   +-- StoreBusy               another process holds the writer lock
    +-- UnknownId                   no such story, article, thread, run or outlet; names the id
    +-- CorrectionError             a human correction cannot be applied; names the ids and the contradiction

Bugs are not in this tree: they crash, with a traceback.
"""

__all__ = [
    "ConfigError",
    "CorrectionError",
    "EncoderError",
    "FetchError",
    "FingerprintMismatch",
    "InputError",
    "RefusedFetchError",
    "RejectedPage",
    "SamestoryError",
    "StoreBusy",
    "StoreError",
    "StoreMissing",
    "StoreNewer",
    "TransientFetchError",
    "UnknownId",
]


class SamestoryError(Exception):
    """Base of every error that is the world's fault, not the code's."""


class ConfigError(SamestoryError):
    """A config file, key or value is wrong."""


class InputError(SamestoryError):
    """A path, file or argument given by the user cannot be used."""


class RejectedPage(InputError):
    """One page cannot become an article.

    ``reason`` is a name from ``clustering.types.REJECT_REASONS``; ``detail`` says what was found.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class FetchError(SamestoryError):
    """A page could not be fetched."""


class TransientFetchError(FetchError):
    """A fault that may pass: timeout, connection reset, 429, 5xx. ``retry_after_seconds`` when the server said so."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RefusedFetchError(FetchError):
    """A fetch samestory refuses: private address, robots.txt, too large, too many redirects."""


class EncoderError(SamestoryError):
    """The encoder cannot be loaded or gives unusable vectors."""


class FingerprintMismatch(EncoderError):
    """Vectors made by two encoders or recipes were about to be compared."""


class StoreError(SamestoryError):
    """The database or workspace cannot be used."""


class StoreMissing(StoreError):
    """There is no workspace, database or snapshot at the path."""


class StoreNewer(StoreError):
    """The database was written by a newer samestory."""


class StoreBusy(StoreError):
    """Another process holds the database for writing."""


class UnknownId(SamestoryError):
    """No such story, article, thread, run or outlet."""


class CorrectionError(SamestoryError):
    """A human correction cannot be applied."""
