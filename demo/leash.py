"""Runs one command on a leash: whatever becomes of the one who holds it, the command and all that it started are gone.

    python -m demo.leash [--stop-signal TERM] [--grace 5] [--user UID:GID] [--remove FOLDER] -- CMD...

The holder keeps the other end of standard input (`demo.leashed` does). When that ends, even because the holder was
killed with SIGKILL, the command gets the stop signal, and after the grace (seconds) it and its whole family are
killed. When the command ends by itself, what it left behind is killed. The leash then ends with the command's exit
code (128 + number of the signal that ended it). If standard input is a socket, the command's pid is written to it.

Kept small and free of imports, so that it starts in a few milliseconds and runs under `python -I -S`.
"""

import contextlib
import ctypes
import os
import select
import signal
import stat
import sys
import time
from typing import NoReturn

HOLDER = 0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LET_GO = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
CANNOT_RUN = 127


def main(arguments: list[str]) -> int:
    options, command = read_arguments(arguments)
    if sys.platform == "linux":
        # Orphans of the command, also those in a session of their own, come back to the leash, which can then end them.
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    wake = signals_as_bytes()
    child = start(command, user=options.get("--user"))
    tell_holder(child)
    stop_signal = signal.Signals[f"SIG{options.get('--stop-signal', 'TERM')}"]
    code = watch(child, wake=wake, stop_signal=stop_signal, grace=float(options.get("--grace", "5")))
    end_family(child)
    if "--remove" in options:
        remove(options["--remove"])
    return code


def read_arguments(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    if "--" not in arguments or arguments[-1] == "--":
        raise SystemExit(
            "usage: leash [--stop-signal NAME] [--grace SECONDS] [--user UID:GID] [--remove FOLDER] -- CMD..."
        )
    cut = arguments.index("--")
    named = arguments[:cut]
    return dict(zip(named[::2], named[1::2], strict=True)), arguments[cut + 1 :]


def prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) was refused")


def signals_as_bytes() -> int:
    """A descriptor that gets one byte per signal, so that one select() waits for signals and for the holder."""
    wake, write = os.pipe()
    os.set_blocking(write, False)
    for number in (signal.SIGCHLD, *LET_GO):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(write)
    return wake


def start(command: list[str], *, user: str | None) -> int:
    leash = os.getpid()
    # A stop signal that comes before the command has begun must end it, not vanish in a handler of ours.
    signal.pthread_sigmask(signal.SIG_BLOCK, LET_GO)
    child = os.fork()
    if child == 0:
        try:
            become_command(command, user=user, leash=leash)
        except OSError as refusal:
            os.write(2, f"cannot run {command[0]}: {refusal}\n".encode())
        finally:
            os._exit(CANNOT_RUN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, LET_GO)
    return child


def become_command(command: list[str], *, user: str | None, leash: int) -> NoReturn:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), HOLDER)
    if user:
        uid, gid = (int(part) for part in user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # A change of user forgets the wish to die with the parent, so it is made after that.
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != leash:
            raise OSError("the leash was gone before the command began")
    for number in (signal.SIGPIPE, signal.SIGCHLD, *LET_GO):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, LET_GO)
    os.execvp(command[0], command)  # noqa: S606  (no shell is wanted: the command must be our own child)


def tell_holder(child: int) -> None:
    if stat.S_ISSOCK(os.fstat(HOLDER).st_mode):
        try:
            os.write(HOLDER, f"{child}\n".encode())
        except OSError:
            return  # The holder is gone already; watch() sees that at once.


def watch(child: int, *, wake: int, stop_signal: int, grace: float) -> int:
    """Wait until the command has ended, or has been asked to and let its grace pass."""
    deadline: float | None = None
    while True:
        code = code_if_ended(child)
        if code is not None:
            return code
        if deadline is None:
            if not let_go(wake):
                continue
            os.kill(child, stop_signal)
            deadline = time.monotonic() + grace
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return 128 + signal.SIGKILL
        if select.select([wake], [], [], remaining)[0]:
            os.read(wake, 64)


def let_go(wake: int) -> bool:
    """Sleep until something happens; true if it was the holder leaving or a signal to end."""
    readable, _, _ = select.select([HOLDER, wake], [], [])
    if wake in readable and set(os.read(wake, 64)) & set(LET_GO):
        return True
    return HOLDER in readable and holder_left()


def holder_left() -> bool:
    try:
        return os.read(HOLDER, 64) == b""
    except ConnectionResetError:
        return True


def code_if_ended(child: int) -> int | None:
    """The exit code of the command if it has ended; orphans that came back to the leash are laid to rest by the way."""
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return None
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def end_family(child: int) -> None:
    """Kill the command's process group, then whoever left that group, until the leash has no child any more."""
    # With nobody left in the group this is "no such process", or on macOS "not permitted".
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    while True:
        for pid in children_of(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def children_of(parent: int) -> list[int]:
    """Linux only; elsewhere empty, and there the process group has to do."""
    found = []
    for name in os.listdir("/proc") if sys.platform == "linux" else ():  # noqa: PTH208  (pathlib takes too long to import)
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat_line:  # noqa: PTH123  (the same)
                    fields = stat_line.read().rpartition(b")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == parent:
                found.append(int(name))
    return found


def remove(folder: str) -> None:
    import shutil  # Only here: its import would double the time that a leash takes to start.

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
