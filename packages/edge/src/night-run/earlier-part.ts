import { fail, ok, type Result } from '@nocturne/core/math'
import {
  type BoxEnd,
  boxEnd,
  type GovernorState,
  type LiveStagerModel,
  type NightHeader,
  type NightState,
  nightOf,
  type ReplayCode,
  replay,
} from '@nocturne/core/night'
import { openBoxSources } from '../box-file/box-sources.ts'

/** The part of a night before the controller was lost, as its box tells it. */
export type EarlierPart = {
  readonly header: NightHeader
  /** The governor as it was at the last record. */
  readonly governor: GovernorState
  /** Wall clock of device time 0 as it was known last, ms since the epoch. */
  readonly zeroMs: number
  /** Where the box ends. */
  readonly after: BoxEnd
}

/** Why a night cannot go on from a box. */
export type EarlierPartCode = ReplayCode | 'BOX_FILE' | 'BOX_DAMAGE' | 'BOX_OTHER'

/**
 * Reads how far a night had come from its box: the night runs again to its last whole record, and
 * what the governor remembers is what it had allowed. Fails with BOX_OTHER where the night does not
 * come again as it was recorded: then nobody knows.
 */
export async function earlierPart(
  path: string,
  stager: LiveStagerModel | undefined,
  progress: (fraction: number) => void = () => undefined,
): Promise<Result<EarlierPart, EarlierPartCode>> {
  const opened = await openBoxSources(path)
  if (!opened.ok) return opened
  const { sources, close } = opened.value
  try {
    const after = await boxEnd(sources)
    if (!after.ok) return after
    let state: NightState | undefined
    const night = nightOf({ stager })
    const start = (header: NightHeader): NightState => {
      state = night.start(header)
      return state
    }
    const again = await replay(sources, { loop: { ...night, start }, progress })
    if (!again.ok) return again
    if (!again.value.identical || state === undefined) {
      return fail('BOX_OTHER', path, 'a night that does not come again', 'one that does')
    }
    // The state is moved and not copied: what was started is what stands at the end.
    const { header, governor, outside } = state
    const zeroMs = header.startMs + outside.stepMs
    return ok({ header, governor: governor.state, zeroMs, after: after.value })
  } finally {
    await close()
  }
}

/**
 * Device time, ms, at which a night goes on whose source began at this moment of the wall clock:
 * later than everything in the box, whatever the clock says.
 */
export function goesOnAtMs({ governor, zeroMs }: EarlierPart, startMs: number): number {
  return Math.max(governor.atMs + 1, Math.floor(startMs - zeroMs))
}

/**
 * The header of a night that goes on (rule N53): what the rules remember of its first part, the
 * bedtime, history and time to wake of its evening, and a token above the one before.
 */
export function resumedHeader(
  header: NightHeader,
  { header: was, governor }: EarlierPart,
): NightHeader {
  const wakeMs = header.wakeMs ?? was.wakeMs
  return {
    ...header,
    token: Math.max(header.token, was.token + 1),
    history: was.history ?? {},
    ...(was.bedtimeMs === undefined ? {} : { bedtimeMs: was.bedtimeMs }),
    ...(wakeMs === undefined ? {} : { wakeMs }),
    resumed: governor,
  }
}
