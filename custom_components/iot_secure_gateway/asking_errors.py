"""Why something cannot be asked for, or not be answered."""

from .gateway.errors import GatewayError


class AlreadyAllowed(GatewayError):
    """It is allowed now, so there is nothing to ask."""

    code = "already_allowed"


class CannotBeAsked(GatewayError):
    """It changes who has authority: that is given by appointing somebody."""

    code = "cannot_be_asked"


class AskedTooOften(GatewayError):
    """It was refused just now, or too much was asked."""

    code = "asked_too_often"


class QuestionGone(GatewayError):
    """There is no such question, or not for this person."""

    code = "question_gone"


class QuestionAnswered(GatewayError):
    """Somebody else was first."""

    code = "question_answered"

    def __init__(self, by: str) -> None:
        super().__init__(by=by)
