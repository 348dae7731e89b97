import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { type Agreement, agreement, pooledAgreement } from './agreement.ts'
import { alignHypnograms } from './alignment.ts'
import { blandAltman } from './bland-altman.ts'
import type { Hypnogram } from './hypnogram.ts'
import { readHypnogramText } from './reader.ts'
import { sleepStatistics } from './statistics.ts'

const BOAS = 'data/hypnograms/boas'

function nightOf(subject: string, kind: string, column: string): Hypnogram {
  const path = sharedPath(`${BOAS}/${subject}/eeg/${subject}_task-Sleep_acq-${kind}_events.tsv`)
  const read = readHypnogramText(readFileSync(path, 'utf8'), { column })
  if (!read.ok) throw new Error(`${subject}: ${JSON.stringify(read.problem)}`)
  return read.value.hypnogram
}

function compare(a: Hypnogram, b: Hypnogram): Agreement {
  const aligned = alignHypnograms([a, b])
  if (!aligned.ok) throw new Error(aligned.problem.code)
  return agreement(aligned.value.hypnograms[0]!, aligned.value.hypnograms[1]!)
}

describe.skipIf(!hasShared(BOAS))(`64 nights of BOAS (${SHARED_MISSING})`, () => {
  let subjects: string[] = []
  let experts: Hypnogram[] = []
  let headband: Hypnogram[] = []
  beforeAll(() => {
    subjects = readdirSync(sharedPath(BOAS)).filter((name) => name.startsWith('sub-'))
    experts = subjects.map((subject) => nightOf(subject, 'psg', 'stage_hum'))
    headband = subjects.map((subject) => nightOf(subject, 'headband', 'stage_ai'))
  })

  it('finds the headband at the accuracy, kappa and N3 recall of scikit-learn', () => {
    expect(subjects.length).toBe(64)
    const nights = experts.map((night, i) => compare(night, headband[i]!))
    const pooled = pooledAgreement(nights)
    expect(pooled.n).toBe(56504)
    expect(pooled.accuracy).toBeCloseTo(0.8690535183349851, 12)
    expect(pooled.kappa).toBeCloseTo(0.7761158960300802, 12)
    expect(pooled.stages.N3.recall).toBeCloseTo(0.55913978, 8)
    const kappas = nights.map(({ kappa }) => kappa)
    expect(kappas.reduce((sum, kappa) => sum + kappa, 0) / 64).toBeCloseTo(0.7667466769961029, 12)
  })

  it('measures total sleep time with a small bias and limits around it', () => {
    const tst = (night: Hypnogram): number => sleepStatistics(night).tstMin
    const result = blandAltman(experts.map(tst), headband.map(tst))
    expect(result.ok && result.value.n).toBe(64)
    expect(result.ok && Math.abs(result.value.bias.value)).toBeLessThan(30)
  })
})
