import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { describeProblem, type Result } from '@nocturne/core/math'
import { describe, expect, it } from 'vitest'
import { lslClockS } from './clock.ts'
import { findStreams } from './discovery.ts'
import { fullInfo, openInlet } from './inlet.ts'
import { type LslOutlet, openOutlet } from './outlet.ts'
import { channelsElement, describedChannels, type LslFormat } from './stream-info.ts'
import { measureOffset } from './time-sync.ts'

const PYTHON = process.env.NOCTURNE_PYTHON_LSL
const WITHOUT = PYTHON ? '' : ' (needs NOCTURNE_PYTHON_LSL, a python with pylsl)'

/** Offers a stream; when somebody has come, pushes a sample, a chunk and two late samples. */
const OUTLET = `
import sys, time, pylsl
name, fmt, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])
info = pylsl.StreamInfo(name, 'EEG', 3, rate, fmt, 'peer-' + name)
channels = info.desc().append_child('channels')
for label in ['Fz', 'Cz', 'E1 <l>']:
    channel = channels.append_child('channel')
    channel.append_child_value('label', label)
    channel.append_child_value('unit', 'microvolts')
outlet = pylsl.StreamOutlet(info)
print('offered', flush=True)
assert outlet.wait_for_consumers(20)
rows = [[10 * i + k for k in range(3)] for i in range(5)]
row = (lambda r: [str(v) for v in r]) if fmt == 'string' else (lambda r: r)
outlet.push_sample(row([1, -2, 100]), 1000.0)
outlet.push_chunk([row(r) for r in rows], 1002.0)
outlet.push_sample(row([7, 8, 9]), 1005.5)
outlet.push_sample(row([7, 8, 9]))
print('now %.9f' % pylsl.local_clock(), flush=True)
sys.stdin.readline()
`

/** Receives a stream and prints what it is and what came. */
const INLET = `
import json, sys, pylsl
name, count = sys.argv[1], int(sys.argv[2])
streams = pylsl.resolve_byprop('name', name, timeout=20)
inlet = pylsl.StreamInlet(streams[0])
info = inlet.info()
channel = info.desc().child('channels').child('channel')
inlet.open_stream(timeout=20)
correction = inlet.time_correction(timeout=20)
print(json.dumps(dict(label=channel.child_value('label'), rate=info.nominal_srate(),
    type=info.type(), source=info.source_id(), correction=correction)), flush=True)
values, times = [], []
while len(times) < count:
    sample, at = inlet.pull_sample(timeout=20)
    values.append(sample)
    times.append(at)
print(json.dumps(dict(values=values, times=times)), flush=True)
`

/** A python running a script; its lines come one by one. */
function python(script: string, args: readonly string[]) {
  const child = spawn(PYTHON!, ['-c', script, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    line: async (): Promise<string> => String((await lines.next()).value),
    end: (): void => {
      child.kill()
    },
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeProblem(result.problem))
  return result.value
}

async function until(condition: () => boolean): Promise<void> {
  for (let k = 0; k < 2000 && !condition(); k++) await new Promise((go) => setTimeout(go, 10))
  expect(condition()).toBe(true)
}

/** A few every time, every format at night. */
const CASES: readonly (readonly [LslFormat, number])[] = [
  ...(['float32', 'double64', 'int16'] as const).map((format) => [format, 100] as const),
  ...(['float32', 'string'] as const).map((format) => [format, 0] as const),
  ...(process.env.NOCTURNE_NIGHTLY
    ? (['int32', 'int8', 'int64', 'string'] as const).map((format) => [format, 100] as const)
    : []),
]

describe.skipIf(!PYTHON)(`liblsl’s own streams${WITHOUT}`, () => {
  it.each(CASES)('of %s at %s Hz are received, times and all', async (format, rateHz) => {
    const name = `Theirs-${format}-${rateHz}-${process.pid}`
    const peer = python(OUTLET, [name, format, String(rateHz)])
    try {
      expect(await peer.line()).toBe('offered')
      const [found] = await findStreams(`name='${name}'`, { peers: ['127.0.0.1'] })
      const info = must(await fullInfo(found!))
      expect(info).toMatchObject({ type: 'EEG', channelCount: 3, rateHz, format, version: 110 })
      expect(describedChannels(info)[2]).toEqual({ label: 'E1 <l>', unit: 'microvolts' })
      const times: number[] = []
      const values: (number | string)[] = []
      const onSamples = (samples: {
        timestampsS: Float64Array
        values: ArrayLike<number | string>
      }): void => {
        times.push(...samples.timestampsS)
        values.push(...Array.from(samples.values))
      }
      const inlet = must(await openInlet(info, { onSamples, onEnd: () => undefined }))
      const now = Number((await peer.line()).slice(4))
      await until(() => times.length === 8)
      const rows = Array.from({ length: 5 }, (_, i) => [10 * i, 10 * i + 1, 10 * i + 2])
      const expected = [1, -2, 100, ...rows.flat(), 7, 8, 9, 7, 8, 9]
      expect(values).toEqual(format === 'string' ? expected.map(String) : expected)
      const step = rateHz > 0 ? 1 / rateHz : 0
      const exact = [1000, ...[4, 3, 2, 1, 0].map((k) => 1002 - k * step), 1005.5]
      for (const [k, at] of exact.entries()) expect(times[k]).toBeCloseTo(at, 6)
      const offset = await measureOffset(info.address, info.timePort)
      expect(Math.abs(offset!.offsetS)).toBeLessThan(0.05)
      expect(Math.abs(times[7]! - now)).toBeLessThan(0.5)
      inlet.close()
    } finally {
      peer.end()
    }
  })
})

async function ours(format: LslFormat, rateHz: number): Promise<LslOutlet> {
  const channels = ['Fz', 'Cz', 'Pz'].map((label) => ({ label, unit: 'uV', type: 'EEG' }))
  const name = `Ours-${format}-${rateHz}-${process.pid}`
  const stream = { name, type: 'EEG', channelCount: 3, rateHz, format, sourceId: 'bed-1' }
  return must(await openOutlet({ ...stream, description: [channelsElement(channels)] }))
}

describe.skipIf(!PYTHON)(`our streams, received by liblsl${WITHOUT}`, () => {
  it.each(CASES)('of %s at %s Hz: samples, a chunk, and times', async (format, rateHz) => {
    const outlet = await ours(format, rateHz)
    const peer = python(INLET, [outlet.info.name, format === 'string' ? '2' : '5'])
    try {
      const said = JSON.parse(await peer.line())
      expect(said).toMatchObject({ label: 'Fz', rate: rateHz, type: 'EEG', source: 'bed-1' })
      expect(Math.abs(said.correction)).toBeLessThan(0.05)
      const nowS = lslClockS()
      if (format === 'string') {
        outlet.push(['stage N3', '', 'é'.repeat(200)], 2000)
        outlet.push(['a', 'b', 'c'])
      } else {
        outlet.push([1, -2, 100], 2000)
        const columns = [0, 1, 2].map((k) => Float32Array.of(k, 10 + k, 20 + k))
        outlet.pushColumns(columns, 2001)
        outlet.push([4, 5, 6])
      }
      const { values, times } = JSON.parse(await peer.line())
      expect(times.at(-1) - nowS).toBeGreaterThanOrEqual(0)
      expect(times.at(-1) - nowS).toBeLessThan(0.5)
      if (format === 'string') {
        expect(values).toEqual([
          ['stage N3', '', 'é'.repeat(200)],
          ['a', 'b', 'c'],
        ])
        expect(times[0]).toBe(2000)
        return
      }
      expect(values).toEqual([
        [1, -2, 100],
        [0, 1, 2],
        [10, 11, 12],
        [20, 21, 22],
        [4, 5, 6],
      ])
      const step = rateHz > 0 ? 1 / rateHz : 0
      const exact = [2000, 2001 - 2 * step, 2001 - step, 2001]
      for (const [k, at] of exact.entries()) expect(times[k]).toBeCloseTo(at, 6)
    } finally {
      peer.end()
      await outlet.close()
    }
  })
})
