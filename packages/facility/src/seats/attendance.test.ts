import { describe, expect, it } from 'vitest'
import { Attendance, AWAY_MS, BEAT_MS, type Beat, SETTLE_MS } from './attendance.ts'

const beat = (node: string, more: Partial<Beat> = {}): Beat => ({
  ...{ node, run: `${node}1`, door: `${node}:1`, isLeaving: false },
  ...more,
})

/** Nodes beat from 0 on, each second, up to before `untilMs`. */
function hear(
  attendance: Attendance,
  nodes: readonly string[],
  fromMs: number,
  untilMs: number,
): void {
  for (let atMs = fromMs; atMs < untilMs; atMs += BEAT_MS) {
    for (const node of nodes) attendance.hear(beat(node), atMs)
  }
}

const namesOf = (beats: readonly Beat[] | undefined): string[] | undefined =>
  beats?.map(({ node }) => node)

describe('who is there', () => {
  it('is not known before a node has listened for a while', () => {
    const attendance = new Attendance(beat('b'))
    hear(attendance, ['c', 'b', 'a'], 0, 2000)
    expect(attendance.present(SETTLE_MS - 1)).toBeUndefined()
    expect(namesOf(attendance.present(SETTLE_MS))).toEqual(['a', 'b', 'c'])
  })

  it('is one less once a node was silent for four seconds, or at once when it says that it goes', () => {
    const attendance = new Attendance(beat('a'))
    hear(attendance, ['a', 'b', 'c'], 0, 5000)
    hear(attendance, ['a', 'c'], 5000, 9000)
    expect(namesOf(attendance.present(4000 + AWAY_MS))).toEqual(['a', 'b', 'c'])
    expect(namesOf(attendance.present(4001 + AWAY_MS))).toEqual(['a', 'c'])
    attendance.hear(beat('c', { isLeaving: true }), 8100)
    expect(namesOf(attendance.present(8100))).toEqual(['a'])
  })

  it('is not known to who does not hear itself, nor at once when it hears itself again', () => {
    const attendance = new Attendance(beat('a'))
    hear(attendance, ['a', 'b'], 0, 5000)
    hear(attendance, ['b'], 5000, 12_000)
    expect(attendance.present(4001 + AWAY_MS)).toBeUndefined()
    attendance.hear(beat('a'), 12_000)
    expect(attendance.present(12_500)).toBeUndefined()
    hear(attendance, ['a', 'b'], 13_000, 15_000)
    expect(namesOf(attendance.present(12_000 + SETTLE_MS))).toEqual(['a', 'b'])
  })

  it('another that has our name is noticed', () => {
    const attendance = new Attendance(beat('a'))
    expect(attendance.hear(beat('a'), 0)).toBe(true)
    expect(attendance.hear(beat('a', { run: 'a2' }), 1)).toBe(false)
    expect(attendance.hear(beat('b', { run: 'b2' }), 1)).toBe(true)
  })
})
