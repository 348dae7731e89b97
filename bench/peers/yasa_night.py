"""YASA reads a night: the same work as `nocturne night`, phase by phase. Prints one JSON object."""
import json
import resource
import sys
import time

t0 = time.perf_counter()
import mne  # noqa: E402
import numpy as np  # noqa: E402
import yasa  # noqa: E402

t1 = time.perf_counter()
path, eeg, loc, roc, emg = sys.argv[1:6]
mne.set_log_level("ERROR")
raw = mne.io.read_raw_edf(path, include=[eeg, loc, roc, emg], preload=True)
t2 = time.perf_counter()
staging = yasa.SleepStaging(raw, eeg_name=eeg, eog_name=loc, emg_name=emg)
hypno = staging.predict()
hypno = hypno.as_int().to_numpy() if hasattr(hypno, "as_int") else yasa.hypno_str_to_int(hypno)
t3 = time.perf_counter()
sf = raw.info["sfreq"]
data = raw.get_data(units="uV")
names = raw.ch_names
samples = yasa.hypno_upsample_to_data(hypno, 1 / 30, data[names.index(eeg)], sf)
spindles = yasa.spindles_detect(data[names.index(eeg)], sf, hypno=samples, include=(1, 2, 3))
waves = yasa.sw_detect(data[names.index(eeg)], sf, hypno=samples, include=(2, 3), coupling=True)
rems = yasa.rem_detect(data[names.index(loc)], data[names.index(roc)], sf, hypno=samples, include=4)
t4 = time.perf_counter()
statistics = yasa.Hypnogram.from_integers(hypno).sleep_statistics()
yasa.bandpower(data[[names.index(eeg)]], sf, hypno=samples)
t5 = time.perf_counter()
print(
    json.dumps(
        {
            "importS": t1 - t0,
            "readS": t2 - t1,
            "stageS": t3 - t2,
            "eventsS": t4 - t3,
            "statisticsS": t5 - t4,
            "totalS": t5 - t0,
            "maxRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "epochs": int(np.size(hypno)),
            "spindles": 0 if spindles is None else len(spindles.summary()),
            "slowWaves": 0 if waves is None else len(waves.summary()),
            "rems": 0 if rems is None else len(rems.summary()),
            "tstMin": float(statistics["TST"]),
        }
    )
)
