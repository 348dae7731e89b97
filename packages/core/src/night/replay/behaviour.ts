import { crc32 } from '../../math/crc32.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { plainText } from '../box/plain-text.ts'
import type { LoopEvent } from '../loop/event.ts'

/** Something that a night under a release does or does not do. */
export type Behaviour = {
  readonly says: string
  /** Looks at one night from its start. */
  watch(): BehaviourWatch
}

/** Looks at the events of one night. */
export type BehaviourWatch = {
  /** False when nothing that comes can change the answer any more. */
  take(event: LoopEvent, atMs: number): boolean
  /** The answer, at the end of the night or when `take` said that it stands. */
  holds(): boolean
}

/** More (or fewer) clicks than a number. */
export function stimuliBehaviour(than: '>' | '<', count: number): Behaviour {
  return {
    says: `stimuli ${than} ${count}`,
    watch: () => {
      let stimuli = 0
      return {
        take: (event) => {
          if (event.kind === 'command' && event.lease.action === 'click') stimuli++
          return than === '>' ? stimuli <= count : stimuli < count
        },
        holds: () => (than === '>' ? stimuli > count : stimuli < count),
      }
    },
  }
}

/** The decision that stands at a moment (device time, ms) has this code. */
function codeBehaviour(code: string, standsAtMs: number): Behaviour {
  return {
    says: `code ${code} at ${standsAtMs / 1000} s`,
    watch: () => {
      let standing: string | undefined
      return {
        take: (event, atMs) => {
          if (event.kind === 'decision' && atMs <= standsAtMs) standing = event.decision.code
          return atMs <= standsAtMs
        },
        holds: () => standing === code,
      }
    },
  }
}

/** The decisions of a night, each as a number that stands for it. */
export class DecisionTrace {
  readonly marks: number[] = []
  private readonly bytes = new Uint8Array(65_536)

  /** The mark of a decision, added; undefined for any other event. */
  take(event: LoopEvent): number | undefined {
    if (event.kind !== 'decision') return undefined
    const text = plainText(event.decision)
    const length = Math.min(text.length, this.bytes.length)
    for (let k = 0; k < length; k++) this.bytes[k] = text.charCodeAt(k)
    const mark = crc32(this.bytes.subarray(0, length))
    this.marks.push(mark)
    return mark
  }
}

/** Any decision differs from those of the night of this trace. */
export function otherDecisions(reference: DecisionTrace): Behaviour {
  return {
    says: 'decisions differ from those of the first release',
    watch: () => {
      const own = new DecisionTrace()
      let differs = false
      return {
        take: (event) => {
          const mark = own.take(event)
          differs ||= mark !== undefined && mark !== reference.marks[own.marks.length - 1]
          return !differs
        },
        holds: () => differs || own.marks.length !== reference.marks.length,
      }
    },
  }
}

/**
 * Reads a behaviour: `stimuli > 120`, `stimuli < 10`, or `code NOT_DEEP at T`, where `clock` turns
 * T into device time, ms.
 */
export function readBehaviour(
  text: string,
  clock: (time: string) => number | undefined,
): Result<Behaviour, 'BEHAVIOUR'> {
  const stimuli = /^\s*stimuli\s*([<>])\s*(\d{1,6})\s*$/.exec(text)
  if (stimuli) return ok(stimuliBehaviour(stimuli[1] as '>' | '<', Number(stimuli[2])))
  const [, code, time] = /^\s*code\s+([A-Z0-9_]+)\s+at\s+(\S+)\s*$/.exec(text) ?? []
  const atMs = time === undefined ? undefined : clock(time)
  if (code !== undefined && atMs !== undefined) return ok(codeBehaviour(code, atMs))
  const expected = '"stimuli > N", "stimuli < N" or "code CODE at HH:MM:SS" within the night'
  return fail('BEHAVIOUR', 'behaviour', JSON.stringify(text), expected)
}
