import { type Lease, type LoopEvent, type LoopInput, verifyBox } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import { describe, expect, it } from 'vitest'
import { boxOf } from '#test/made-up-box.ts'
import { toyHeader } from '#test/toy-loop.ts'
import type { NightStory } from './morning-messages.ts'
import { storyOf } from './story.ts'

/** The story of a night of so many minutes, a tick each second, with events at some of them. */
async function told(
  minutes: number,
  eventsAt: (second: number) => readonly LoopEvent[],
  inputs: readonly LoopInput[] = [],
): Promise<NightStory> {
  const ticks: LoopInput[] = Array.from({ length: minutes * 60 }, (_, s) => ({
    kind: 'tick',
    atMs: s * 1000,
  }))
  const all = [...ticks, ...inputs].sort((a, b) => a.atMs - b.atMs)
  const bytes = boxOf([
    { kind: 'night', header: toyHeader() },
    ...all.flatMap((input) => [
      { kind: 'input', input } as const,
      ...(input.kind === 'tick' ? eventsAt(input.atMs / 1000) : []).map(
        (event) => ({ kind: 'event', event }) as const,
      ),
    ]),
    { kind: 'end', atMs: minutes * 60_000 },
  ])
  const sources = bytes.map((segment, k) => bytesSource(segment, `${k}.box`))
  const summary = await verifyBox(sources)
  if (!summary.ok) throw new Error(summary.problem.code)
  const story = await storyOf(sources, summary.value, () => undefined)
  if (!story) throw new Error('no story')
  return story
}

const { rateHz } = toyHeader().montage

function click(second: number): LoopEvent {
  const lease: Lease = {
    ...({ actuator: 'sound', action: 'click', fallback: 'natural' } as const),
    ...{ id: `${second}`, seq: second, token: 1, consentId: 'c', reason: '' },
    ...{ issuedAtMs: second * 1000, notAfterMs: second * 1000 + 5000, maxLevel: 50 },
  }
  const heardAt = (second + 0.25) * rateHz
  return { kind: 'command', lease, level: 40 + second, heardAt, targetRad: 0, predictedRad: 0 }
}

describe('The story of a night', () => {
  it('tells clicks less than a minute apart as one happening, with their range of levels', async () => {
    const { clicks, happenings } = await told(5, (s) => ([1, 3, 150].includes(s) ? [click(s)] : []))
    expect(clicks.map(({ atMs }) => atMs)).toEqual([1250, 3250, 150_250])
    expect(happenings.map(({ text }) => text)).toEqual([
      '2 clicks, 41 to 43 dB(A).',
      'One click, 190 dB(A).',
    ])
  })

  it('has the likeliest stage of each half minute, and none where none was said', async () => {
    const row = (s: number): number[] => (s < 30 ? [0.9, 0.1, 0, 0, 0] : [0, 0.1, 0.2, 0.7, 0])
    const { stages } = await told(2, (s) =>
      s >= 60 && s < 90
        ? []
        : [{ kind: 'stage', sample: s, about: s, probabilities: row(s), quality: 1 }],
    )
    expect(stages).toEqual([0, 3, -1, 3])
  })

  it('tells what was said, how the mode moved and why', async () => {
    const note = { kind: 'mode', from: 'control', to: 'natural', code: 'STOPPED' } as const
    const { happenings, modes } = await told(
      1,
      (s) => (s === 20 ? [{ kind: 'note', atMs: 20_000, sample: 0, note }] : []),
      [{ kind: 'stop', atMs: 19_500, by: 'button' }],
    )
    expect(happenings.map(({ kind, text }) => [kind, text])).toEqual([
      ['word', 'Everything was stopped, by button.'],
      ['mode', 'From control to natural. You stopped the device; it rests for the night.'],
    ])
    expect(modes).toEqual([
      { atMs: 0, mode: 'natural' },
      { atMs: 20_000, mode: 'natural' },
    ])
  })
})
