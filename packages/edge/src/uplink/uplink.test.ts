import { webcrypto } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MadeUpCentre } from '#test/made-up-centre.ts'
import { LOOP_HZ, loopConsent, loopHeader, steadyStager } from '#test/made-up-loop.ts'
import {
  encodeAdmin,
  encodeUpdateOrder,
  readPieceMessage,
  signPieceConsent,
  type UpdateOrder,
} from '../../../core/src/fleet/index.ts'
import type { LoopEvent, LoopInput, Mode } from '../../../core/src/night/index.ts'
import { nightOf, replay } from '../../../core/src/night/index.ts'
import { openBoxFile } from '../box-file/box-file.ts'
import { openBoxSources } from '../box-file/box-sources.ts'
import { FileActor } from '../night-run/actor.ts'
import { NightRun } from '../night-run/night-run.ts'
import type { Source } from '../source/source.ts'
import { BacklogFile } from './backlog-file.ts'
import { DeviceFolder } from './device-folder.ts'
import { enrolDevice } from './enrolled-device.ts'
import type { NightShelf } from './night-updates.ts'
import { type PieceAsk, PieceAsks } from './piece-asks.ts'
import { Uplink } from './uplink.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nocturne-uplink-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let k = 0; k < 1000; k++) {
    if (holds()) return
    await new Promise((done) => setTimeout(done, 10))
  }
  throw new Error(`never: ${what}`)
}

const AWAKE = steadyStager([0.9, 0.05, 0.03, 0.01, 0.01])
const CONSENT_ID = '0123456789abcdef'

/** A device whose sleeper lies awake, in a hurry: eight seconds of the night in one. */
class Bed {
  readonly told: string[] = []
  readonly inputs: LoopInput[] = []
  mode: Mode = 'natural'
  wallAheadMs = 0
  night!: NightRun
  uplink!: Uplink
  folder!: DeviceFolder
  #isOver = false
  #run: Promise<number> | undefined

  shelf: NightShelf | undefined
  goesOn = false

  async open(
    url: string,
    { box = '', frameS = 0.2, wish = 'guidance' as Mode } = {},
  ): Promise<this> {
    this.folder = await DeviceFolder.open(join(home, 'device'))
    await enrolDevice(this.folder, { url, again: false, tell: (text) => this.told.push(text) })
    const header = loopHeader()
    this.uplink = new Uplink({
      ...{ folder: this.folder, montage: header.montage, frameS },
      self: {
        ...{ hardware: 'bedside-box', code: '0.1.0' },
        cohort: { chronotype: 'unknown', age: 'unknown', district: 'unknown' },
      },
      ...(this.shelf && { shelf: this.shelf }),
      goesOn: this.goesOn,
      tell: (text) => this.told.push(text),
      wallMs: () => Date.now() + this.wallAheadMs,
    })
    const consent = loopConsent(86_400_000)
    const terms = { ...consent.terms, id: CONSENT_ID }
    this.night = new NightRun({
      ...{ source: this.#source(), header, actor: new FileActor(1), stager: AWAKE },
      montage: { montage: header.montage, from: [{ index: 0 }] },
      ...(box === '' ? {} : { box: await openBoxFile(box) }),
      opening: this.uplink.opening([
        { kind: 'consent', consent: { ...consent, terms }, verified: true },
        { kind: 'mode', to: wish, awake: true, ask: 1 },
      ]),
      onStep: (input, events) => this.#hear(input, events),
    })
    this.uplink.begin(this.night)
    this.#run = this.night.run()
    return this
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#run
    await this.uplink.close()
  }

  facility(): string[] {
    return this.inputs.flatMap((input) =>
      input.kind === 'facility' && input.word.say !== 'lower-limits'
        ? [`${input.word.say} ${input.word.reason}`]
        : [],
    )
  }

  #hear(input: LoopInput, events: readonly LoopEvent[]): void {
    this.inputs.push(input)
    for (const event of events) {
      if (event.kind === 'note' && event.note.kind === 'mode') this.mode = event.note.to
    }
    this.uplink.take(input, events)
  }

  #source(): Source {
    const isOver = (): boolean => this.#isOver
    const piece = LOOP_HZ / 8
    const wave = Float32Array.from(
      { length: piece },
      (_, i) => 20 * Math.sin((i * 2 * Math.PI) / piece),
    )
    return {
      description: {
        ...{ name: 'bed', channels: [{ label: 'Fpz-Cz', unit: 'uV' }], rateHz: LOOP_HZ },
        live: false,
      },
      chunks: async function* () {
        for (let k = 0; !isOver(); k++) {
          yield { first: k * piece, columns: [wave], atMs: (k + 1) * 125 }
          await new Promise((done) => setTimeout(done, 15))
        }
      },
      onNotice: () => undefined,
      close: () => Promise.resolve(),
    }
  }
}

describe('a night under a centre', () => {
  it('is heard within seconds, and its mode waits for the grant and falls with it, replayed bit for bit (F20, F26)', async () => {
    const centre = await new MadeUpCentre().open()
    centre.ceiling = undefined
    const box = join(home, 'night.box')
    const bed = await new Bed().open(centre.url, { box })
    const { device, boot } = bed.folder
    await until(() => centre.blocks(device).length > 2, 'frames')
    expect(bed.mode).toBe('natural')
    centre.ceiling = 'control'
    await until(() => bed.mode === 'guidance', 'guidance')
    centre.ceiling = 'natural'
    await until(() => bed.mode === 'natural', 'natural')
    centre.ceiling = 'control'
    const before = centre.blocks(device).length
    await until(() => centre.blocks(device).length > before + 3, 'more frames')
    expect([bed.mode, bed.facility()]).toEqual(['natural', ['natural facility']])
    bed.uplink.askFor('guidance')
    await until(() => bed.mode === 'guidance', 'guidance, asked for again')
    await until(
      () => centre.events(device).some((e) => e.kind === 'mode' && e.cause === 'facility'),
      'told',
    )
    await until(() => centre.blocks(device).at(-1)?.mode === 'guidance', 'a frame of guidance')
    await bed.close()
    await centre.close()

    const block = centre.blocks(device).at(-1)!
    expect(block).toMatchObject({ boot, mode: 'guidance', consent: 'control', asleep: false })
    const [stage, heartRate, , deltaDb] = block.values
    expect([stage, heartRate]).toEqual([0, -32768])
    expect(deltaDb).not.toBe(-32768)
    const kinds = centre.events(device).map((event) => event.kind)
    expect(kinds.slice(0, 2)).toEqual(['consented', 'wish'])
    const opened = await openBoxSources(box)
    if (!opened.ok) throw new Error('no box')
    const again = await replay(opened.value.sources, { loop: nightOf({ stager: AWAKE }) })
    await opened.value.close()
    expect(again).toMatchObject({ ok: true, value: { identical: true } })
  })

  it('goes down from control to guidance where the grant still carries that, replayed bit for bit (F26)', async () => {
    const centre = await new MadeUpCentre().open()
    const box = join(home, 'night.box')
    const bed = await new Bed().open(centre.url, { box, wish: 'control' })
    const { device } = bed.folder
    await until(() => bed.mode === 'control', 'control')
    centre.ceiling = 'guidance'
    await until(() => bed.mode === 'guidance', 'guidance')
    expect(bed.facility()).toEqual(['guidance facility'])
    centre.ceiling = 'control'
    const before = centre.blocks(device).length
    await until(() => centre.blocks(device).length > before + 3, 'more frames')
    expect([bed.mode, centre.blocks(device).at(-1)?.mode]).toEqual(['guidance', 'guidance'])
    bed.uplink.askFor('control')
    await until(() => bed.mode === 'control', 'control, asked for again')
    await bed.close()
    await centre.close()
    const opened = await openBoxSources(box)
    if (!opened.ok) throw new Error('no box')
    const again = await replay(opened.value.sources, { loop: nightOf({ stager: AWAKE }) })
    await opened.value.close()
    expect(again).toMatchObject({ ok: true, value: { identical: true } })
  })

  it('is natural when its centre dies, within the life of a grant, and comes back with nothing lost (F16, F21)', async () => {
    const centre = await new MadeUpCentre().open()
    centre.ttlS = 1
    const bed = await new Bed().open(centre.url)
    const { device } = bed.folder
    await until(() => bed.mode === 'guidance', 'guidance')
    await centre.close()
    await until(() => bed.mode === 'natural', 'natural')
    expect(bed.facility()).toEqual(['natural lease-lapsed'])
    expect(bed.told.at(-1)).toBe('the centre is away: the night goes on without it')
    const lost = centre.blocks(device).length
    await new Promise((done) => setTimeout(done, 600))
    await centre.open()
    await until(() => centre.blocks(device).length > lost + 5, 'frames again')
    const seqs = new Set(
      centre.log.flatMap((record) => {
        if (record.kind === 'event') return [record.seq]
        return []
      }),
    )
    for (const { firstSeq, stepsDs } of centre.blocks(device)) {
      for (let i = 0; i < stepsDs.length; i++) seqs.add(firstSeq + i)
    }
    const all = [...seqs].sort((a, b) => a - b)
    expect(all).toEqual(all.map((_, k) => k))
    expect(bed.mode).toBe('natural')
    await bed.close()
    await centre.close()
  })

  it('goes on without a centre that was never there, natural when it is enrolled (F20)', async () => {
    const centre = await new MadeUpCentre().open()
    const first = await new Bed().open(centre.url)
    await until(() => first.mode === 'guidance', 'guidance')
    await first.close()
    await centre.close()
    const bed = await new Bed().open(centre.url)
    expect(bed.folder.boot).toBe(first.folder.boot + 1)
    await until(() => bed.inputs.length > 20, 'the night')
    expect([bed.mode, bed.facility()]).toEqual(['natural', []])
    expect(bed.told.join()).toContain('does not answer')
    await bed.close()
  })

  it('is natural, and says so, when what it heard or made cannot be kept any more (F16, F23)', async () => {
    const centre = await new MadeUpCentre().open()
    const bed = await new Bed().open(centre.url)
    const { device, path } = bed.folder
    await until(() => bed.mode === 'guidance', 'guidance')
    // The folder is gone: a newer epoch cannot be kept.
    rmSync(path, { recursive: true })
    centre.epoch = 2
    await until(() => bed.mode === 'natural', 'natural')
    expect(bed.told.join()).toContain('cannot be kept')
    const isTold = (): boolean =>
      centre.events(device).some((event) => event.kind === 'fault' && event.fault === 'disk')
    await until(isTold, 'the fault')
    const before = centre.blocks(device).length
    await until(() => centre.blocks(device).length > before + 2, 'frames, from memory')
    expect(bed.mode).toBe('natural')
    await bed.close()
    await centre.close()
  })

  it('asks for nothing by itself in a night that goes on, until its sleeper does (N53, F26)', async () => {
    const centre = await new MadeUpCentre().open()
    const bed = new Bed()
    bed.goesOn = true
    await bed.open(centre.url)
    const { device } = bed.folder
    await until(() => centre.blocks(device).length > 4, 'frames')
    expect(centre.events(device).map(({ kind }) => kind)).toEqual(['consented'])
    expect(bed.mode).toBe('natural')
    bed.uplink.askFor('guidance')
    await until(() => bed.mode === 'guidance', 'guidance')
    await bed.close()
    await centre.close()
  })

  it('doubts what it was granted when the machine slept (F25)', async () => {
    const centre = await new MadeUpCentre().open()
    const bed = await new Bed().open(centre.url, { frameS: 5 })
    const { device } = bed.folder
    await until(() => bed.mode === 'guidance', 'guidance')
    bed.wallAheadMs = 3_600_000
    await until(() => bed.mode === 'natural', 'natural')
    expect(bed.facility()).toEqual(['natural clock'])
    const isTold = (): boolean => centre.events(device).some((event) => event.kind === 'fault')
    await until(isTold, 'the fault')
    await bed.close()
    await centre.close()
  })

  it('obeys nobody but the centre that it was enrolled with (F22)', async () => {
    const centre = await new MadeUpCentre().open()
    const bed = await new Bed().open(centre.url)
    await until(() => bed.mode === 'guidance', 'guidance')
    await bed.close()
    const kept = join(home, 'device', 'centre.json')
    const other = readFileSync(kept, 'utf8').replace(/"grantKey":"../, '"grantKey":"00')
    writeFileSync(kept, other)
    const robbed = await new Bed().open(centre.url)
    expect(robbed.told.join()).toContain('another key')
    await until(() => centre.blocks(robbed.folder.device).some(({ boot }) => boot === 2), 'frames')
    await new Promise((done) => setTimeout(done, 300))
    expect(robbed.mode).toBe('natural')
    await robbed.close()
    await centre.close()
  })
})

/** A shelf that does what it is told, and notes it. */
function shelfOf(running: number): NightShelf & { readonly did: string[] } {
  const did: string[] = []
  const shelf = {
    ...{ did, running },
    parameters: async () => undefined,
    night: async (begins: boolean) => void did.push(begins ? 'begins' : 'ends'),
    take: async () => {
      did.push('take')
      return { release: 8, outcome: 'running', natural: false } as const
    },
    setBack: async (release: number) => {
      did.push(`back to ${release}`)
      shelf.running = release
      return { release, outcome: 'reverted', natural: true } as const
    },
  }
  return shelf
}

describe('orders about releases', () => {
  it('are followed between nights, but for going back, which is at once and natural (F38, F46)', async () => {
    const centre = await new MadeUpCentre().open()
    const bed = new Bed()
    const shelf = shelfOf(7)
    bed.shelf = shelf
    await bed.open(centre.url)
    const { device } = bed.folder
    await until(() => bed.mode === 'guidance', 'guidance')
    expect(centre.blocks(device)[0]).toMatchObject({ release: 7 })
    const upd = (order: UpdateOrder): void => centre.send(device, 'upd', encodeUpdateOrder(order))
    upd({ setBack: 6 })
    await until(() => bed.mode === 'natural', 'natural')
    await until(() => centre.blocks(device).at(-1)!.release === 6, 'a frame under the older')
    expect(shelf.did).toEqual(['begins', 'back to 6'])
    const births = centre.log.flatMap((r) => (r.kind === 'birth' ? [r.birth.takesUpdates] : []))
    expect(births).toEqual([true])
    upd({ release: 8 })
    centre.send(device, 'upd', Uint8Array.of(1, 2))
    const before = centre.blocks(device).length
    await until(() => centre.blocks(device).length > before + 2, 'more frames')
    await bed.close()
    expect(shelf.did).toEqual(['begins', 'back to 6', 'ends', 'take'])
    const outcomes = (): string[] =>
      centre.events(device).flatMap((e) => (e.kind === 'release' ? [e.outcome] : []))
    await until(() => outcomes().length === 2, 'both told')
    expect(outcomes()).toEqual(['reverted', 'running'])
    await centre.close()
  })
})

describe('a piece of the black box', () => {
  const asked = (incident: string): Uint8Array =>
    encodeAdmin({ kind: 'ask-piece', incident, fromMs: 1000, toMs: 2000 })

  it('goes out by the sleeper’s yes only, in parts; a no is told once (F57)', async () => {
    const centre = await new MadeUpCentre().open()
    const bed = await new Bed().open(centre.url)
    const { device, path } = bed.folder
    await until(() => bed.mode === 'guidance', 'guidance')
    for (const incident of ['i-1', 'i-2', 'i-1']) centre.send(device, 'adm', asked(incident))
    const asks = new PieceAsks(path)
    await until(() => asks.list().length === 2, 'both asks')
    expect(bed.told.filter((line) => line.includes('consent piece i-1'))).toHaveLength(1)
    const before = centre.blocks(device).length
    await until(() => centre.blocks(device).length > before + 3, 'time')
    expect(centre.pieces).toEqual([])

    const [first, second] = asks.list() as [PieceAsk, PieceAsk]
    const span = { incident: 'i-1', device, fromMs: 1000, toMs: 2000 }
    const consent = await signPieceConsent(webcrypto.subtle, span, '5e'.repeat(32))
    const piece = Uint8Array.from({ length: 150_000 }, (_, k) => k & 255)
    asks.grant(first, consent, piece)
    asks.decline(second)
    await until(() => asks.list().every(({ status }) => status === 'told'), 'both answered')
    const parts = centre.pieces.map((bytes) => {
      const read = readPieceMessage(bytes)
      if (!read.ok) throw new Error('no piece')
      return read.value.bytes
    })
    expect(Buffer.concat(parts).equals(piece)).toBe(true)
    const answers = centre.events(device).filter(({ kind }) => kind === 'piece-answer')
    expect(answers).toMatchObject([
      { incident: 'i-1', granted: true },
      { incident: 'i-2', granted: false },
    ])
    expect(asks.granted(first)).toBeUndefined()
    await bed.close()
    await centre.close()
  })
})

describe('enrolment', () => {
  it('needs the code where there is one, and without it the night is nobody else’s', async () => {
    const centre = await new MadeUpCentre().open()
    centre.code = 'abcdefgh'
    const folder = await DeviceFolder.open(join(home, 'device'))
    const told: string[] = []
    const call = { url: centre.url, again: false, tell: (text: string) => told.push(text) }
    expect(await enrolDevice(folder, call)).toBe(false)
    expect([folder.centre, told.join()]).toEqual([
      undefined,
      expect.stringContaining('no such code'),
    ])
    expect(await enrolDevice(folder, { ...call, code: 'abcdefgh', again: true })).toBe(true)
    expect(folder.centre).toMatchObject({ url: centre.url, epoch: 0 })
    // Enrolled anew it believes no older word of the same centre (F23).
    folder.keepCentre({ ...folder.centre!, epoch: 4 })
    expect(await enrolDevice(folder, { ...call, code: 'abcdefgh', again: true })).toBe(true)
    expect(folder.centre).toMatchObject({ url: centre.url, epoch: 4 })
    // One that is not taken anew is under its centre all the same, and natural without a grant.
    expect(await enrolDevice(folder, { ...call, code: 'wxyzwxyz', again: true })).toBe(true)
    expect(told.at(-1)).toContain('as enrolled before')
    await folder.close()
    await centre.close()
  })
})

describe("a device's folder", () => {
  it('is one device for ever, readable by its owner only, and its starts rise', async () => {
    const first = await DeviceFolder.open(join(home, 'device'))
    expect(first.device).toMatch(/^bed-[0-9a-f]{8}$/)
    expect(statSync(join(first.path, 'key.json')).mode & 0o777).toBe(0o600)
    await first.close()
    const second = await DeviceFolder.open(join(home, 'device'))
    expect([second.device, second.key, second.boot]).toEqual([first.device, first.key, 2])
    await second.close()
    writeFileSync(join(first.path, 'boot.json'), '{"boot":')
    const third = await DeviceFolder.open(join(home, 'device'))
    expect(third.boot).toBeGreaterThan(1_700_000_000)
    await third.close()
  })

  it('is one program’s at a time: the second is another device beside it', async () => {
    const first = await DeviceFolder.open(join(home, 'device'))
    const second = await DeviceFolder.open(join(home, 'device'))
    expect([first.isSibling, second.isSibling]).toEqual([false, true])
    expect(second.path).toBe(join(home, 'device-2'))
    expect(second.device).not.toBe(first.device)
    await first.close()
    await second.close()
  })

  it('is not made anew where its key is damaged', async () => {
    const first = await DeviceFolder.open(join(home, 'device'))
    await first.close()
    writeFileSync(join(first.path, 'key.json'), '{}')
    await expect(DeviceFolder.open(join(home, 'device'))).rejects.toThrow('a damaged file')
  })
})

describe('what waits for a centre', () => {
  const entry = (boot: number, firstSeq: number, size = 40) => ({
    ...{ boot, firstSeq, n: 1, channel: 't' as const },
    bytes: new Uint8Array(size).fill(firstSeq & 255),
  })

  it('is there again after a kill at any byte, up to what was torn off (F15, F16)', () => {
    const path = join(home, 'backlog.log')
    const file = new BacklogFile(path)
    for (let k = 0; k < 6; k++) file.keep(entry(1, k))
    file.free({ boot: 1, seq: 2 })
    file.lose(entry(1, 2))
    file.close()
    const whole = readFileSync(path)
    const seqs = (): number[] => {
      const again = new BacklogFile(path)
      again.close()
      return again.kept.map(({ firstSeq }) => firstSeq)
    }
    expect(seqs()).toEqual([3, 4, 5])
    const seen = new Set<string>()
    for (let length = 0; length < whole.length; length += 3) {
      writeFileSync(path, whole.subarray(0, length))
      seen.add(seqs().join())
      // What is kept after a tear is whole too.
      const file = new BacklogFile(path)
      file.keep(entry(2, 0))
      file.close()
      expect(seqs().at(-1)).toBe(0)
    }
    expect([...seen]).toEqual([
      '',
      '0',
      '0,1',
      '0,1,2',
      '0,1,2,3',
      '0,1,2,3,4',
      '0,1,2,3,4,5',
      '2,3,4,5',
    ])
  })

  it('is bounded: what is over is written away (F16)', () => {
    const path = join(home, 'backlog.log')
    const file = new BacklogFile(path)
    for (let k = 0; k < 400; k++) {
      file.keep(entry(1, k, 40_000))
      if (k > 2) file.free({ boot: 1, seq: k - 2 })
    }
    file.close()
    expect(statSync(path).size).toBeLessThan(6e6)
    const again = new BacklogFile(path)
    again.close()
    expect(again.kept.map(({ firstSeq }) => firstSeq)).toEqual([397, 398, 399])
  })
})
