import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { departure, pieceMessages, signPieceConsent } from '../packages/core/src/fleet/index.ts'
import { nightOf } from '../packages/core/src/night/index.ts'
import { bytesSource } from '../packages/core/src/signal/index.ts'
import { DEEP } from './made-up-loop.ts'
import type { StoryBed } from './story-bed.ts'
import { RELEASES, storyPiece } from './story-box.ts'
import { StoryTown, type ToldIncident } from './story-town.ts'

const BEDS = 200
const [GOOD, BAD] = [1, 2]

let folder = ''
let town: StoryTown
let staff: readonly StoryBed[] = []
let ring: readonly StoryBed[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-story-'))
  town = await StoryTown.open(folder)
})

afterAll(async () => {
  await town?.close()
  await rm(folder, { recursive: true, force: true })
})

function running(release: number): readonly StoryBed[] {
  return town.beds.filter((bed) => bed.release === release)
}

/** A seed by which the ring of 1 % has two sleepers who are no colleagues. */
function drawn(): { readonly seed: string; readonly ring: readonly StoryBed[] } {
  for (let k = 0; ; k++) {
    const seed = `spring-${k}`
    const places = town.places(seed)
    const inRing = town.beds.filter((bed) => places.get(bed.name)! < 0.01 && !staff.includes(bed))
    if (inRing.length === 2) return { seed, ring: inRing }
  }
}

function order(who: StoryTown['kaya'], body: object) {
  town.time.skip(20)
  return who.post('/v1/rollouts/spring', body)
}

describe('two hundred sleepers under one centre', { timeout: 600_000 }, () => {
  it('are enrolled, heard, and each given a grant', async () => {
    await town.enrol(BEDS)
    await town.evening()
    await town.granted()
    expect(town.beds.map(({ mode }) => mode)).toEqual(town.beds.map(() => 'control'))
    await town.pass(50_000)
    await town.granted()
    expect(new Set(town.witness.acts.map(({ device }) => device)).size).toBe(BEDS)
    const { devices } = await town.get('/v1/devices?limit=500&online=true')
    expect(devices.length).toBe(BEDS)
  })

  it('have a release only after both rehearsals, and ring by ring: colleagues, .1 %, 1 % (F40, F44)', async () => {
    staff = town.beds.filter((_, k) => k % 40 === 3)
    for (const { name } of staff) await town.kaya.post(`/v1/devices/${name}`, { do: 'staff' })
    const lot = drawn()
    ring = lot.ring
    const plan = { id: 'spring', release: BAD, baseline: GOOD, seed: lot.seed }
    expect((await town.kaya.post('/v1/rollouts', plan)).status).toBe(201)
    const rehearsed = { do: 'rehearsed', passed: true, digest: 'd'.repeat(64) }
    expect(await order(town.kaya, { ...rehearsed, ring: 'replay' })).toMatchObject({
      ...{ status: 409, value: { refused: 'not-this-ring' } },
    })
    expect(running(BAD)).toEqual([])
    for (const name of ['twin', 'replay']) await order(town.kaya, { ...rehearsed, ring: name })
    await town.until(() => running(BAD).length === staff.length, 'colleagues have it')
    expect(running(BAD)).toEqual(staff)
    expect((await order(town.kaya, { do: 'approve' })).value.refused).toBe('too-early')
    await town.sleep()
    await town.until(async () => (await town.rollout()).ringNights > 0, 'a night in the ring')
    await town.day()
    await town.evening()
    await town.until(async () => (await town.rollout()).ring === 3, 'the ring of .1 %')
    await town.sleep()
    await town.until(async () => (await town.rollout()).ringNights > 0, 'a night in the ring')
    await town.day()
    await town.evening()
    // Of so few nothing is shown: two persons say go on.
    await town.until(async () => (await town.rollout()).asked, 'persons are asked')
    expect((await order(town.kaya, { do: 'approve' })).value.ring).toBe(3)
    expect((await order(town.kaya, { do: 'approve' })).value.refused).toBe('same-person')
    expect((await order(town.mira, { do: 'approve' })).value.ring).toBe(4)
    const has = new Set([...staff, ...ring])
    await town.until(() => running(BAD).length === has.size, 'the ring of 1 % has it')
    expect(new Set(running(BAD))).toEqual(has)
    await town.granted()
    await town.sleep()
    expect(await town.incidents()).toEqual([])
    expect(town.witness.breaches).toEqual([])
  })

  it('lose it at its first act outside a consent: nobody has a grant under it, all are set back (F43, F48, F54)', async () => {
    const [one, two] = ring as [StoryBed, StoryBed]
    const slow = staff[0]!
    two.isStubborn = true
    slow.isStubborn = true
    town.stopped = BAD
    one.withdraw()
    town.second()
    one.act()
    await town.until(async () => (await town.incidents()).length > 0, 'an incident')
    expect(await town.incidents()).toMatchObject([
      {
        ...{ id: 'i-1', detector: 'autonomy', metric: 'act-outside-consent', signals: 1 },
        ...{ cause: { release: BAD }, suspect: { release: BAD, lastGood: GOOD } },
      },
    ])
    const reason = { by: 'critical', metric: 'act-outside-consent', device: one.name }
    expect(await town.rollout()).toMatchObject({ status: 'stopped', stop: { ring: '1 %', reason } })
    expect(town.witness.breaches.map(({ device }) => device)).toEqual([one.name])
    two.sign({ id: '00000000000000bb', mode: 'guidance' })
    two.act()
    await town.until(async () => (await town.incidents())[0]!.signals === 2, 'the second act')
    await town.until(() => running(BAD).length === 2, 'the others are set back')
    // Two do not obey: they are heard as before, and are given nothing at all.
    const given = () => [two, slow].map(({ name }) => town.witness.newest(name))
    await town.granted()
    const last = given()
    expect(last.map((grant) => grant!.ceiling)).toEqual(['natural', 'natural'])
    for (let k = 0; k < 3; k++) {
      await town.pass(50_000)
      await town.granted()
      expect(running(BAD).map(({ ceiling }) => ceiling)).toEqual(['natural', 'natural'])
    }
    expect(given()).toEqual(last)
    for (const bed of [two, slow]) bed.run(GOOD, 'reverted')
    await town.pass(50_000)
    await town.granted()
    expect([one, two, slow].map(({ ceiling }) => ceiling)).toEqual([
      ...['natural', 'guidance', 'control'],
    ])
    const others = town.beds.filter((bed) => !staff.includes(bed) && !ring.includes(bed))
    // Nobody else's night was touched.
    expect(others.filter(({ mode }) => mode !== 'control').map(({ falls }) => falls)).toEqual([])
  })

  it("are asked for pieces of their boxes: what one signs for is replayed, and names the release's first other decision (F57)", async () => {
    const one = ring[0]!
    await town.until(() => one.asks.length > 0, 'it is asked')
    const [{ incident, fromMs, toMs }] = one.asks as [StoryBed['asks'][number]]
    const others = town.beds.filter((bed) => bed !== one && bed.asks.length > 0)
    for (const bed of others) bed.tell({ kind: 'piece-answer', incident, granted: false })
    const piece = await storyPiece({ fromMs, toMs })
    const yes = { incident, device: one.name, fromMs, toMs }
    // Whoever signs, if not this sleeper: nothing is kept.
    const forged = await signPieceConsent(crypto.subtle, yes, ring[1]!.sleeper.seed)
    one.give(pieceMessages(forged, piece)[0]!)
    await town.until(() => town.isBack(one) && one.over.length > 0, 'it is refused')
    expect(one.over.splice(0)).toEqual([false])
    expect((await town.incidents())[0]!.pieces[0]!.status).toBe('asked')
    const consent = await signPieceConsent(crypto.subtle, yes, one.sleeper.seed)
    const messages = pieceMessages(consent, piece)
    one.tell({ kind: 'piece-answer', incident, granted: true })
    for (const message of messages) one.give(message)
    await town.until(() => one.over.length === messages.length, 'the piece is there')
    expect(one.over).toEqual(messages.map(() => true))
    const path = `/v1/incidents/${incident}`
    const cameFrom = async () =>
      ((await town.get(path)) as ToldIncident).pieces.filter(({ status }) => status !== 'asked')
    await town.until(async () => (await cameFrom()).length === 1 + others.length, 'all answered')
    const digest = createHash('sha256').update(piece).digest('hex')
    expect(await cameFrom()).toEqual(
      expect.arrayContaining([
        { ...{ device: one.name, fromMs, toMs }, status: 'came', digest },
        ...others.map(({ name }) => expect.objectContaining({ device: name, status: 'declined' })),
      ]),
    )
    const fetched = await town.fetched(`${path}/pieces/${digest}`)
    expect(Buffer.compare(fetched, piece)).toBe(0)
    const { good, bad } = RELEASES
    const loop = nightOf({ stager: DEEP })
    const found = await departure(
      [bytesSource(fetched, 'piece.box')],
      { loop },
      {
        ...{ lastGood: good, suspect: bad },
      },
    )
    if (!found.ok) throw new Error(found.problem.got)
    const { first, changes } = found.value
    expect(first).toBeDefined()
    expect(changes).toMatchObject([
      { parameter: 'targetDeg', was: -20, is: 60, alone: true },
      { parameter: 'wakeWindowMin', alone: false },
    ])
    const words = `at ${first!.atS} s ${first!.field}: ${first!.was} to ${first!.is} by targetDeg`
    const told = { do: 'finding', release: BAD, lastGood: GOOD, words }
    expect((await town.kaya.post(path, told)).value.suspect).toEqual({
      ...{ release: BAD, lastGood: GOOD, by: 'replay' },
    })
    expect((await town.fetched(`${path}/post-mortem`)).toString()).toContain(words)
    await town.kaya.post(path, { do: 'ack' })
    await town.kaya.post(path, { do: 'mitigate', words: 'set back to release 1' })
  })

  it('are natural within the life of a grant when one person pulls the failsafe, reached or not (F61, F63)', async () => {
    await town.pass(30_000)
    await town.granted()
    const away = town.beds.filter((bed, k) => k % 7 === 5 && !ring.includes(bed))
    const heardS = new Map(away.map((bed) => [bed, bed.saidS]))
    for (const bed of away) bed.cutOff()
    const pulledMs = town.time.wallMs
    const order = await town.mira.post('/v1/failsafe', { do: 'pull', why: 'a drill' })
    expect(order.value.failsafe).toMatchObject({ granting: false, epoch: 2 })
    town.isPulled = true
    const reached = town.beds.filter((bed) => !away.includes(bed))
    // Said at once, without a tick of the centre's.
    const isReached = (): boolean => reached.every(({ ceiling }) => ceiling === 'natural')
    await town.until(isReached, 'all who are there are told', true)
    // Time stood: those who were not reached go on as they may, and end by their own clocks.
    expect(new Set(away.map(({ ceiling }) => ceiling))).toEqual(new Set(['control']))
    const isNatural = (): boolean =>
      town.beds.every(({ ceiling, mode }) => ceiling === 'natural' && mode === 'natural')
    for (let s = 1; !isNatural() && s <= 90; s++) {
      if (s % 20 === 0) await town.pass(1000)
      else town.second()
    }
    expect(isNatural()).toBe(true)
    expect(town.time.wallMs - pulledMs).toBeLessThanOrEqual(90_000)
    for (const bed of away) expect(bed.falls.at(-1)!.atS - heardS.get(bed)!).toBeLessThanOrEqual(90)
    const acts = town.witness.acts.length
    await town.pass(50_000)
    expect(town.witness.acts.length).toBe(acts)
    expect((await town.incidents()).length).toBe(1)
  })

  it('come back by steps when two lift it: guidance for all, control for those who consent again (F66, F74, F75)', async () => {
    await town.day()
    await town.evening()
    await town.granted()
    const lift = { do: 'lift', why: 'the release is gone' }
    expect((await town.kaya.post('/v1/failsafe', lift)).value.failsafe.granting).toBe(false)
    expect((await town.kaya.post('/v1/failsafe', lift)).value.refused).toBe('SAME_PERSON')
    expect((await town.mira.post('/v1/failsafe', lift)).value.failsafe).toMatchObject({
      ...{ granting: true, ceiling: 'guidance' },
    })
    town.isPulled = false
    expect(await town.readLadder()).toMatchObject({ standing: 'climbing', cohorts: 0 })
    for (const bed of town.beds.filter((_, k) => k % 40 === 7)) {
      bed.stop()
      town.staying.add(bed)
    }
    await town.pass(20_000, 0)
    await town.granted()
    const again = town.beds.filter(
      (bed, k) => k % 5 < 3 && !ring.includes(bed) && !town.staying.has(bed),
    )
    for (const bed of again) town.signs(bed, { id: '00000000000000cc', mode: 'control' })
    await town.pass(20_000, 0)
    await town.granted()
    const modes = new Set(town.beds.map(({ mode }) => mode))
    expect(modes).toEqual(new Set(['natural', 'guidance']))
    const shares: number[] = []
    while (town.ladder!.standing === 'climbing' && shares.length < 8) {
      await town.sleep()
      await town.day()
      await town.evening()
      await town.climbed()
      await town.pass(20_000, 0)
      await town.granted()
      shares.push(town.beds.filter(({ ceiling }) => ceiling === 'control').length)
      const above = town.beds.filter(({ ceiling }) => ceiling === 'control')
      expect(above.filter((bed) => !again.includes(bed))).toEqual([])
    }
    expect(town.ladder).toMatchObject({ standing: 'level', cohorts: 5 })
    expect(shares.length).toBe(5)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(again.length)
    await town.sleep()
    for (const body of [{ do: 'recover' }, { do: 'close', as: 'mended', words: 'withdrawn' }]) {
      expect((await town.kaya.post('/v1/incidents/i-1', body)).status).toBe(200)
    }
    expect((await town.incidents()).map(({ status }) => status)).toEqual(['closed'])
  })

  it('acted within their consents and grants but for what was found, and all that was received is durable or was refused', async () => {
    const { witness } = town
    expect(witness.breaches.map(({ device, why }) => [device, why])).toEqual([
      [ring[0]!.name, 'no consent'],
      [ring[1]!.name, 'more than was consented to'],
    ])
    expect(await town.audited('act outside consent')).toEqual([
      `${ring[0]!.name}: consent-over`,
      `${ring[1]!.name}: above-consent`,
    ])
    // Times travel in whole microseconds.
    const key = (device: string, boot: number, atS: number): string =>
      `${device} ${boot} ${atS.toFixed(3)}`
    const seen = witness.acts.map(({ device, boot, act }) => key(device, boot, act.atS))
    const kept = (await town.acts()).map(({ device, boot, atS }) => key(device, boot, atS))
    expect(seen.filter((one) => !kept.includes(one))).toEqual([])
    expect(kept.length).toBe(seen.length)
    const { received, durable, rejected, pending } = await town.counters()
    expect(pending).toBe(0)
    expect(received).toBe(durable + rejected)
    // The forged yes, once for each of three connections.
    expect(rejected).toBe(3)
    expect(durable).toBeGreaterThan(seen.length)
  })
})
