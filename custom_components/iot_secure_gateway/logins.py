"""What Home Assistant knows of logins, for tracing (FIG 15): from where, and with which app."""

from homeassistant.auth.models import RefreshToken
from homeassistant.components.http import current_request
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import HomeAssistant

from .gateway.tracing import Login


class HomeLogins:
    """The port of the gateway's tracer, on this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    def address_now(self) -> str:
        """Return the address behind what is served now, a websocket or a request, or ""."""
        if (connection := current_connection.get()) is not None:
            return connection.remote or ""
        request = current_request.get()
        return "" if request is None else request.remote or ""

    async def login(self, user_id: str) -> Login:
        """Return the login of a user that was used last from somewhere."""
        user = await self._hass.auth.async_get_user(user_id)
        tokens = [] if user is None else list(user.refresh_tokens.values())
        used = [
            (token.last_used_at, token)
            for token in tokens
            if token.last_used_at is not None and token.last_used_ip
        ]
        if not used:
            return Login()
        _, token = max(used, key=lambda pair: pair[0])
        return Login(address=token.last_used_ip or "", client=_client(token))


def _client(token: RefreshToken) -> str:
    return token.client_name or token.client_id or ""
