"""Packages of npm that tests run beside, installed once for each lock file."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def installed(beside: Path) -> Path:
    """A folder with the packages of the lock file in `beside`."""
    lock = (beside / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reveille"
    folder = cache / f"{beside.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=cache))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(beside / name, made)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=made, check=True, capture_output=True)
        try:
            made.rename(folder)
        except OSError:  # another run has just installed it
            shutil.rmtree(made)
    return folder
