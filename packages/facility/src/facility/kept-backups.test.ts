import { describe, expect, it } from 'vitest'
import { backupsToDrop } from './kept-backups.ts'

const at = (day: number, hour: number, minute = 0): string => {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `2026-11-${two(day)}T${two(hour)}-${two(minute)}-00-000Z`
}

/** What is left when each of some backups is made after the others. */
function left(made: readonly string[]): string[] {
  let there: string[] = []
  for (const name of made) {
    there.push(name)
    const drop = new Set(backupsToDrop(there))
    there = there.filter((each) => !drop.has(each))
  }
  return there
}

describe('the backups that are kept', () => {
  const daily = Array.from({ length: 20 }, (_, k) => at(k + 1, 3))

  it('are those of the newest fourteen days', () => {
    expect(left(daily)).toEqual(daily.slice(-14))
  })

  it('are not pushed out by any number that are made in one day: that day has its last, and its newest three', () => {
    const many = Array.from({ length: 200 }, (_, k) => at(21, 4 + Math.floor(k / 60), k % 60))
    expect(left([...daily, ...many])).toEqual([...daily.slice(-13), ...many.slice(-3)])
  })

  it('are the newest three of a first day, and what has another name stays', () => {
    const many = Array.from({ length: 9 }, (_, k) => at(1, k))
    expect(left(many)).toEqual(many.slice(-3))
    expect(backupsToDrop(['mine', 'sealing-keys.sqlite', ...many.slice(0, 4)])).toEqual([at(1, 0)])
  })
})
