"""Reads all channels of a file with pyedflib or MNE. Prints one JSON object."""
import json
import sys
import time

which, path = sys.argv[1:3]
if which == "pyedflib":
    import pyedflib

    t0 = time.perf_counter()
    with pyedflib.EdfReader(path) as file:
        signals = [file.readSignal(i) for i in range(file.signals_in_file)]
    seconds = time.perf_counter() - t0
    n = sum(len(signal) for signal in signals)
else:
    import mne

    mne.set_log_level("ERROR")
    t0 = time.perf_counter()
    raw = mne.io.read_raw_edf(path, preload=True)
    seconds = time.perf_counter() - t0
    n = raw._data.size
print(json.dumps({"seconds": seconds, "samples": int(n)}))
