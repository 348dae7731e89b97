import { gzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readBandPowers } from './band-power-file.ts'

const HEADING = 'epoch,stage,fpz_delta,fpz_theta,fpz_alpha,fpz_beta,fpz_gamma,fpz_var,fpz_vardiff'
const bytes = (...lines: string[]): Uint8Array =>
  Uint8Array.from(`${lines.join('\n')}\n`, (letter) => letter.charCodeAt(0))

describe('a table of band powers', () => {
  it('is read plain or gzipped, with skipped epochs as missing', () => {
    const table = bytes(HEADING, '4,W,5,4,3,2,1,9,8', '6,N2,50,4,3,2,1,90,8')
    for (const file of [table, gzipSync(table)]) {
      const read = readBandPowers(file)
      if (!read.ok) throw new Error(read.problem.got)
      expect(read.value.stages).toEqual(['W', '?', 'N2'])
      const [channel] = read.value.channels
      expect(channel).toMatchObject({ label: 'fpz', powers: { epochs: 3 } })
      expect(Array.from(channel!.powers.values.subarray(0, 7))).toEqual([5, 4, 3, 2, 1, 9, 8])
      expect(channel!.powers.values[7]).toBeNaN()
    }
  })

  it('takes a blank, a negative or a flat epoch for a missing one', () => {
    const read = readBandPowers(
      bytes(HEADING, '0,W,5,,3,2,1,9,8', '1,W,-5,4,3,2,1,9,8', '2,W,0,0,0,0,0,0,0'),
    )
    expect(read.ok && read.value.channels[0]!.powers.values.every(Number.isNaN)).toBe(true)
  })

  it('says what is wrong with a table that cannot be read', () => {
    const bad = [
      { file: bytes('time,value', '1,2'), code: 'BAND_POWER_HEADING' },
      { file: bytes(HEADING, '3,W,5,4,3,2,1,9,8', '3,W,5,4,3,2,1,9,8'), code: 'BAND_POWER_ROW' },
      { file: bytes(HEADING, '1e9,W,5,4,3,2,1,9,8'), code: 'BAND_POWER_ROW' },
      { file: Uint8Array.of(0x1f, 0x8b, 8, 0, 0), code: 'BAND_POWER_GZIP' },
    ]
    for (const { file, code } of bad) {
      const read = readBandPowers(file)
      expect(read.ok ? 'ok' : read.problem.code).toBe(code)
    }
  })
})
