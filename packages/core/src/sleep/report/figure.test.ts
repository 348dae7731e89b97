import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { madeUpNight } from '#test/made-up-night.ts'
import type { Stage } from '../stage/stage.ts'
import { couplingFigure } from './coupling-figure.ts'
import { countsPer } from './event-panel.ts'
import { explanationHtml, strongestGroups } from './explanation.ts'
import { eventsFigure, hypnogramFigure, nightFigure, spectrogramFigure } from './figure.ts'
import { epochSteps, frameOf } from './frame.ts'
import { powerLimits } from './spectrogram-panel.ts'
import { stagesFigure } from './stage-figure.ts'

const night = madeUpNight()

/** The path of a class, as the numbers in it. */
function pathOf(svg: string, name: string): string {
  return new RegExp(`<path d="([^"]*)"[^>]*class="${name}"`).exec(svg)?.[1] ?? ''
}

describe('the hypnogram figure', () => {
  const stages: Stage[] = ['W', 'N1', 'N2', '?', 'R', 'R']
  const small = madeUpNight({
    stages,
    probabilities: Float32Array.from(
      stages.flatMap((s) => (s === '?' ? [NaN, NaN, NaN, NaN, NaN] : [0.6, 0.1, 0.1, 0.1, 0.1])),
    ),
    quality: Float32Array.of(1, 1, 1, 0, 1, 1),
    ambiguous: [false, true, false, false, false, false],
  })

  it('draws each stage as a bar at its depth, in the drawing of a small night', () => {
    const svg = hypnogramFigure(small, { theme: 'light', layout: 'narrow' })
    expect(pathOf(svg, 'bar-N2')).toBe('M152,104.5h50v8h-50Z')
    expect(pathOf(svg, 'bar-R')).toBe('M252,40.5h100v12h-100Z')
    expect(svg.replace(/d="[^"]*"/g, 'd=""')).toMatchSnapshot()
  })

  it('is pale only where experts would probably disagree', () => {
    const svg = hypnogramFigure(small, { theme: 'light', layout: 'narrow' })
    expect(pathOf(svg, 'unsure')).toBe('M102,73.5h50v8h-50Z')
    expect(hypnogramFigure(madeUpNight({ ambiguous: [] }))).not.toContain('class="unsure"')
  })

  it('leaves an unscored stretch empty and slants lines through it', () => {
    const svg = hypnogramFigure(small, { theme: 'light', layout: 'narrow' })
    expect(svg).toContain('class="unscored"')
    // The probabilities are two shapes, before and after the gap from 202 to 252.
    expect(pathOf(svg, 'chance-W').match(/M[\d.]+/g)).toEqual(['M52', 'M252'])
  })

  it('puts a moment at the same place in every figure of a layout', () => {
    for (const layout of ['wide', 'narrow'] as const) {
      const figures = [hypnogramFigure, spectrogramFigure, eventsFigure, nightFigure]
      const places = figures.map(
        (draw) =>
          /data-left="\d+" data-right="\d+" data-end-s="\d+"/.exec(draw(night, { layout }))![0],
      )
      expect(new Set(places).size).toBe(1)
    }
  })

  it('describes the night to those who cannot see it', () => {
    expect(hypnogramFigure(night)).toContain(
      '<desc id="hypnogram-desc">Estimated sleep 6 h 24 min of 7 h 2 min: deep 1 h 8 min, light 3 h 35 min, REM 1 h 41 min in 5 stretches; awake after falling asleep 17 min.</desc>',
    )
  })

  it('takes the colours of the page unless it is told its own', () => {
    expect(hypnogramFigure(night)).toContain('var(--stage-n2)')
    for (const theme of ['light', 'dark'] as const) {
      expect(hypnogramFigure(night, { theme })).not.toContain('var(')
      expect(nightFigure(night, { theme })).not.toContain('var(')
    }
    expect(nightFigure(night)).not.toContain('var(')
  })
})

describe('the other figures', () => {
  it('show the spectrogram as a picture with both axes, and nothing without one', () => {
    const svg = spectrogramFigure(night)
    expect(svg).toContain('href="data:image/png;base64,')
    expect(svg).toContain('30 Hz')
    const { spectrogram: _, ...without } = night
    expect(spectrogramFigure(without)).toBe('')
  })

  it('span the colours of a spectrogram over what is there', () => {
    const power = Float32Array.from({ length: 1001 }, (_, i) => (i % 10 === 0 ? Number.NaN : i))
    const [low, high] = powerLimits(power)!
    expect(low).toBeCloseTo(30, -1)
    expect(high).toBeCloseTo(980, -1)
    expect(powerLimits(Float32Array.of(Number.NaN))).toBeUndefined()
    expect(powerLimits(Float32Array.of(3, 3))).toEqual([3, 4])
  })

  it('leave out eye movements that nobody looked for', () => {
    const { rems: _, ...without } = night
    expect(eventsFigure(night)).toContain('Eye movements: ')
    expect(eventsFigure(without)).not.toContain('Eye movements')
  })

  it('show the share of each stage, REM and N1 beside the usual range of a whole night', () => {
    const svg = stagesFigure(night)
    expect(svg).toContain('1 h 8 min · 18 %')
    expect(svg.match(/<rect/g)).toHaveLength(6)
    const nap = { ...night, statistics: { ...night.statistics, tibMin: 90 } }
    expect(stagesFigure(nap).match(/<rect/g)).toHaveLength(4)
  })

  it('point the arrow of coupling at the up-state for phase 0 and right for a falling wave', () => {
    const tip = (meanPhaseRad: number): string =>
      /L([\d.,]+)" stroke/.exec(couplingFigure({ meanPhaseRad, resultant: 1, n: 9, p: 0.01 }))![1]!
    expect(tip(0)).toBe('130,38')
    expect(tip(Math.PI / 2)).toBe('204,112')
  })
})

describe('explanations', () => {
  it('name the groups that pulled most towards the stage given, strongest first', () => {
    const contributions = new Float32Array(2 * 3 * 5)
    // The first epoch is N2, column 2: groups a -1, b 2, c 1.
    contributions.set([-1], 2)
    contributions.set([2], 7)
    contributions.set([1], 12)
    const explained = {
      stages: ['N2', '?'] as const,
      explanations: { groups: ['a', 'b', 'c'], contributions },
    }
    expect(strongestGroups({ ...night, ...explained })).toEqual([[1, 2], []])
    expect(explanationHtml({ ...night, ...explained })).toContain('-1.00')
    const { explanations: _, ...without } = night
    expect([strongestGroups(without), explanationHtml(without)]).toEqual([[], ''])
  })
})

describe('counting', () => {
  it('loses no event and invents none', () => {
    const starts = fc.array(fc.double({ min: 0, max: 3599, noNaN: true }), { maxLength: 50 })
    fc.assert(
      fc.property(starts, (startsS) => {
        const counts = countsPer(startsS, 300, 3600)
        expect(counts).toHaveLength(12)
        expect(counts.reduce((a, b) => a + b, 0)).toBe(startsS.length)
      }),
      { seed: 5, numRuns: 100 },
    )
  })

  it('averages neighbours on a phone without filling gaps', () => {
    const frame = frameOf(night, { layout: 'narrow' })
    const steps = epochSteps(frame, night.quality, 30, (v) => v)
    expect(steps.length).toBe(Math.ceil(night.quality.length / 3))
    const holes = epochSteps(frame, [Number.NaN, 1, Number.NaN, 3], 30, (v) => v)
    expect(holes.map((s) => s.y)).toEqual([Number.NaN, 1, Number.NaN, 3])
  })
})
