"""How a run of triggers or of transactions ended, for the commands that wait for one."""

from core.commands.context import Context
from core.commands.output import print_json, print_lines, run_shape
from core.commands.run_words import count_lines, exit_code, state_word, verdict
from core.model.run import Run
from core.model.text import Text

_LOOK = Text("See `kakehashi failures documents`.", "`kakehashi failures documents` を確認してください。")


def tell_ended(context: Context, ended: Run, ended_words: Text) -> int:
    """Tell it with ``ended_words`` (``{run}``, ``{state}``), print its counts, and return the exit code."""
    problem = verdict(ended, context.lang, str(context.place.log))
    context.say(ended_words, run=ended.id, state=state_word(ended.state, context.lang))
    if problem is not None:
        context.tell(problem.message(context.lang))
        context.tell(problem.remedy(context.lang))
    elif sum(each.failed + each.held for each in ended.counts.values()):
        context.say(_LOOK)
    if context.json:
        print_json(run_shape(ended))
    else:
        print_lines(count_lines(ended.counts, context.lang))
    return exit_code(ended, problem)
