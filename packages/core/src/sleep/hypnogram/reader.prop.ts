import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHypnogram, readHypnogramText } from './reader.ts'

const SEED = 20240502

const piece = fc.constantFrom(
  ...['W', 'N1', '2', '5', '-1', 'REM', ',', '\t', ';', ' ', '\n', '\r\n', '"', '#', '{', '}', '['],
  ...[']', ':', '"stages"', 'onset', 'duration', 'stage', 'epoch', '30', '0.5', '23:59:30', '1e9'],
  ...['class\tinstance\tchannel\tstart\tstop\tmeta', 'SLEEP-S2', 'Time [hh:mm:ss]', 'Event', '...'],
  ...[
    'Duration[s]',
    'Location',
    '<',
    '>',
    '<ScoredEvent>',
    '</ScoredEvent>',
    '<SleepStage>',
    'nan',
  ],
  ...['e:1', '+30', '2024-05-01 22:00:00', 'null', '=', '|'],
  ...['\u0000', '\ufeff', 'é', '😴', '- ', '|'],
)

describe('whatever a file holds', () => {
  it('reading gives a hypnogram or a problem, and never throws', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const result = readHypnogramText(pieces.join(''))
        if (result.ok) {
          const { stages, epochS } = result.value.hypnogram
          expect(stages.length).toBeGreaterThan(0)
          expect(epochS).toBeGreaterThan(0)
        } else {
          expect(result.problem.expected).not.toBe('')
        }
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })

  it('bytes of any kind are refused or read, EDF headers cut short included', async () => {
    const start = fc.constantFrom('', '0       ', '0       X X X X', '\u00ffBIOSEMI')
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 600 }), async (head, rest) => {
        const bytes = Uint8Array.from([...head].map((c) => c.charCodeAt(0)).concat(...rest))
        const result = await readHypnogram(bytes, 'x')
        expect(typeof result.ok).toBe('boolean')
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})
