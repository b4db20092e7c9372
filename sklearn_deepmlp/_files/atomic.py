"""Files that are replaced as a whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file beside its place, have it stored on the disk, and move it there.

    Whatever fails, an existing file is left unchanged. Symbolic links are followed. Permissions
    are those of the file that is replaced, or those that `open` gives to a new one.

    Parameters
    ----------
    path : str or path-like
        Where the file will be.
    data : bytes
        Its content.

    Raises
    ------
    OSError
        If it cannot be written; the path is in the message.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        _check_is_file(target)
        _write(beside, data)
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    finally:
        beside.unlink(missing_ok=True)  # after the move there is none
    _store_folder(target.parent)


def _check_is_file(target: Path) -> None:
    """Refuse to replace folders, devices and the like."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "Not a regular file")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _store_folder(folder: Path) -> None:
    """Have a new entry of a folder stored on the disk, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems refuse it for folders
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
