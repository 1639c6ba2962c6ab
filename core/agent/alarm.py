"""Telling somebody that something is wrong: a command or a webhook, beside the log. It never holds up a sync."""

import asyncio
import contextlib
import logging
import os
import shlex
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from core.agent.client import post_json
from core.engine.ports import Clock, Store
from core.model.problems import PROBLEMS, Problem
from core.model.run import Run
from core.model.schedule import Alert, AlertKind, Alerts
from core.zoho.waiting import seconds_of

logger = logging.getLogger(__name__)
HOOK_SECONDS = 30.0
"""How long a hook may take."""
_CREDENTIAL = ("credential_refused", "scope_missing", "not_your_organisation", "vault_passphrase", "vault_damaged")
_HOUR = 3_600.0

Send = Callable[[Alerts, Alert], "asyncio.Future[None]"]


class Alarm:
    """Raises each alert once: the same one comes again only after a run of its module has succeeded in between."""

    def __init__(self, store: Store, clock: Clock, profile: str) -> None:
        self._store, self._clock, self._profile = store, clock, profile
        self._raised: dict[str, set[tuple[str, str]]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._since = clock.now()

    def note(self, run: Run) -> None:
        """Look at a run that has ended. Of a decision that could not be carried out whoever made it is told."""
        if run.cause == "decision":
            return
        if run.state == "done":
            self._raised.pop(run.module, None)
            self._raised.pop("", None)
        elif run.state == "needs_confirmation":
            self.raise_("valve", module=run.module, run=run.id, problem=run.state)
        elif run.problem in _CREDENTIAL:
            self.raise_("credential", module=run.module, run=run.id, problem=run.problem, detail=run.problem_detail)
        elif run.state == "failed":
            self.raise_("run_failed", module=run.module, run=run.id, problem=run.problem, detail=run.problem_detail)

    def locked(self) -> None:
        """A run is due, and the keys are locked."""
        self.raise_("locked", problem="vault_locked")

    def watch_silence(self) -> None:
        """Raise an alert when nothing has succeeded for the set time."""
        hours = self._alerts().silent_hours
        if not hours:
            return
        latest = next((each.finished for each in self._store.runs(200) if each.state == "done"), "")
        # Without any success yet, silence counts from when this agent began.
        since = latest or self._since
        if seconds_of(self._clock.now()) - seconds_of(since) >= hours * _HOUR:
            self.raise_("silent", problem="silent", detail={"since": since, "hours": str(hours)})

    def raise_(
        self, kind: AlertKind, *, problem: str, module: str = "", run: str = "", detail: dict[str, str] | None = None
    ) -> None:
        """Tell the log and the hooks, unless they know it already."""
        known = self._raised.setdefault(module, set())
        if (kind, problem) in known:
            return
        known.add((kind, problem))
        alert = self._alert(kind, problem, detail or {}, module=module, run=run)
        logger.warning("alert %s: %s", kind, alert.message)
        task = asyncio.create_task(self._send_quietly(alert), name=f"alert {kind}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def test(self) -> None:
        """Tell the hooks that this is a test. Raises ``Problem``: ``alert_failed``, or ``bad_request`` without any."""
        alerts = self._alerts()
        if not (alerts.command or alerts.webhook):
            raise Problem("bad_request", what="there is no hook to test")
        await send(alerts, Alert(kind="test", profile=self._profile, at=self._clock.now(), message="A test."))

    async def close(self) -> None:
        """Wait for what is under way, which is not for long."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=HOOK_SECONDS)

    def _alerts(self) -> Alerts:
        profile = self._store.profile()
        return profile.alerts if profile is not None else Alerts()

    def _alert(self, kind: AlertKind, problem: str, detail: dict[str, str], *, module: str, run: str) -> Alert:
        told = Problem(problem if problem in PROBLEMS else "unexpected", **{"log": "-", "what": problem} | detail)
        return Alert(
            kind=kind, profile=self._profile, at=self._clock.now(), module=module, run=run, problem=told.code,
            message=told.message("en"), remedy=told.remedy("en"),
        )  # fmt: skip

    async def _send_quietly(self, alert: Alert) -> None:
        try:
            await send(self._alerts(), alert)
        except Problem as problem:
            logger.error("%s", problem)


def check_alerts(alerts: Alerts) -> Alerts:
    """Return hooks that can be. Raises ``Problem('bad_request')``."""
    try:
        words = shlex.split(alerts.command)
    except ValueError as error:
        raise Problem("bad_request", what=f"the command: {error}") from None
    if alerts.command and not words:
        raise Problem("bad_request", what="an empty command")
    parts = urlsplit(alerts.webhook)
    if alerts.webhook and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Problem("bad_request", what="a webhook begins with https:// or http://")
    if alerts.silent_hours < 0:
        raise Problem("bad_request", what="hours below nought")
    return alerts


async def send(alerts: Alerts, alert: Alert) -> None:
    """Run the command and call the webhook. Raises ``Problem('alert_failed')``, after both were tried."""
    failed: list[str] = []
    if alerts.command:
        failed += await _run(shlex.split(alerts.command), alert)
    if alerts.webhook:
        why = await post_json(alerts.webhook, msgspec.json.encode(alert), HOOK_SECONDS)
        failed += [f"webhook: {why}"] if why else []
    if failed:
        raise Problem("alert_failed", why="; ".join(failed))


async def _run(words: list[str], alert: Alert) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if "PASSPHRASE" not in name}
    environment |= {"KAKEHASHI_ALERT": alert.kind, "KAKEHASHI_PROFILE": alert.profile}
    try:
        child = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        return [f"command: {error.strerror}"]
    try:
        async with asyncio.timeout(HOOK_SECONDS):
            await child.communicate(msgspec.json.encode(alert) + b"\n")
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        return [f"command: no end within {HOOK_SECONDS:g} s"]
    return [f"command: exit code {child.returncode}"] if child.returncode else []
