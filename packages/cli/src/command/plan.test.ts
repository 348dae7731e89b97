import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { callNocturne } from '#test/nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-plan-'))
afterAll(() => rmSync(folder, { recursive: true }))

const WHEN = ['--from', '2026-11-27 08:00', '--zone', 'Europe/Berlin'] as const

function plan(...words: readonly string[]): ReturnType<typeof callNocturne> {
  return callNocturne(['plan', ...words, ...WHEN])
}

describe('nocturne plan', () => {
  it('writes one JSON document with the fields of the contract, a calendar and a picture', async () => {
    const [ics, picture] = [join(folder, 'plan.ics'), join(folder, 'plan.svg')]
    const goal = ['--goal', 'shift -6h by 2026-12-02', '--json', '--ics', ics, '--picture', picture]
    const { code, out } = await plan(...goal)
    expect(code).toBe(0)
    const document = JSON.parse(out)
    expect(document.reentrainedOn).toMatch(/^2026-12-0\d$/)
    expect(document.solverMs).toBeGreaterThan(0)
    for (const { date, advice, predicted } of document.days) {
      expect(date).toMatch(/^2026-1[12]-\d\d$/)
      expect(predicted.cbtmin.median.text).toMatch(/^\d\d:\d\d$/)
      expect(predicted.sleep.from < predicted.sleep.to).toBe(true)
      for (const { kind, from, to, reason, skipCost } of advice) {
        expect(kind).toMatch(/^(sleep|seekLight|avoidLight|nap)$/)
        expect(Date.parse(from)).toBeLessThan(Date.parse(to))
        expect(from).toMatch(/\+01:00$/)
        expect(reason.length + skipCost.length).toBeGreaterThan(20)
      }
    }
    expect(readFileSync(ics, 'utf8')).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]+BEGIN:VALARM\r\n/)
    expect(readFileSync(picture, 'utf8')).toContain('<title')
  })

  it('tells a person what to do first, what skipping costs, and where to read about safety', async () => {
    const { code, out, err } = await plan('--goal', 'bed 22:00 by 2026-12-02')
    expect(code).toBe(0)
    expect(out).toContain('* the one to do if you do one thing that day')
    expect(out).toContain('Friday 27 November')
    expect(err).toContain('docs/SAFETY.md')
  })

  it('plans for the sleeper that clock fit wrote', async () => {
    const [diary, sleeper] = [join(folder, 'late.csv'), join(folder, 'late.json')]
    const rows = Array.from({ length: 8 }, (_, i) => {
      const date = `2026-11-${18 + i}`
      return `${date},${date} 02:00,${date} 10:00`
    })
    writeFileSync(diary, `night,bedtime,waketime\n${rows.join('\n')}\n`)
    await callNocturne(['clock', 'fit', diary, '--zone', 'Europe/Berlin', '--out', sleeper])
    const { out } = await plan('--goal', 'wake 09:00', '--sleeper', sleeper, '--json')
    const { median } = JSON.parse(out).days[0].predicted.cbtmin
    expect(median.hours).toBeGreaterThan(5)
    expect(median.hours).toBeLessThan(8)
  })

  it('refuses in one line a goal it does not know, a past date and melatonin without the questions', async () => {
    for (const words of [
      ['--goal', 'sleep better'],
      ['--goal', 'shift +8h by 2026-11-01'],
      ['--goal', 'shift +3h', '--melatonin'],
      ['--goal', 'shift +3h', '--sleeper', join(folder, 'nowhere.json')],
    ]) {
      const { code, out, err } = await plan(...words)
      expect(code).toBe(2)
      expect(out).toBe('')
      expect(err.trim().split('\n')).toHaveLength(1)
      expect(err).toContain('expected')
    }
  })
})
