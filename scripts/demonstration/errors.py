"""What can go wrong while a demonstration runs, in words for the person who started it."""


class DemonstrationError(Exception):
    """A step did not happen; the text says what was expected and what was seen."""


class RequestRefused(DemonstrationError):
    """Home Assistant answered a websocket command with an error of its own."""

    def __init__(self, code: str, message: str, translation_key: str | None = None) -> None:
        """Keep code and key: steps tell refusals apart by them, never by the text."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.translation_key = translation_key
