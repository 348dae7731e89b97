import {
  type AcceptedUpdate,
  type DeviceTrust,
  gatherAtMost,
  MOST_BYTES,
  MOST_FILE_BYTES,
  nightDigest,
  otherRelease,
  type ReleaseOutcome,
  readDocument,
  runningRelease,
  type SlotEffect,
  type SlotInput,
  type Slots,
  slotStep,
  startSlots,
  startTrust,
  type UpdateBundle,
  type UpdateCode,
  verifyUpdate,
} from '@nocturne/core/fleet'
import { ok, type Problem, type Result, sha256 } from '@nocturne/core/math'
import { type Loop, type Release, readRelease, type SubtleEd25519 } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'

/** Where a device keeps its releases. A file is written whole, or not at all. */
export type ShelfFiles = {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  write(name: string, bytes: Uint8Array): Promise<void>
}

/** Brings a document or a file of a release from the centre, piece by piece. */
export type ReleaseFetch = (path: string) => AsyncIterable<Uint8Array>

/** What a shelf needs of the device around it. */
export type ShelfParts<State> = {
  readonly files: ShelfFiles
  readonly subtle: SubtleEd25519
  /** The night's own loop, for the golden night. */
  readonly loop: Loop<State>
  /** Monotonic time, ms. */
  readonly nowMs: () => number
}

/** What came of an order: what is told of it, and whether the night must be natural now. */
export type ShelfOutcome = {
  readonly release: number
  readonly outcome: ReleaseOutcome
  readonly natural: boolean
  readonly problem?: Problem<UpdateCode | 'UPDATE_FETCH'>
}

type Shelved = { readonly trust: DeviceTrust; readonly slots: Slots }

/** Roots that are followed at one time. */
const MOST_ROOTS = 8
const BELOW = { outcome: 'refused', natural: true } as const
const SHELF = 'shelf.json'
const SLOT_NAMES = ['a', 'b'] as const

/**
 * The releases of a device: takes a signed one from the centre, tries it on its golden night, keeps
 * it beside the one that runs, and goes back. All that is decided is decided by `verifyUpdate` and
 * `slotStep`; here it is fetched, written and remembered, so that a crash at any moment leaves what
 * ran before. Rules F30-F39 of fleet/SPEC.md.
 */
export class ReleaseShelf<State> {
  private shelved: Shelved
  private readonly parts: ShelfParts<State>

  private constructor(parts: ShelfParts<State>, shelved: Shelved) {
    this.parts = parts
    this.shelved = shelved
  }

  /** Opens the shelf of a device; the root is the one that was put into it, and is read once. */
  static async open<State>(
    parts: ShelfParts<State>,
    device: Pick<DeviceTrust, 'device' | 'hardware' | 'code'>,
    rootBytes: Uint8Array,
  ): Promise<Result<ReleaseShelf<State>, 'SHELF_ROOT'>> {
    const root = readDocument('root', rootBytes)
    if (!root.ok) return { ok: false, problem: { ...root.problem, code: 'SHELF_ROOT' } }
    const kept = await keptShelf(parts.files)
    const fresh = { trust: startTrust(device, root.value), slots: startSlots() }
    const trust = { ...(kept ?? fresh).trust, ...device }
    const shelf = new ReleaseShelf(parts, { trust, slots: (kept ?? fresh).slots })
    await shelf.step({ kind: 'start' })
    return ok(shelf)
  }

  /** The release that runs from the next night on; 0 is as shipped. */
  get running(): number {
    return runningRelease(this.shelved.slots)
  }

  /** Its parameters; undefined as shipped, and for a slot that cannot be read any more. */
  async parameters(): Promise<Release | undefined> {
    const { slots } = this.shelved
    if (this.running === 0) return undefined
    const bytes = await this.parts.files.read(slotFile(slots.next ?? slots.active, 'parameters'))
    const release = bytes && readRelease(new TextDecoder().decode(bytes))
    return release?.ok ? release.value : undefined
  }

  /** Follows the director: fetches, checks, writes, tries. `wallMs` is undefined when unknown. */
  async take(fetch: ReleaseFetch, wallMs: number | undefined): Promise<ShelfOutcome> {
    const bundle = await this.fetched(fetch)
    if (!bundle.ok) return this.refused(bundle.problem)
    const { trust, slots } = this.shelved
    const believed = { ...trust, running: runningRelease(slots), other: otherRelease(slots) }
    const update = await verifyUpdate(this.parts.subtle, believed, bundle.value, wallMs)
    if (!update.ok) return this.refused(update.problem)
    // What was seen is remembered before anything is done with it.
    await this.keep({ trust: update.value.trust, slots })
    const { release, isSetBack } = update.value
    if (release === this.running) return { release, outcome: 'running', natural: false }
    if (isSetBack) return this.setBack(release)
    return this.written(fetch, update.value)
  }

  /**
   * Goes back at once to the release in the other slot, or else to the device as shipped; below the
   * floor it goes to neither, and is natural.
   */
  async setBack(release: number): Promise<ShelfOutcome> {
    const { slots, trust } = this.shelved
    const effects = slotStep(slots, { kind: 'set-back', release }).effects
    const outcome = outcomeOf(release, effects)
    if (outcome.release < trust.floor) return { release: this.running, ...BELOW }
    return outcomeOf(release, await this.step({ kind: 'set-back', release }))
  }

  /** A night begins or ends; a release changes only between two. */
  async night(begins: boolean): Promise<void> {
    await this.step({ kind: 'night', begins })
  }

  private async written(fetch: ReleaseFetch, update: AcceptedUpdate): Promise<ShelfOutcome> {
    const { release, files, golden } = update
    const { slots } = this.shelved
    // While a release waits for the next night, what would be written over is what runs.
    if (slots.next !== undefined) {
      const problem = { got: 'a release that waits for the night', expected: 'none' }
      return this.refused({ code: 'UPDATE_RELEASE', where: 'slots', ...problem })
    }
    const night = await gathered(fetch, `files/golden/${golden!.night}`, MOST_FILE_BYTES)
    if (!night.ok) return this.refused(night.problem)
    if (sha256(night.value) !== golden!.night) {
      const problem = { got: 'another night', expected: 'the one that was signed' }
      return this.refused({ code: 'UPDATE_CONTENT', where: 'golden night', ...problem })
    }
    const spare = slots.active === 0 ? 1 : 0
    await this.step({ kind: 'writing' })
    for (const [path, bytes] of files) {
      await this.parts.files.write(slotFile(spare, path.split('/').at(-1)!), bytes)
    }
    await this.step({ kind: 'written', release, digest: golden!.digest })
    const begunMs = this.parts.nowMs()
    const digest = await this.tried(spare, night.value)
    const tookMs = this.parts.nowMs() - begunMs
    return outcomeOf(release, await this.step({ kind: 'tested', digest, tookMs }))
  }

  /** The digest of the golden night under the slot as it lies on the disk; empty when it is none. */
  private async tried(slot: 0 | 1, night: Uint8Array): Promise<string> {
    const bytes = await this.parts.files.read(slotFile(slot, 'parameters'))
    const release = bytes && readRelease(new TextDecoder().decode(bytes))
    if (!release?.ok) return ''
    const options = { loop: this.parts.loop, release: release.value }
    const digest = await nightDigest([bytesSource(night, 'golden night')], options)
    return digest.ok ? digest.value : ''
  }

  private async fetched(
    fetch: ReleaseFetch,
  ): Promise<Result<UpdateBundle, 'UPDATE_ENDLESS' | 'UPDATE_FETCH'>> {
    const roles = ['timestamp', 'snapshot', 'targets', 'director'] as const
    const documents: Partial<Record<(typeof roles)[number], Uint8Array>> = {}
    for (const role of roles) {
      const bytes = await gathered(fetch, `${role}.json`, MOST_BYTES[role])
      if (!bytes.ok) return bytes
      documents[role] = bytes.value
    }
    const director = readDocument('director', documents.director!)
    const isNew = director.ok && director.value.signed.release > this.running
    const files = new Map<string, Uint8Array>()
    for (const [path, pin] of Object.entries(isNew ? director.value.signed.targets : {})) {
      const bytes = await gathered(fetch, `files/${path}`, pin.length)
      if (!bytes.ok) return bytes
      files.set(path, bytes.value)
    }
    const roots = await this.newRoots(fetch)
    return ok({ roots, ...(documents as Required<typeof documents>), files })
  }

  /** Roots newer than the one believed, as far as the centre has them. */
  private async newRoots(fetch: ReleaseFetch): Promise<Uint8Array[]> {
    const roots: Uint8Array[] = []
    const { version } = this.shelved.trust.root.signed
    for (let next = version + 1; next <= version + MOST_ROOTS; next++) {
      const bytes = await gathered(fetch, `${next}.root.json`, MOST_BYTES.root)
      if (!bytes.ok) break
      roots.push(bytes.value)
    }
    return roots
  }

  private async step(input: SlotInput): Promise<readonly SlotEffect[]> {
    const { state, effects } = slotStep(this.shelved.slots, input)
    await this.keep({ trust: this.shelved.trust, slots: state })
    return effects
  }

  private async keep(shelved: Shelved): Promise<void> {
    await this.parts.files.write(SHELF, new TextEncoder().encode(`${JSON.stringify(shelved)}\n`))
    this.shelved = shelved
  }

  private refused(problem: Problem<UpdateCode | 'UPDATE_FETCH'>): ShelfOutcome {
    return { release: this.running, outcome: 'refused', natural: false, problem }
  }
}

function outcomeOf(asked: number, effects: readonly SlotEffect[]): ShelfOutcome {
  const told = effects.find((effect) => effect.kind === 'outcome')
  const natural = effects.some(({ kind }) => kind === 'natural')
  if (told?.kind !== 'outcome') return { release: asked, outcome: 'refused', natural }
  return { release: told.release, outcome: told.outcome, natural }
}

async function gathered(
  fetch: ReleaseFetch,
  path: string,
  most: number,
): Promise<Result<Uint8Array, 'UPDATE_ENDLESS' | 'UPDATE_FETCH'>> {
  try {
    return await gatherAtMost(fetch(path), most, path)
  } catch (error) {
    const got = error instanceof Error ? error.message : 'no reason'
    const problem = { where: path, got, expected: 'it from the centre' }
    return { ok: false, problem: { code: 'UPDATE_FETCH', ...problem } }
  }
}

function slotFile(slot: 0 | 1, name: string): string {
  return `slot-${SLOT_NAMES[slot]}/${name}`
}

/** What was kept; a file that is not ours counts as none, and the device is as shipped. */
async function keptShelf(files: ShelfFiles): Promise<Shelved | undefined> {
  const bytes = await files.read(SHELF)
  if (bytes === undefined) return undefined
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Shelved> | null
    const isOne = value?.trust?.root?.signed !== undefined && value.slots?.holds?.length === 2
    return isOne ? (value as Shelved) : undefined
  } catch {
    return undefined
  }
}
