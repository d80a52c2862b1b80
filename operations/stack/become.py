"""Give up root, then run a command in this process: `become.py UID GID PASS COMMAND…`, standard library only.

It is a program of its own because the change must happen between fork and exec, where no Python may run in a
process that has threads.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Sequence

PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
"""Linux: keep the rights over the change of user, and let access(2), which initdb asks, see them too."""
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE = 2, 1
"""Linux: to read and pass through every folder; where a container withholds that one, to write as well."""


def command(uid: int, gid: int, *, pass_everywhere: bool, argv: Sequence[str]) -> list[str]:
    """The command line that runs `argv` as another user, with the right to pass through folders if asked."""
    return [sys.executable, "-I", "-S", __file__, str(uid), str(gid), str(int(pass_everywhere)), *argv]


def become(uid: int, gid: int, *, pass_everywhere: bool) -> None:
    """Turn this process of root into one of `uid` and `gid` with no other group.

    Raises
    ------
    OSError
        When the kernel or the container withholds a right that this needs.
    """
    keep = pass_everywhere and sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True) if keep else None
    if libc:
        _check(libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if libc and not any(_keep_only(libc, right) for right in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)):
        raise PermissionError(1, "the right to pass through closed folders is withheld")


def _keep_only(libc: ctypes.CDLL, right: int) -> bool:
    mask = 1 << right
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    sets = struct.pack("6I", mask, mask, mask, 0, 0, 0)
    if libc.capset(header, sets) != 0:
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0) == 0)


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def main(arguments: Sequence[str]) -> None:
    uid, gid, pass_everywhere, *argv = arguments
    try:
        become(int(uid), int(gid), pass_everywhere=bool(int(pass_everywhere)))
        os.execv(argv[0], argv)  # noqa: S606 (no shell is wanted)
    except OSError as error:
        sys.exit(f"cannot run {argv[0]} as user {uid}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
