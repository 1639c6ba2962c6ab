"""The terminal's driver: Textual's, with an input that survives bad bytes and an output that knows its pace."""

import os
import selectors
from codecs import getincrementaldecoder
from time import monotonic

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition, Key
from textual.message import Message

from tui.pacing import Pacer

READ_BYTES = 4096
POLL_SECONDS = 0.1


def decoder() -> "Decoder":
    """Return a decoder for what a terminal sends."""
    return Decoder()


class Decoder:
    """UTF-8 from a terminal, bytes that are none left out.

    Textual 8.2.8 decodes strictly: one byte of a legacy encoding, or half a character before a dropped line, ends its
    input thread and with it the keyboard.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="ignore").decode

    def feed(self, data: bytes) -> str:
        """Return the characters that are complete now."""
        return self._decode(data)


class TerminalDriver(LinuxDriver):
    """See the module's docstring."""

    pacer: Pacer

    def write(self, data: str) -> None:
        """Send, and count it."""
        self.pacer.sent(len(data) if data.isascii() else len(data.encode(errors="replace")))
        super().write(data)

    def end_frame(self) -> None:
        """Ask the terminal to say when it has shown everything up to here."""
        if question := self.pacer.ask(monotonic()):
            super().write(question)

    def may_paint(self) -> bool:
        """Return whether the line has room for a frame."""
        return self.pacer.clear(monotonic())

    def start_application_mode(self) -> None:
        """Start, or come back after a suspension: nothing is on its way."""
        self.pacer = Pacer()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def process_message(self, message: Message) -> None:
        """Keep the answers to our own questions; pass everything else on."""
        if isinstance(message, CursorPosition):
            self.pacer.answered()
            return
        if isinstance(message, Key):
            self.pacer.alive(monotonic())
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read keys until told to stop or the terminal is gone. Nothing that it sends ends this."""
        parser, decode = XTermParser(self._debug), decoder()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = selector.select(POLL_SECONDS)
                try:
                    if ready:
                        data = os.read(self.fileno, READ_BYTES)
                        if not data:
                            break
                        # Bytes that make no character yet are not told: to the parser no text means the end.
                        text = decode.feed(data)
                        for message in parser.feed(text) if text else ():
                            self.process_message(message)
                    for message in parser.tick():
                        self.process_message(message)
                except (ParseError, EOFError, ValueError):
                    parser = XTermParser(self._debug)
                except OSError:
                    break
        if not self.exit_event.is_set():
            # The terminal is gone and nobody can press a key any more; the agent works on.
            self._loop.call_soon_threadsafe(self._app.exit, 0)
