"""Connecting as a person does, with ZSC keys in files, and what a refused command says."""

from core.model.problems import PROBLEMS
from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands, Done


def says(done: Done, code: str, lang: str = "en") -> None:
    """The command ended on this problem, and said it."""
    text = PROBLEMS[code]
    message = (text.message.ja if lang == "ja" else text.message.en).split("{")[0]
    assert done.code == text.exit, done.err
    assert message in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def key_of(kakehashi: Commands, zoho: RunningSandbox, service: str, email: str = "") -> str:
    """A ZSC key for the sandbox, in a file."""
    values = {name: zoho.info[name] for name in ("client_id", "client_secret", "refresh_token")}
    email = email or zoho.info[service]["email"]
    done = kakehashi(
        "zsc-key", "new", "--service", service, "--email", email, "--accounts-url", zoho.info["base_url"],
        "--file", kakehashi.file("self-client.json", values),
    )  # fmt: skip
    assert done.code == 0, done.err
    return kakehashi.file(f"{service}.key", done.out)


def connect(kakehashi: Commands, zoho: RunningSandbox, *more: str, locked: bool = False, **emails: str) -> Done:
    """Connect with keys in files; ``more`` goes before."""
    if not locked:
        assert kakehashi("unlock", "--passphrase-file", "-", given="open sesame").code == 0
    words = list(more)
    for side in ("crm", "books"):
        words += [f"--{side}-email", emails.get(side) or zoho.info[side]["email"]]
        if f"--{side}-key-file" not in more:
            words += [f"--{side}-key-file", key_of(kakehashi, zoho, side)]
    return kakehashi("connect", *words)
