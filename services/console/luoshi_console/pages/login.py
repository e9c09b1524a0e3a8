"""登录: persona cards in development mode; in production the way to the city's own sign-in."""

from dataclasses import dataclass

from luoshi_console.views import PersonView


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """登录页: the persons one can be; empty in production, where one button leads to the city's issuer."""

    personas: tuple[PersonView, ...]
    back: str = "/"
