"""Runs a command that does not outlive the program that asked for it.

Usage: keeper.py COMMAND [ARGUMENT]...

The command gets a session of its own, so that all its processes can be ended together. They are ended when standard
input closes, which the system does however the other end's program goes: done, interrupted or killed.
"""

import os
import signal
import subprocess
import sys
import threading
import time

PATIENCE = 5  # seconds between asking a command to end and making it


def main(command):
    # Ctrl-C reaches the whole foreground; what it means here is told by standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=end_with_input, args=(child,), daemon=True).start()
    status = child.wait()
    send(child, signal.SIGKILL)  # to what the command has left running
    sys.exit(status if status >= 0 else 128 - status)


def end_with_input(child):
    while os.read(0, 4096):
        pass
    send(child, signal.SIGTERM)
    time.sleep(PATIENCE)
    send(child, signal.SIGKILL)


def send(child, number):
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
