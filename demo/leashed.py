"""The holder's end of a leash: a command that cannot outlive us."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")


class Leashed:
    """A running command. It ends with `stop()`, and by itself if this process ends in any way.

    :param user: uid and gid to run as; only root can ask for that
    :param grace: seconds between the stop signal and SIGKILL
    :param inherit: open descriptors that the command keeps
    :param remove: a folder that is deleted once the command has ended
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        user: tuple[int, int] | None = None,
        stop_signal: str = "TERM",
        grace: float = 5.0,
        inherit: Sequence[int] = (),
        remove: Path | None = None,
    ) -> None:
        arguments = ["--stop-signal", stop_signal, "--grace", str(grace)]
        if user is not None:
            arguments += ["--user", f"{user[0]}:{user[1]}"]
        if remove is not None:
            arguments += ["--remove", str(remove)]
        self._grace = grace
        self._ours, theirs = socket.socketpair()
        with theirs, log.open("ab") as output:
            self._leash: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-I", "-S", LEASH, *arguments, "--", *command],
                stdin=theirs.fileno(),
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=env,
                pass_fds=tuple(inherit),
                # Ctrl-C in the terminal is for the holder, which then ends its commands in order.
                start_new_session=True,
            )
        self.leash_pid = self._leash.pid
        self.pid = self._hear_pid()

    def ended(self) -> int | None:
        """The exit code if the command has ended (128 + signal if a signal did it), else None."""
        code = self._leash.poll()
        if code is None:
            return None
        self._ours.close()
        if code < 0:
            self._end_group()
            return 128 - code
        return code

    def wait(self) -> int:
        """Wait until the command has ended by itself; returns its exit code."""
        self._leash.wait()
        code = self.ended()
        assert code is not None
        return code

    def stop(self) -> int:
        """End the command and whatever it started; returns its exit code. Doing it twice changes nothing."""
        self._ours.close()
        try:
            self._leash.wait(timeout=self._grace + 10)
        except subprocess.TimeoutExpired:
            self.kill()
        code = self.ended()
        assert code is not None
        return code

    def kill(self) -> None:
        """End the command and its group at once, with no chance to tidy up."""
        self._leash.kill()
        self.wait()

    def _hear_pid(self) -> int:
        heard = self._ours.recv(32)
        if not heard:
            code = self._leash.wait()
            raise ChildProcessError(f"the leash of a command ended with code {code} before the command began")
        return int(heard)

    def _end_group(self) -> None:
        """For when the leash itself was killed: Linux has then killed the command, but not what the command started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
