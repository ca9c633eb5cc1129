"""Measures this tree against another commit, in alternation on the same machine.

`revisions` checks the other commit out and installs its environment. `figures` names the probe of each figure and its
limits; a `prober` runs a probe of `probes/` on the code and in the environment of one side. `suite` times the tests,
which need no probe. `verdicts` compares the medians with the limits.
"""
