import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { otherRelease, runningRelease, type Slots, slotStep, startSlots } from '../release/slots.ts'
import { GRANT_S, RENEW_S } from '../telemetry/grant.ts'
import { aimedRelease, mayHoldGrant, newerAim, type RolloutAim } from './aim.ts'
import { rolloutPlan } from './plan.ts'
import { aimOf, openRollout, rolloutStep } from './rollout.ts'
import type { RolloutEffect, RolloutInput, RolloutState } from './state.ts'

const DEVICES = 600
const PARTITIONS = 16
const STOP_S = 200
const END_S = 400

type Device = {
  readonly place: number
  /** Out of reach from this second on. */
  readonly lostS: number
  slots: Slots
  isNatural: boolean
  /** End of the grant, s. */
  grantEndS: number
  /** An order on its way, and when it arrives. */
  order?: { readonly release: number; readonly arrivesS: number }
}

/** A rollout at 10 % in which a release is bad, second by second, with devices of both sorts. */
class Night {
  readonly random = seededRandom(5)
  readonly sent: { readonly atS: number; readonly release: number }[] = []
  readonly aims: (RolloutAim | undefined)[] = Array.from({ length: PARTITIONS })
  state: RolloutState
  spread: { readonly aim: RolloutAim; readonly arrivesS: number }[] = []
  readonly devices: Device[] = Array.from({ length: DEVICES }, (_, k) => ({
    place: (k + 0.5) / DEVICES,
    // One in five is cut off about when the release is stopped.
    lostS: k % 5 === 0 ? STOP_S - 20 + (k % 40) : Number.POSITIVE_INFINITY,
    slots: slotStep(startSlots(), { kind: 'night', begins: false }).state,
    ...{ isNatural: false, grantEndS: 0 },
  }))

  constructor() {
    const plan = rolloutPlan({ id: 'r2', release: 2, baseline: 1, seed: 'a' })
    if (!plan.ok) throw new Error('no plan')
    this.state = openRollout(plan.value, 0)
    for (const ring of ['twin', 'replay'] as const) {
      this.tell({ kind: 'rehearsed', ring, passed: true, digest: 'd', atMs: 0 }, 0)
    }
    // Five rings on: at 10 %, as it would be after nights that were good.
    this.state = { ...this.state, ring: 5, revision: 6 }
    this.spread = [{ aim: aimOf(this.state)!, arrivesS: 0 }]
  }

  tell(input: RolloutInput, atS: number): void {
    const { state, effects } = rolloutStep(this.state, input)
    this.state = state
    for (const effect of effects as RolloutEffect[]) {
      if (effect.kind === 'aim') this.spread.push({ aim: effect.aim, arrivesS: atS + 1 })
    }
  }

  second(atS: number): void {
    for (const { aim, arrivesS } of this.spread) {
      if (arrivesS > atS) continue
      for (let k = 0; k < PARTITIONS; k++) this.aims[k] = newerAim(this.aims[k], aim)
    }
    for (const [k, device] of this.devices.entries()) this.lives(k, device, atS)
  }

  private lives(k: number, device: Device, atS: number): void {
    const aim = this.aims[k % PARTITIONS]!
    const running = runningRelease(device.slots) === 2 ? 2 : 1
    const isReached = atS < device.lostS
    const aimed = aimedRelease(aim, { ...device, running, isStaff: false, takesUpdates: true })
    if (aimed !== running && isReached && device.order?.release !== aimed) {
      this.sent.push({ atS, release: aimed })
      device.order = { release: aimed, arrivesS: atS + 1 + this.random.integer(3) }
    }
    if ((atS + k) % RENEW_S === 0 && isReached && mayHoldGrant(aim, running)) {
      device.grantEndS = atS + GRANT_S
    }
    if (device.order && device.order.arrivesS <= atS) this.obeys(device)
    device.isNatural = atS >= device.grantEndS
  }

  private obeys(device: Device): void {
    const { release } = device.order!
    delete device.order
    if (release === 2) {
      const written = slotStep(device.slots, { kind: 'written', release, digest: 'd' }).state
      device.slots = slotStep(written, { kind: 'tested', digest: 'd', tookMs: 900 }).state
      return
    }
    device.slots = slotStep(device.slots, { kind: 'set-back', release: 0 }).state
  }
}

describe('a release that is stopped (F48, target C2)', () => {
  const night = new Night()
  /** Devices above natural under the release, second by second. */
  const above: number[] = []
  for (let atS = 0; atS <= END_S; atS++) {
    if (atS === STOP_S) {
      const critical = { kind: 'critical', metric: 'missed-expiry', device: 'd-1' } as const
      night.tell({ ...critical, release: 2, atMs: STOP_S * 1000 }, STOP_S)
    }
    night.second(atS)
    const under = night.devices.filter(({ slots }) => runningRelease(slots) === 2)
    above.push(under.filter(({ isNatural }) => !isNatural).length)
  }

  it('is above natural on no device after one lease, reached or not', () => {
    expect(above[STOP_S - 1]).toBeGreaterThan(DEVICES / 20)
    expect(above.slice(STOP_S + GRANT_S).every((count) => count === 0)).toBe(true)
  })

  it('is sent to nobody from two seconds after the stop on', () => {
    const given = night.sent.filter(({ release }) => release === 2)
    expect(given.length).toBeGreaterThan(DEVICES / 20)
    expect(Math.max(...given.map(({ atS }) => atS))).toBeLessThan(STOP_S + 2)
  })

  it('is set back on every device that is reached, and others keep their grants', () => {
    for (const { slots, lostS, place, isNatural } of night.devices) {
      if (lostS <= END_S) continue
      expect(runningRelease(slots)).toBe(0)
      expect(isNatural).toBe(false)
      if (place < 0.1) expect(otherRelease(slots)).toBe(2)
    }
    const cutOff = night.devices.filter(({ slots }) => runningRelease(slots) === 2)
    expect(cutOff.length).toBeGreaterThan(0)
    expect(cutOff.every(({ isNatural }) => isNatural)).toBe(true)
  })
})
