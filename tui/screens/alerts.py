"""Who is told when something is wrong: a command, a webhook, and after how many hours without a success."""

from msgspec.structs import replace

from core.model.schedule import Alerts
from tui.host import Refusal
from tui.screens.dialogs import Ask
from tui.screens.form import Ask as Entry
from tui.screens.form import Form
from tui.widgets.strips import Line, paragraph


class AlertsForm(Form):
    """See the module's docstring."""

    NAME = "alerts"

    def __init__(self, mode: str, alerts: Alerts) -> None:
        hours = str(alerts.silent_hours) if alerts.silent_hours else ""
        super().__init__(
            mode,
            [
                Entry("command", "form_hook", alerts.command, optional=True),
                Entry("webhook", "form_webhook", alerts.webhook, optional=True),
                Entry("silent", "form_silent", hours, optional=True),
            ],
        )
        self.alerts = alerts

    def lines(self, cells: int) -> list[Line]:
        """Return what an alert is."""
        return [[(f" {self.say.alerts_title}", "title")], *paragraph(self.say.alerts_tells, cells - 3)]

    async def send(self, values: dict[str, str]) -> None:
        """Store, and offer a test where there is somebody to tell."""
        hours = values["silent"] or "0"
        if not hours.isascii() or not hours.isdigit():
            raise Refusal(self.say.alerts_bad_hours.format(text=hours))
        wanted = replace(
            self.alerts, command=values["command"], webhook=values["webhook"], silent_hours=int(hours)
        )  # fmt: skip
        self.alerts = await self.service.set_alerts(wanted)
        await self.kk.news_of_settings()
        if not (wanted.command or wanted.webhook):
            await self._leave(self.say.alerts_stored)
            return
        self.app.push_screen(Ask(self.say.ask_test_alert, []), self._answered)

    def _answered(self, yes: object) -> None:
        self.attempt(self._test() if yes else self._leave(self.say.alerts_stored))

    async def _test(self) -> None:
        await self.service.test_alert()
        await self._leave(self.say.alert_sent)

    async def _leave(self, told: str) -> None:
        if self.app.screen is self:
            await self.app.pop_screen()
        self.kk.flash(told)
