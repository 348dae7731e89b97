import { describe, expect, it } from 'vitest'
import {
  commandsOf,
  LOOP_HZ,
  LOOP_START_MS,
  loopHeader,
  runLoop,
  steadyStager,
} from '#test/made-up-loop.ts'
import { cos, PI } from '../../math/elementary.ts'
import { phaseError } from '../phase/phase.ts'
import { localOffsets } from './local-offsets.ts'
import { localMinuteAt } from './night-clock.ts'
import { nightMontage } from './night-montage.ts'
import { PARAMETERS, readRelease, shippedRelease } from './release.ts'

const MINUTES = 9

describe('a night of deep sleep', () => {
  const told = runLoop({ minutes: MINUTES })
  const commands = commandsOf(told)

  it('is met with clicks, each a lease with an end, none before four minutes of sleep (N23, N66)', () => {
    expect(commands.length).toBeGreaterThan(20)
    for (const { lease, level } of commands) {
      expect(lease.notAfterMs - lease.issuedAtMs).toBeLessThanOrEqual(5000)
      expect(lease.notAfterMs).toBeGreaterThan(lease.issuedAtMs)
      expect(lease.fallback).toBe('natural')
      expect(level).toBeLessThanOrEqual(lease.maxLevel)
    }
    expect(commands[0]!.lease.issuedAtMs).toBeGreaterThan(240_000)
  })

  it('gives a reason for every moment at which a sound was possible (N86)', () => {
    const decisions = told.flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'decision' ? [event.decision] : [])),
    )
    expect(decisions.length).toBeGreaterThan(MINUTES * 60 * 0.5)
    expect(decisions.filter(({ allowed }) => allowed).length).toBe(commands.length)
    for (const { allowed, code, rule } of decisions) {
      expect(code === 'ALLOWED').toBe(allowed)
      expect(rule.length).toBeGreaterThan(0)
    }
  })

  it('is the same to the last bit when it is run again (N87)', () => {
    expect(runLoop({ minutes: MINUTES })).toEqual(told)
  })

  it('plans each sound for a moment after the piece that asked for it', () => {
    for (const { input, events } of told) {
      for (const event of events) {
        if (event.kind !== 'command' || input.kind !== 'samples') continue
        const end = input.first + input.columns[0]!.length
        expect(event.heardAt).toBeGreaterThanOrEqual(end - 1 + 0.05 * LOOP_HZ)
        expect(event.heardAt).toBeLessThan(end + 0.5 * LOOP_HZ)
      }
    }
  })

  it('aims as well in pieces of a quarter of a second, from fewer chances', () => {
    const coarse = commandsOf(runLoop({ minutes: MINUTES, pieceSamples: 32 }))
    expect(coarse.length).toBeGreaterThan(0.6 * commands.length)
    const wanted = coarse.map(({ targetRad }) => targetRad)
    const error = phaseError(
      coarse.map(({ predictedRad }) => predictedRad),
      wanted,
    )
    expect(Math.abs(error.biasRad)).toBeLessThan(0.2)
  })
})

describe('the level of a night', () => {
  /** How often the level rose in a night whose clicks are answered by a deep trough. */
  const rises = (evokedTargetUv: number): number => {
    let heardAt = Number.NEGATIVE_INFINITY
    const release = shippedRelease()
    const parameters = { ...release.parameters, evokedTargetUv }
    const told = runLoop({
      minutes: 16,
      header: loopHeader({ release: { ...release, parameters } }),
      hears: (command) => {
        heardAt = command.heardAt
      },
      bend: (x, n) => {
        const part = ((n - heardAt) / LOOP_HZ - 0.3) / 0.5
        return part > 0 && part < 1 ? x - 30 * (1 - cos(2 * PI * part)) : x
      },
    })
    const events = told.flatMap((step) => step.events)
    return events.filter((event) => event.kind === 'level' && event.why === 'quiet').length
  }

  it('stays where the brain answers, but in a trial, whose arm it would tell (N80)', () => {
    expect(rises(PARAMETERS.evokedTargetUv.value)).toBeLessThanOrEqual(1)
    expect(rises(PARAMETERS.evokedTargetUv.to)).toBeGreaterThanOrEqual(3)
  })
})

describe('letting go', () => {
  const stopAtMs = 8 * 60_000 + 5_000

  it('a stop by the sleeper silences at once and for the night (N55)', () => {
    const input = { kind: 'stop', atMs: stopAtMs, by: 'button' } as const
    const told = runLoop({ minutes: MINUTES, words: [{ atMs: stopAtMs, input }] })
    const at = told.findIndex(({ input: each }) => each.kind === 'stop')
    expect(commandsOf(told.slice(0, at)).length).toBeGreaterThan(0)
    expect(commandsOf(told.slice(at)).length).toBe(0)
    expect(told[at]!.events.some((e) => e.kind === 'note' && e.note.kind === 'mode')).toBe(true)
  })

  it('a consent that ends in the middle of a train ends the sounds within one lease (N11)', () => {
    const told = runLoop({ minutes: MINUTES, consentMs: stopAtMs })
    const commands = commandsOf(told)
    expect(commands.length).toBeGreaterThan(0)
    for (const { lease, heardAt } of commands) {
      expect(lease.issuedAtMs).toBeLessThan(stopAtMs)
      expect((heardAt * 1000) / LOOP_HZ).toBeLessThan(stopAtMs + 5000)
    }
  })

  it('no word of a facility starts, raises or widens; its natural ends everything, and so does guidance (N22)', () => {
    for (const say of ['natural', 'guidance'] as const) {
      const input = { kind: 'facility', atMs: 0, word: { say, reason: 'drill' } } as const
      const told = runLoop({ minutes: MINUTES, words: [{ atMs: stopAtMs, input }] })
      const at = told.findIndex(({ input: each }) => each.kind === 'facility')
      expect(commandsOf(told.slice(0, at)).length).toBeGreaterThan(0)
      expect(commandsOf(told.slice(at)).length).toBe(0)
      const fell = { kind: 'mode', from: 'control', to: say, code: 'FACILITY' }
      const notes = told[at]!.events.flatMap((each) => (each.kind === 'note' ? [each.note] : []))
      expect(notes).toContainEqual(fell)
    }
  })

  it('a signal of nothing, of missing samples or at its limits never triggers (N49)', () => {
    const never = [
      () => 0,
      () => Number.NaN,
      (_: number, n: number) => 500 * Math.sign(cos(n / 20)),
    ]
    for (const bend of never) expect(commandsOf(runLoop({ minutes: 8.5, bend })).length).toBe(0)
  })

  it('without a stager, and in light sleep, nothing acts (N66)', () => {
    expect(commandsOf(runLoop({ minutes: 8.5, stager: undefined })).length).toBe(0)
    const light = steadyStager([0.2, 0.6, 0.1, 0.05, 0.05])
    expect(commandsOf(runLoop({ minutes: 8.5, stager: light })).length).toBe(0)
  })

  it('an unmeasured or unsteady delay to the ear lets nothing sound (N38)', () => {
    const latency = { kind: 'latency', atMs: 0, meanMs: 50, sdMs: 25 } as const
    const told = runLoop({ minutes: 8.5, words: [{ atMs: 1, input: latency }] })
    expect(commandsOf(told).length).toBe(0)
  })
})

describe('waking', () => {
  const wakeMs = LOOP_START_MS + 7 * 60_000
  const wakes = (probabilities: readonly number[]): number[] =>
    commandsOf(
      runLoop({
        minutes: 8,
        header: loopHeader({ wakeMs }),
        stager: steadyStager(probabilities),
      }),
    )
      .filter(({ lease }) => lease.action === 'wake')
      .map(({ lease }) => lease.issuedAtMs)

  it('out of deep sleep comes at its time and not before, and again until it is stopped (N75)', () => {
    const rings = wakes([0.01, 0.02, 0.07, 0.88, 0.02])
    expect(rings[0]).toBeGreaterThanOrEqual(420_000)
    expect(rings[0]).toBeLessThan(422_000)
    expect(rings.length).toBeGreaterThan(2)
  })

  it('out of light sleep comes within the window', () => {
    const rings = wakes([0.3, 0.5, 0.1, 0.05, 0.05])
    expect(rings[0]).toBeLessThan(400_000)
  })
})

describe('what a night starts from', () => {
  it('a release is read strictly: names, bounds, what is not named as shipped', () => {
    const read = readRelease('{"name":"a","version":"2","parameters":{"targetDeg":-30}}')
    expect(read.ok && read.value.parameters.targetDeg).toBe(-30)
    expect(read.ok && read.value.parameters.pauseMs).toBe(PARAMETERS.pauseMs.value)
    for (const [text, code] of [
      ['', 'RELEASE_SHAPE'],
      ['[]', 'RELEASE_SHAPE'],
      ['{"name":"a","version":"2","parameters":{"loudness":3}}', 'RELEASE_PARAMETER'],
      ['{"name":"a","version":"2","parameters":{"ceilingDb":61}}', 'RELEASE_BOUNDS'],
      ['{"name":"a","version":"2","parameters":{"ceilingDb":"50"}}', 'RELEASE_BOUNDS'],
    ] as const) {
      const refused = readRelease(text)
      expect(refused.ok ? 'read' : refused.problem.code).toBe(code)
    }
    expect(shippedRelease().parameters.ceilingDb).toBeLessThanOrEqual(60)
  })

  it('local time goes by offsets that are written down, also when the clocks change', () => {
    const night = Date.UTC(2023, 9, 28, 22)
    const offsets = localOffsets('Europe/Berlin', night)
    expect(offsets.length).toBe(2)
    expect(localMinuteAt(offsets, night)).toBe(0)
    expect(localMinuteAt(offsets, Date.UTC(2023, 9, 29, 1))).toBe(120)
    expect(localMinuteAt(offsets, night - 3_600_000)).toBeUndefined()
    expect(localOffsets('No/Where', night)).toEqual([])
  })

  it('the best EEG leads, both eyes and the chin go with it; a lone channel is taken as EEG', () => {
    const labels = ['ECG', 'EOG E1-M2', 'EOG E2-M2', 'EEG O2-M1', 'EEG C4-M1', 'EMG chin']
    const read = nightMontage(labels, 256)
    expect(read.ok && read.value.montage.channels.map(({ role }) => role)).toEqual([
      'eeg',
      'eeg',
      'eog-left',
      'eog-right',
      'emg',
    ])
    expect(read.ok && read.value.montage.channels[0]!.label).toBe('EEG C4-M1')
    expect(nightMontage(['whatever'], 100).ok).toBe(true)
    expect(nightMontage(['ECG', 'SpO2'], 100).ok).toBe(false)
    expect(nightMontage(labels, 256, { eeg: 'Fz' }).ok).toBe(false)
  })
})
