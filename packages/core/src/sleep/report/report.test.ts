import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { madeUpNight } from '#test/made-up-night.ts'
import { agreementOfStages } from '../hypnogram/agreement.ts'
import { sleepStatistics } from '../hypnogram/statistics.ts'
import type { Night } from '../night/night.ts'
import type { Stage } from '../stage/stage.ts'
import { nightReport } from './report.ts'

/** A night of the given stages with nothing else in it. */
function nightOf(stages: readonly Stage[], changes: Partial<Night> = {}): Night {
  const { spectrogram: _s, coupling: _c, rems: _r, ...night } = madeUpNight()
  return {
    ...night,
    stages,
    smoothedStages: stages,
    probabilities: new Float32Array(stages.length * 5).fill(Number.NaN),
    quality: new Float32Array(stages.length),
    ambiguous: stages.map(() => false),
    spindles: [],
    slowWaves: [],
    arousals: [],
    movements: [],
    statistics: sleepStatistics({ epochS: 30, stages }),
    ...changes,
  }
}

/** The page as a reader meets it: without tags, style and script. */
function wordsOf(html: string): string {
  return html
    .replace(/<(style|script)[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
}

const night = madeUpNight()
const html = nightReport(night, { version: '0.1.0' })

describe('the night report', () => {
  it('tells the sleeper how long the night was, in the first line', () => {
    expect(wordsOf(html)).toContain(
      'You slept 6 h 24 min Sunday 8 to Monday 9 March 2026, 22:47 to 05:49',
    )
    expect(html).toContain('<title>made-up-night.edf, 2026-03-08 · Nocturne night report</title>')
  })

  it('gives the scientist statistics, usual ranges, model, hash and the command', () => {
    const words = wordsOf(html)
    for (const text of [
      'REM latency Sleep onset to the first epoch of R. 60.0 min',
      '326 – 471 min',
      'the middle four fifths of 45 people aged 21 to 82 (BOAS',
      'scorers and laboratories differ in them more than people do',
      'starter 1.0.0',
      night.model.hash,
      'nocturne night made-up-night.edf --model starter --out report',
      'EMG submental: the header gives no physical unit, taken as uV',
      'Not a medical device',
    ]) {
      expect(words).toContain(text)
    }
  })

  it('loads nothing from anywhere', () => {
    const addresses = [...html.matchAll(/(?:src|href|action|data)="([^"]*)"/g)].map((m) => m[1]!)
    expect(addresses.filter((a) => !/^(#|data:image\/png;base64,)/.test(a))).toEqual([])
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
    expect(html).not.toMatch(/url\(|@import|<link|<iframe|<object|\sstyle="/)
  })

  it('allows by its own policy exactly its own style and script', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!
    const hashOf = (text: string): string =>
      `sha256-${createHash('sha256').update(text).digest('base64')}`
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(hashOf(/<style>([\s\S]*?)<\/style>/.exec(html)![1]!))
    expect(policy).toContain(hashOf(/<script>([\s\S]*?)<\/script>/.exec(html)![1]!))
    expect(policy).not.toContain('unsafe')
  })

  it('is the same bytes for the same night', () => {
    expect(nightReport(madeUpNight(), { version: '0.1.0' })).toBe(html)
  })

  it('has one heading of level 1, skips no level and repeats no id', () => {
    const levels = [...html.matchAll(/<h(\d)/g)].map((m) => Number(m[1]))
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [i, level] of levels.entries()) {
      expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1)
    }
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('stays small enough to send: below 400 kB for seven hours', () => {
    expect(html.length).toBeLessThan(400_000)
  })
})

describe('a report of an unusual night', () => {
  const cases: Record<string, Night> = {
    'without epochs': nightOf([]),
    'without sleep': nightOf(new Array<Stage>(40).fill('W')),
    'without signal': nightOf(new Array<Stage>(40).fill('?')),
    'of one epoch of sleep': nightOf(['N2']),
    'of a nap without REM': nightOf([
      ...new Array<Stage>(8).fill('W'),
      ...new Array<Stage>(60).fill('N2'),
    ]),
  }
  it.each(Object.keys(cases))('%s is complete and never says NaN', (name) => {
    const words = wordsOf(nightReport(cases[name]!))
    expect(words).not.toMatch(/NaN|undefined|Infinity|\bnull\b/)
    expect(words).toContain('How sure this is')
    expect(words).toContain('Cite and run again')
  })

  it('says plainly that no sleep was found', () => {
    const words = wordsOf(nightReport(cases['without sleep']!))
    expect(words).toContain('No sleep was found in this recording')
    expect(words).not.toContain('You slept')
  })

  it('sets nothing beside a nap', () => {
    const words = wordsOf(nightReport(cases['of a nap without REM']!))
    expect(words).toContain('A recording of less than five hours')
    expect(words).not.toMatch(/four fifths|Four in five/)
  })

  it('names in its command the channels that a person must have named', () => {
    const used = { eeg: 'EMG submental', emg: 'EMG submental' }
    const page = nightReport({ ...night, recording: { ...night.recording, used } })
    expect(wordsOf(page)).toContain(
      'made-up-night.edf --eeg &#39;EMG submental&#39; --eog none --model starter',
    )
  })

  it('counts hours where the file hides the time', () => {
    const { startTime: _hidden, ...recording } = night.recording
    const words = wordsOf(nightReport({ ...night, recording }))
    expect(words).toContain('Start unknown, 7 h 2 min')
    expect(words).toContain('You fell asleep at 0 h 12 min into the recording')
    expect(words).toContain('not in the file')
  })

  it('shows a scorer beside the model, with the confusion matrix', () => {
    const stages = night.stages.map((s, i): Stage => (i % 9 === 0 && s === 'N2' ? 'N1' : s))
    const hypnogram = { epochS: 30, stages }
    const agreement = agreementOfStages(stages, night.stages)
    const page = nightReport({ ...night, reference: { hypnogram, agreement } })
    expect(wordsOf(page)).toMatch(/accuracy 9\d %, Cohen&#39;s kappa 0\.9\d/)
    expect(page).toContain('Agreement with the scorer')
    expect(page).toContain('starter (model)')
  })

  it('asks for care when the model is unusually unsure or much has no signal, and only then', () => {
    const care = 'Please read this night with care'
    expect(wordsOf(html)).not.toContain(care)
    const vague = new Float32Array(night.probabilities.length).fill(0.2)
    expect(wordsOf(nightReport({ ...night, probabilities: vague }))).toContain(
      `${care}: the model is unusually unsure`,
    )
    expect(wordsOf(nightReport(cases['without signal']!))).toContain('for 100 % of the time')
  })

  it('keeps hostile names harmless, in words, figures, data and command', () => {
    const evil = `</script><script>alert(1)</script>"'$(rm -rf ~)\u0000`
    const recording = { ...night.recording, file: evil, used: { eeg: evil } }
    const page = nightReport({ ...night, recording, warnings: [evil] })
    expect(page.match(/<script/g)).toHaveLength(2)
    expect(page).not.toContain('alert(1)</script>"')
    expect(page).not.toContain('\u0000')
    expect(page).toContain('&#39;&lt;/script&gt;')
  })
})
