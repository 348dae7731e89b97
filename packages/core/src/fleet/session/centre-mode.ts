import { type Mode, modeRank } from '../../night/governor/mode.ts'

/** How long a sleeper's wish for a mode waits for a grant, s. */
export const WISH_WAITS_S = 600

/** What a device under a centre knows of its mode; plain JSON. */
export type CentreMode = {
  /** What the living grant lets through; natural without one. */
  readonly ceiling: Mode
  /** The mode that holds on the device. */
  readonly mode: Mode
  /** What the sleeper asked for, when, and was not let through whole; undefined = nothing. */
  readonly wish: { readonly to: Mode; readonly atS: number } | undefined
}

/** What a device's mode under a centre hangs on; `nowS` is device time, s. */
export type CentreModeInput = {
  readonly nowS: number
} /** The sleeper, awake, asks for a mode. */ & (
  | { readonly kind: 'wish'; readonly to: Mode }
  | { readonly kind: 'ceiling'; readonly ceiling: Mode }
  /** The mode that holds now, whoever changed it. */
  | { readonly kind: 'mode'; readonly mode: Mode }
  /** The sleeper stopped the device, or fell asleep: nothing is wished for any more. */
  | { readonly kind: 'asleep' | 'stop' }
)

/** What is said to the loop. */
export type CentreWord =
  /** The sleeper's own ask, no higher than the grant. */
  | { readonly say: 'ask'; readonly to: Mode }
  /** The grant no longer carries the mode that holds: down to what it does. */
  | { readonly say: 'natural' | 'guidance' }

/** A device that begins: natural, without a grant. */
export const CENTRE_MODE: CentreMode = { ceiling: 'natural', mode: 'natural', wish: undefined }

/**
 * The mode of a device under a centre: lower at once, and higher only by the sleeper's own ask. An
 * ask goes as far as the grant does, and for ten minutes further with it, while the sleeper is
 * awake and nothing fell: the first grant of an evening, before a stage is known, is guidance at
 * most. Rules F20, F26 and F27 of SPEC.md.
 */
export function centreModeStep(
  state: CentreMode,
  input: CentreModeInput,
): { readonly state: CentreMode; readonly word?: CentreWord } {
  const wish = isOver(state, input.nowS) ? undefined : state.wish
  switch (input.kind) {
    case 'wish':
      return heard({ ...state, wish: { to: input.to, atS: input.nowS } })
    case 'mode':
      return {
        state: { ...state, wish: fell(state, input.mode) ? undefined : wish, mode: input.mode },
      }
    case 'ceiling': {
      const next = { ...state, wish, ceiling: input.ceiling }
      if (modeRank(next.ceiling) >= modeRank(next.mode)) return heard(next)
      // Control that is let fall to guidance stays on the way: natural would be until morning.
      const say = input.ceiling === 'guidance' ? 'guidance' : 'natural'
      return { state: { ...next, wish: undefined }, word: { say } }
    }
    default:
      return { state: { ...state, wish: undefined } }
  }
}

/** Lets a wish through as far as the ceiling goes; above natural it needs a grant. */
function heard(state: CentreMode): { readonly state: CentreMode; readonly word?: CentreWord } {
  const { wish, ceiling } = state
  if (wish === undefined) return { state }
  const to = modeRank(wish.to) <= modeRank(ceiling) ? wish.to : ceiling
  if (to === 'natural' && wish.to !== 'natural') return { state }
  const left = to === wish.to ? undefined : wish
  // What holds already needs no word.
  const word = to === state.mode && left !== undefined ? {} : { word: { say: 'ask', to } as const }
  return { state: { ...state, wish: left }, ...word }
}

function fell({ mode }: CentreMode, to: Mode): boolean {
  return modeRank(to) < modeRank(mode)
}

function isOver({ wish }: CentreMode, nowS: number): boolean {
  return wish !== undefined && !(nowS - wish.atS <= WISH_WAITS_S)
}
