#!/usr/bin/python3
"""Runs a daemon on sockets of systemd-socket-activate; passes on TERM and HUP.

Arguments: `once`, for one daemon that has the sockets `mux` and `other` in its run directory, or `again`, for one on `mux` that is
started anew whenever it ends, as service managers do, its process id in the file `pid`; then its command line, the last word of
which is its run directory.
"""
import os
import signal
import subprocess
import sys

mode, command, run = sys.argv[1], sys.argv[2:], sys.argv[-1]
# The threads of the tests block signals.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
is_ending = False


def end(*_):
    global is_ending
    is_ending = True
    os.kill(child, signal.SIGTERM)


if mode == "inside":
    while not is_ending:
        child = os.fork()
        if child == 0:
            # The sockets are for the process in LISTEN_PID.
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.execv(command[0], command)
        signal.signal(signal.SIGTERM, end)
        with open(run + "/pid.new", "w") as file:
            print(child, file=file)
        os.rename(run + "/pid.new", run + "/pid")
        os.waitpid(child, 0)
    sys.exit()
names = ["mux", "other"] if mode == "once" else ["mux"]
if mode == "again":
    command = [os.path.abspath(__file__), "inside"] + command
# It closes all descriptors, which the parent of this process would take for its end.
process = subprocess.Popen(["systemd-socket-activate"] + ["--listen=" + run + "/" + name for name in names] + command)
child = process.pid
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGHUP, lambda *_: os.kill(child, signal.SIGHUP))
sys.exit(process.wait())
