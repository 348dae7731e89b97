"""Person-days per CPU-second of Arcascope's circadian (PyPI), as one JSON object: one person, and a
thousand people who share one light. Usage: circadian_models.py DAYS"""
import json
import sys
import time
from importlib.metadata import version

import numpy as np
from circadian.models import Forger99, Hannay19, Jewett99

RUNS = 3


def rate(model, hours, lux, people):
    start = np.array(model._default_initial_condition)
    if people > 1:
        start = np.repeat(start[:, None], people, axis=1)
    seconds = []
    for _ in range(RUNS):
        before = time.process_time()
        model.integrate(hours, initial_condition=start, input=lux)
        seconds.append(time.process_time() - before)
    return people * (hours[-1] - hours[0]) / 24 / min(seconds)


days = int(sys.argv[1])
hours = np.arange(0, 24 * days, 0.1)
lux = np.where((hours % 24 >= 7) & (hours % 24 < 23), 150.0, 0.0)
found = {"version": version("circadian")}
for name, maker in (("jewett99", Jewett99), ("forger99", Forger99), ("hannay19", Hannay19)):
    one = rate(maker(), hours, lux, 1)
    shared = rate(maker(), hours, lux, 1000)
    found[name] = {"one": one, "sharedThousand": shared}
print(json.dumps(found))
