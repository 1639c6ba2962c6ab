"""Showing another profile: another agent is attached to, and every screen begins anew."""

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.screen import Screen
from textual.worker import Worker

from tui.host import Refusal
from tui.locale.en import English
from tui.session import GAP, Connect, Session
from tui.state import State

ConnectTo = Callable[[str], Connect]
"""Returns what attaches to the profile of a name."""
BLANK = "blank"


class Switching(App[int], inherit_bindings=False):
    """The part of the application that holds the attachment. ``connect_to`` None: there is one profile only."""

    state: State
    session: Session
    connect_to: ConnectTo | None = None
    gap: float = GAP
    _attachment: Worker[None] | None = None

    @property
    def say(self) -> English:
        """The words of the current language."""
        raise NotImplementedError

    def on_news(self) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    def flash(self, text: str, *, bad: bool = False) -> None:
        """Show one line of news until the next key."""
        raise NotImplementedError

    def forget(self) -> None:
        """Forget what was known of the profile before."""
        raise NotImplementedError

    @property
    def can_switch(self) -> bool:
        """Whether another profile can be shown."""
        return self.connect_to is not None

    def attach(self) -> None:
        """Attach, and stay attached."""
        self._attachment = self.run_worker(self.session.run(), exit_on_error=True)

    async def switch_profile(self, name: str) -> None:
        """Show another profile, a new one where there is none of that name. Raises ``Refusal`` where that cannot be."""
        if self.connect_to is None:
            raise Refusal(self.say.add_read_only)
        profile = self.state.status.profile if self.state.status else None
        email = profile.crm.email if profile is not None and profile.crm is not None else ""
        if self._attachment is not None:
            self._attachment.cancel()
        self.state = State(profile=name, read_only=self.state.read_only, crm_email=email)
        self.session = Session(self.connect_to(name), self.state, self.on_news, gap=self.gap)
        self.forget()
        await self._begin_anew()
        self.attach()
        self.flash(self.say.profile_shown.format(name=name))

    async def _begin_anew(self) -> None:
        """Make every mode's screens anew: they know the records of the profile before."""
        self.add_mode(BLANK, Screen)
        await self.switch_mode(BLANK)
        modes: dict[str, Any] = dict(self.MODES)
        for mode, make in modes.items():
            await self.remove_mode(mode)
            self.add_mode(mode, make)
        await self.switch_mode("overview")
        await self.remove_mode(BLANK)
