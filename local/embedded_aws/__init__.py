"""The embedded AWS: ministack in a process of its own, and the service's tables, queue, bucket and key in it.

`launcher.py` runs inside ministack's environment, with `disk_space`, `snapshots` and `write_watch`, which
import the standard library alone; the rest runs in the project's own.
"""
