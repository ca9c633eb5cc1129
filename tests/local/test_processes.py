"""Processes of the stack: none outlives its parent, and a taken port is seen."""

import os
import socket
import subprocess
import sys

import pytest

from local.processes import ROOT, PartFailed, free_ports, is_alive, is_free, start, stop, wait_until

ENVIRONMENT = {"PATH": os.environ["PATH"]}
INTERRUPTED_ALL_THE_TIME = """
import os, signal
from local.processes import StopSignal
stopping = StopSignal()
signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
for _ in range(20_000):
    stopping.wait(0)
print("asked to stop" if stopping.wait() else "not asked", flush=True)
"""
PART = "from local.processes import end_with_parent; import signal; end_with_parent(); {before}; signal.pause()"


def part(before: str = "print('on', flush=True)") -> list[str]:
    return [sys.executable, "-c", PART.format(before=before)]


class TestPorts:
    def test_free_ports_are_all_different(self):
        assert len(set(free_ports(20))) == 20

    def test_a_port_in_use_is_not_free(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            assert not is_free(server.getsockname()[1])


class TestParts:
    def test_a_part_ends_when_its_parent_is_killed(self):
        """A parent that starts a part, is killed, and leaves us its pipe: the pipe ends when the part does."""
        program = f"import local.processes as p, time; p.start({part()!r}, {ENVIRONMENT!r}); time.sleep(60)"
        parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"on\n"
        parent.kill()
        parent.wait()

        assert parent.stdout.read() == b""
        parent.stdout.close()

    def test_a_part_that_does_not_want_to_stop_is_killed(self):
        stubborn = "signal.signal(signal.SIGTERM, lambda *_: None); print('on', flush=True)"
        program = PART.format(before=stubborn).replace("signal.pause()", "[signal.pause() for _ in range(99)]")
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()

        stop(process, within_seconds=0.2)

        assert not is_alive(process.pid)
        process.stdout.close()

    def test_a_process_that_exits_early_is_reported_at_once(self):
        process = start([sys.executable, "-c", "raise SystemExit(3)"], ENVIRONMENT)

        with pytest.raises(PartFailed, match="The thing ended with exit code 3 while starting"):
            wait_until(lambda: False, process, "The thing", seconds=30)


class TestStopSignal:
    def test_a_signal_that_interrupts_the_waiting_itself_stops_the_process(self):
        command = [sys.executable, "-c", INTERRUPTED_ALL_THE_TIME]

        done = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, timeout=60)

        assert done.stdout == "asked to stop\n"
