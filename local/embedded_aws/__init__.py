"""The embedded AWS: ministack in a process of its own, and the service's tables, queue, bucket and key in it.

`launcher.py` runs inside ministack's environment and imports nothing of ours; the rest runs in the project's own.
"""
