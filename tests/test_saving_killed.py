"""Whatever interrupts a save, the file holds the one network or the other, and never a mixture."""

import errno
import os
from pathlib import Path

import pytest
from fitted_networks import X, Y
from programs import printed_by

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp._files import atomic
from sklearn_deepmlp._files.atomic import write_atomically

KILLS = 50
# A parent forks a child that saves in a loop, and kills it a random time after its first save,
# again and again.
KILLED = """
import os, random, signal, sys, time
from sklearn_deepmlp import load
nets = [load(f"{number}.deepmlp") for number in (0, 1)]
random.seed(0)
nets[1].save("net.deepmlp")

def written():
    return os.stat("net.deepmlp").st_mtime_ns

def save_forever():
    while True:
        for net in nets:
            net.save("net.deepmlp")

for _ in range(int(sys.argv[1])):
    before = written()
    child = os.fork()
    if child == 0:
        try:
            save_forever()
        finally:
            os._exit(1)
    while written() == before:
        time.sleep(0.001)
    time.sleep(random.uniform(0.0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    load("net.deepmlp")
    print(open("net.deepmlp", "rb").read().hex()[:400])
"""
FILLED = """
import resource, signal, sys
from sklearn_deepmlp import load
net = load("large.deepmlp")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    net.save("net.deepmlp")
except OSError as error:
    print(error.errno, error.filename)
"""


def network(seed, sizes=(30, 30)):
    return DeepMLPClassifier(sizes, max_iter=1, random_state=seed).fit(X, Y)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks its children")
def test_after_a_kill_the_file_holds_one_network_or_the_other(tmp_path):
    beginnings = set()
    for number in (0, 1):
        network(number).save(tmp_path / f"{number}.deepmlp")
        beginnings.add((tmp_path / f"{number}.deepmlp").read_bytes().hex()[:400])
    found = printed_by(KILLED, str(KILLS), cwd=tmp_path).split()
    assert len(found) == KILLS
    assert set(found) == beginnings


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of this kind")
def test_a_disk_that_fills_up_leaves_the_file_as_it_was(tmp_path):
    network(0).save(tmp_path / "net.deepmlp")
    network(0, (100, 100)).save(tmp_path / "large.deepmlp")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    printed = printed_by(FILLED, cwd=tmp_path).split()
    assert printed == [str(errno.EFBIG), "net.deepmlp"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_write_leaves_nothing_behind(error, tmp_path, monkeypatch):
    (tmp_path / "net").write_bytes(b"before")

    def interrupted(descriptor):
        raise error("now")

    monkeypatch.setattr(atomic.os, "fsync", interrupted)
    with pytest.raises(error, match="now"):
        write_atomically(tmp_path / "net", b"after")
    assert [path.name for path in tmp_path.iterdir()] == ["net"]
    assert (tmp_path / "net").read_bytes() == b"before"


def test_devices_are_not_replaced():
    with pytest.raises(OSError, match=f"Not a regular file: '{os.devnull}'"):
        write_atomically(os.devnull, b"content")
    assert not Path(os.devnull).is_file()
