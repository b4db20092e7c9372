"""Each extra suffices for what it is for: its round trip in an environment with nothing else.

``python tests/fresh_environments.py [extra ...]`` tries the extras that are named, or all.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from round_trips import ROUND_TRIPS

ROOT = Path(__file__).parents[1]


def try_extra(extra):
    """Install the package with an extra, and run its round trip, in a folder that is removed."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        python = str(Path(folder, scripts, "python"))
        install = [python, "-m", "pip", "install", "--quiet", f"{ROOT}[{extra}]"]
        subprocess.run([*install, "-c", str(ROOT / "constraints.txt")], check=True)
        # Without PYTHONPATH, so that it imports what was installed.
        environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
        trip = [python, str(ROOT / "tests" / "round_trips.py"), extra]
        subprocess.run(trip, check=True, cwd=folder, env=environment)


if __name__ == "__main__":
    for name in sys.argv[1:] or ROUND_TRIPS:
        print(f"{name} …", flush=True)
        try_extra(name)
    print("all suffice")
