/** Lets a played night go at a speed, and lets others speak in between. */
export type Pacer = {
  /** 1 is real time, 0 as fast as it goes. */
  setSpeed(speed: number): void
  /** Waits until the next `signalMs` of signal may be taken. */
  wait(signalMs: number): Promise<void>
}

/** Longest run without letting a word in, ms: a stop waits no longer than that. */
const TURN_MS = 12

/** A pacer that begins now. */
export function pacer(speedAtFirst: number): Pacer {
  let speed = speedAtFirst
  let due = performance.now()
  let turned = due
  return {
    setSpeed: (next) => {
      speed = next
      due = performance.now()
    },
    wait: async (signalMs) => {
      const now = performance.now()
      due = speed === 0 ? now : due + signalMs / speed
      const ahead = due - now
      if (ahead < 1 && now - turned < TURN_MS) return
      await new Promise((go) => setTimeout(go, Math.max(0, ahead)))
      turned = performance.now()
      // A machine that cannot keep up does not hurry afterwards.
      if (due < turned - 1000) due = turned
    },
  }
}
