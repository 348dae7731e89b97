import { describe, expect, it } from 'vitest'
import { killLeaders } from '#test/leader-kills.ts'
import { hasNats, NATS_MISSING } from '#test/nats-servers.ts'

/** Each kill takes 10 to 20 s: 5 at night, 1 by day. */
const KILLS = process.env.NOCTURNE_NIGHTLY ? 5 : 1

describe.skipIf(!hasNats)(`a cluster of three${hasNats ? '' : `, ${NATS_MISSING}`}`, () => {
  it('loses no acknowledged record and doubles none when its leader is killed under load (F14)', async () => {
    const { acknowledged, lost, doubled, refused, gapsMs } = await killLeaders(KILLS)
    expect({ lost, doubled, refused }).toEqual({ lost: 0, doubled: 0, refused: 0 })
    expect(acknowledged).toBeGreaterThan(1000 * KILLS)
    expect(gapsMs.length).toBe(KILLS)
  }, 300_000)
})
