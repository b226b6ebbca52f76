"""Time and memory of the hot paths, each as a ratio to a floor that is measured in the same run.

`make bench` builds a school through actions, starts the real server on it and calls, in turn and again and again, our
endpoint, its floor and a naive equivalent. docs/contributing.md says how to run it and what the figures mean.
"""
