import type { DeviceEvent, Grant } from '../packages/core/src/fleet/index.ts'
import type { Mode } from '../packages/core/src/night/index.ts'

/** An act as a device tells of it. */
export type Act = Extract<DeviceEvent, { kind: 'act' }>

/** What a sleeper signed, as the sleeper has it. */
export type Signed = { readonly id: string; readonly mode: Mode }

/** An act that was seen; `why` says what was wrong with it, '' = nothing. */
export type SeenAct = {
  readonly device: string
  readonly boot: number
  readonly act: Act
  readonly why: string
}

/**
 * Stands beside every bed: knows what each sleeper signed from the sleeper, reads the grants off
 * the wire, and looks at every act by rules of its own. It asks neither the device nor the centre.
 */
export class StoryWitness {
  readonly acts: SeenAct[] = []
  readonly #signed = new Map<string, Signed | undefined>()
  readonly #grants = new Map<string, Grant>()

  /** Acts that nobody allowed. */
  get breaches(): readonly SeenAct[] {
    return this.acts.filter(({ why }) => why !== '')
  }

  /** A sleeper signs; undefined takes it all back. */
  signs(device: string, consent: Signed | undefined): void {
    this.#signed.set(device, consent)
  }

  /** The centre's word reaches a bed. */
  hears(device: string, grant: Grant): void {
    const last = this.#grants.get(device)
    const isNewer =
      last === undefined ||
      grant.boot > last.boot ||
      grant.epoch > last.epoch ||
      (grant.epoch === last.epoch && grant.id > last.id)
    if (isNewer) this.#grants.set(device, grant)
  }

  /** The newest word that reached a bed. */
  newest(device: string): Grant | undefined {
    return this.#grants.get(device)
  }

  /** A bed acts. */
  sees(device: string, boot: number, act: Act): void {
    this.acts.push({ device, boot, act, why: this.#wrong(device, boot, act) })
  }

  #wrong(device: string, boot: number, { consentId, grant, epoch, atS }: Act): string {
    const signed = this.#signed.get(device)
    if (signed === undefined) return 'no consent'
    if (signed.id !== consentId) return 'another consent'
    if (signed.mode !== 'control') return 'more than was consented to'
    const word = this.#grants.get(device)
    if (word === undefined || word.boot !== boot) return 'no grant'
    if (word.epoch !== epoch || word.id !== grant) return 'another grant'
    if (word.ceiling !== 'control') return 'more than was granted'
    return atS < word.heardS + word.ttlS ? '' : 'a grant that is over'
  }
}
