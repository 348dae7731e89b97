import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Recording } from '../recording.ts'
import { writeEdf } from './index.ts'

const PYTHON = process.env.NOCTURNE_PYTHON
const WITHOUT = PYTHON ? '' : ' (needs NOCTURNE_PYTHON, a python with mne and pyedflib)'

/** Opens a file with a library and prints what it found as JSON. */
const SCRIPT = `
import json, sys, warnings
warnings.simplefilter('error')
path, library = sys.argv[1:]
if library == 'mne':
    import mne
    read = mne.io.read_raw_bdf if path.endswith('bdf') else mne.io.read_raw_edf
    raw = read(path, preload=True, verbose='ERROR')
    values = [float(v) * 1e6 for v in raw.get_data()[0]]
    notes = [[float(a['onset']), float(a['duration']), a['description']] for a in raw.annotations]
    out = dict(labels=raw.ch_names, start=str(raw.info['meas_date'])[:19],
               values=values, notes=notes)
else:
    import pyedflib
    with pyedflib.EdfReader(path) as f:
        onset, duration, text = f.readAnnotations()
        values = [float(v) for v in f.readSignal(0)] if f.signals_in_file else []
        rows = zip(onset, duration, text)
        notes = [[float(a), max(0.0, float(b)), str(c)] for a, b, c in rows]
        out = dict(labels=f.getSignalLabels(), start=str(f.getStartdatetime())[:19],
                   values=values, notes=notes)
print(json.dumps(out))
`

type Found = {
  labels: string[]
  start: string
  values: number[]
  notes: [number, number, string][]
}

const SAMPLES = Float32Array.from({ length: 2560 }, (_, i) => ((i * 7919) % 3001) / 10 - 150)

const NIGHT: Recording = {
  startTime: '2024-03-02T22:15:30',
  durationS: 20,
  channels: ['EEG Fpz-Cz', 'EOG'].map((label) => ({
    label,
    unit: 'uV',
    rateHz: 128,
    samples: SAMPLES,
  })),
  annotations: [
    { onsetS: 0, durationS: 10, text: 'Sleep stage W' },
    { onsetS: 10, durationS: 10, text: 'Sleep stage N1' },
    { onsetS: 12.125, text: 'Übergang' },
  ],
}

function openedBy(library: 'mne' | 'pyedflib', name: string, bytes: Uint8Array): Found {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-edf-'))
  try {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const out = execFileSync(PYTHON!, ['-c', SCRIPT, path, library], { encoding: 'utf8' })
    return JSON.parse(out) as Found
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe.skipIf(!PYTHON)(`written files open in other readers${WITHOUT}`, () => {
  const notes = NIGHT.annotations.map((a) => [a.onsetS, a.durationS ?? 0, a.text])

  it.each([
    ['mne', 'EDF+', 'night.edf'],
    ['mne', 'BDF+', 'night.bdf'],
    ['pyedflib', 'EDF+', 'night.edf'],
    ['pyedflib', 'BDF+', 'night.bdf'],
  ] as const)('%s reads %s: labels, start, values, annotations', (library, format, name) => {
    const found = openedBy(library, name, writeEdf(NIGHT, { format }))
    expect(found.labels).toEqual(['EEG Fpz-Cz', 'EOG'])
    expect(found.start).toBe('2024-03-02 22:15:30')
    expect(found.values).toHaveLength(SAMPLES.length)
    for (const [i, value] of found.values.entries()) {
      expect(Math.abs(value - SAMPLES[i]!)).toBeLessThan(0.005)
    }
    expect(found.notes).toEqual(notes)
  })

  it('pyedflib reads a hypnogram of annotations only', () => {
    const bytes = writeEdf({ ...NIGHT, channels: [] })
    expect(openedBy('pyedflib', 'hypnogram.edf', bytes).notes).toEqual(notes)
  })
})
