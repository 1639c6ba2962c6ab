"""``kakehashi completion``: scripts for bash, zsh and fish, made from the parsers."""

import argparse
import shlex
from collections.abc import Iterator

from msgspec import Struct

from core.commands.context import Context
from core.commands.output import print_lines
from core.commands.words import COMMAND_HELP
from core.model.text import Lang, Text

SHELLS = ("bash", "zsh", "fish")
_SHELL = Text("which shell", "シェル")
_HINT: dict[str, Text] = {
    "bash": Text("Load it with: source <(kakehashi completion bash)", "読み込み: source <(kakehashi completion bash)"),
    "zsh": Text("Load it with: source <(kakehashi completion zsh)", "読み込み: source <(kakehashi completion zsh)"),
    "fish": Text(
        "Keep it with: kakehashi completion fish > ~/.config/fish/completions/kakehashi.fish",
        "保存: kakehashi completion fish > ~/.config/fish/completions/kakehashi.fish",
    ),
}
_BASH = """\
_kakehashi() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command= word at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${{COMP_WORDS[at]}}
    case $word in
      --home|--profile|--lang) ((at++)) ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done
  COMPREPLY=()
  case $command$prev in
{values}
  esac
  case $command in
{words}
  esac
  COMPREPLY=($(compgen -W "$word" -- "$cur"))
}}
complete -o default -F _kakehashi kakehashi
"""


class Option(Struct, frozen=True):
    """One option of a command. ``values``: those it takes; None: it takes none; empty: any."""

    names: tuple[str, ...]
    values: tuple[str, ...] | None
    help: str


class Shape(Struct, frozen=True):
    """What stands after a command."""

    options: tuple[Option, ...]
    words: tuple[str, ...]
    help: str


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the shell."""
    parser.add_argument("shell", choices=SHELLS, help=_SHELL.say(lang))


def run(context: Context, given: argparse.Namespace) -> int:
    """Print the script, and how to load it."""
    print_lines([script(given.shell, context.lang).rstrip("\n")])
    context.say(_HINT[given.shell])
    return 0


def script(shell: str, lang: Lang = "en") -> str:
    """Return a shell's script."""
    shapes = shapes_of(lang)
    if shell == "fish":
        return "\n".join(_fish(shapes)) + "\n"
    made = _bash(shapes)
    return f"autoload -U +X bashcompinit && bashcompinit\n{made}" if shell == "zsh" else made


def shapes_of(lang: Lang) -> dict[str, Shape]:
    """Return what stands after each command; the empty one is the program itself."""
    from core.cli import COMMANDS, build_parser  # noqa: PLC0415 - which imports this, by name, where it is asked for
    from core.commands.reference import command_parser  # noqa: PLC0415

    shapes = {"": _shape(build_parser([], lang), tuple(COMMANDS), "")}
    for name in COMMANDS:
        parser = command_parser(name, lang)
        first = next((each for each in parser._actions if not each.option_strings), None)
        words = tuple(map(str, first.choices)) if first is not None and first.choices is not None else ()
        shapes[name] = _shape(parser, words, COMMAND_HELP[name].say(lang))
    return shapes


def _shape(parser: argparse.ArgumentParser, words: tuple[str, ...], told: str) -> Shape:
    made = []
    for each in parser._actions:
        if each.option_strings and each.help != argparse.SUPPRESS:
            values = None if each.nargs == 0 else tuple(map(str, each.choices or ()))
            made.append(Option(tuple(each.option_strings), values, each.help or ""))
    return Shape(tuple(made), words, told)


def _bash(shapes: dict[str, Shape]) -> str:
    values, words = [], []
    for name, shape in shapes.items():
        for option in shape.options:
            if option.values is None:
                continue
            patterns = "|".join(f"{name}{each}" for each in option.names)
            found = " ".join(option.values)
            reply = f'COMPREPLY=($(compgen -W "{found}" -- "$cur"))' if found else 'COMPREPLY=($(compgen -f -- "$cur"))'
            values.append(f"    {patterns}) {reply}; return ;;")
        names = [each for option in shape.options for each in option.names]
        pattern = name or '""'
        words.append(f'    {pattern}) word="{" ".join([*shape.words, *names])}" ;;')
    return _BASH.format(values="\n".join(values), words="\n".join(words))


def _fish(shapes: dict[str, Shape]) -> Iterator[str]:
    yield "complete -c kakehashi -f"
    for name, shape in shapes.items():
        when = f"__fish_seen_subcommand_from {name}" if name else "__fish_use_subcommand"
        condition = f"complete -c kakehashi -n {shlex.quote(when)}"
        for word in shape.words:
            told = f" -d {_quoted(shapes[word].help)}" if not name else ""
            yield f"{condition} -a {word}{told}"
        for option in shape.options:
            yield f"{condition} {_fish_option(option)}"


def _fish_option(option: Option) -> str:
    names = " ".join(f"-l {each[2:]}" if each.startswith("--") else f"-s {each[1:]}" for each in option.names)
    takes = "" if option.values is None else f" -x -a '{' '.join(option.values)}'" if option.values else " -r -F"
    return f"{names}{takes} -d {_quoted(option.help)}"


def _quoted(text: str) -> str:
    """Return a text between single quotes as fish reads it, on one line."""
    escaped = " ".join(text.replace("%%", "%").split()).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
