"""Starting a run, watching it to its end, and telling how it ended: what ``sync`` and its kin share."""

from collections.abc import Awaitable, Callable

from core.agent.client import RemoteService
from core.commands.context import Context
from core.commands.follow import follow
from core.commands.output import print_json, print_lines, run_shape
from core.commands.run_words import count_lines, exit_code, state_word, strict_exit_code, verdict
from core.model.problems import Problem
from core.model.run import Run
from core.model.text import Text

_ENDED = Text("Sync {run}: {state}.", "同期 {run}: {state}")
_LOOK = Text("See `kakehashi failures`.", "`kakehashi failures` を確認してください。")


async def see_through(
    context: Context, service: RemoteService, start: Callable[[], Awaitable[Run]], *, strict: bool = False
) -> int:
    """Start a run, wait for its end, print it, and return the exit code; ``strict`` as in ``sync --strict``."""
    ended = await follow(context, service, start)
    problem = verdict(ended, context.lang, str(context.place.log))
    _tell(context, ended, problem)
    if context.json:
        print_json(run_shape(ended))
    elif ended.state == "done" or any(ended.considered.values()):
        print_lines(count_lines(ended.counts, context.lang))
    return (strict_exit_code if strict else exit_code)(ended, problem)


def _tell(context: Context, run: Run, problem: Problem | None) -> None:
    context.say(_ENDED, run=run.id, state=state_word(run.state, context.lang))
    if problem is not None:
        context.tell(problem.message(context.lang))
        context.tell(problem.remedy(context.lang))
    elif sum(each.failed + each.held for each in run.counts.values()):
        context.say(_LOOK)
