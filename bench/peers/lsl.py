"""Offers or receives a stream by liblsl, as fast as it goes or one sample every 4 ms.

lsl.py offer NAME fast SAMPLES | lsl.py offer NAME slow SAMPLES
lsl.py receive NAME fast|slow SAMPLES -> seconds from first to last sample, and the delays of single ones
"""
import json
import sys
import time

import pylsl

CHANNELS = 32


def offer(name, speed, samples):
    info = pylsl.StreamInfo(name, 'EEG', CHANNELS, 1000, 'float32', name)
    outlet = pylsl.StreamOutlet(info, chunk_size=0, max_buffered=3600)
    print('offered', flush=True)
    assert outlet.wait_for_consumers(30)
    if speed == 'fast':
        import numpy
        chunk = numpy.random.rand(500, CHANNELS).astype('float32')
        for _ in range(samples // 500):
            outlet.push_chunk(chunk)
    else:
        due = time.perf_counter()
        for _ in range(samples):
            due += 0.004
            time.sleep(max(0, due - time.perf_counter()))
            outlet.push_sample([1.0] * CHANNELS)
    sys.stdin.readline()


def receive(name, speed, samples):
    import numpy
    inlet = pylsl.StreamInlet(pylsl.resolve_byprop('name', name, timeout=30)[0], max_buflen=3600)
    inlet.open_stream(timeout=30)
    buffer = numpy.empty((4096, CHANNELS), dtype='float32')
    got, delays, first, now = 0, [], None, 0
    while got < samples:
        if speed == 'fast':
            _, times = inlet.pull_chunk(timeout=0.001, max_samples=4096, dest_obj=buffer)
        else:
            times = [inlet.pull_sample(timeout=5)[1]]
        if not times:
            continue
        now = pylsl.local_clock()
        first = first or now
        got += len(times)
        delays.append(now - times[-1])
    print(json.dumps(dict(seconds=now - first, samples=got, delays=delays)), flush=True)


if sys.argv[1] == 'offer':
    offer(sys.argv[2], sys.argv[3], int(sys.argv[4]))
else:
    receive(sys.argv[2], sys.argv[3], int(sys.argv[4]))
