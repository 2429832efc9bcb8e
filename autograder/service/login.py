"""Logging in with a browser, by a token of the file. On a JupyterHub that is the hub's work."""

from urllib.parse import parse_qs

from .base import ANYONE, PEOPLE, Base, pause
from .bodies import WithBody
from .people import Tokens

WRONG_SECONDS = 1.0  # that a wrong token takes


class Login(WithBody):
    """The page that asks for a token."""

    may_ask = ANYONE
    by_browser = True
    kinds = ("application/x-www-form-urlencoded",)

    async def get(self) -> None:
        """Answers with the page."""
        self._page("")

    async def post(self) -> None:
        """Begins a session, and goes to the learner's page."""
        fields = parse_qs(self.body.decode("utf-8", "replace"))
        self.request.body_arguments["_xsrf"] = [fields.get("_xsrf", [""])[0].encode()]
        self.request.arguments["_xsrf"] = self.request.body_arguments["_xsrf"]
        self.check_xsrf_cookie()
        people = self.service.people
        assert isinstance(people, Tokens)
        if people.log_in(self, fields.get("token", [""])[0].strip()):
            self.redirect(self.settings["prefix"], status=303)
            return
        await pause(WRONG_SECONDS)
        self.set_status(403)
        self._page("That token is not known here. Look whether all of it was copied.")

    def _page(self, wrong: str) -> None:
        token = self.xsrf_token.decode()
        self.finish(self.service.render("login.html", self, wrong=wrong, login_xsrf=token))


class Logout(Base):
    """Ends a session."""

    may_ask = PEOPLE
    by_browser = True

    async def post(self) -> None:
        """Ends it, and goes to the page that asks for a token."""
        people = self.service.people
        assert isinstance(people, Tokens)
        people.log_out(self)
        self.redirect(f"{self.settings['prefix']}login", status=303)
