import { randomInt } from 'node:crypto'
import { lslClockS } from './clock.ts'
import { boundSocket } from './network.ts'

/** One question about the time, answered: sent and come back by our clock, met by theirs. */
export type ClockProbe = {
  readonly sentS: number
  readonly metS: number
  readonly answeredS: number
  readonly backS: number
}

/** How far another machine's clock is before ours, and the journey by which that was measured. */
export type ClockOffset = { readonly offsetS: number; readonly roundTripS: number }

/** Questions of one measurement, the time between them, and how long answers are waited for. */
const PROBES = 8
const PROBE_EVERY_MS = 16
const ANSWER_MS = 250

/**
 * The clock offset by the probe that travelled least, ((met - sent) + (answered - back)) / 2, as
 * NTP does (Mills, IEEE Trans Commun 39, 1991): half of what its two ways differ is its error.
 * Undefined without a probe.
 */
export function offsetOf(probes: readonly ClockProbe[]): ClockOffset | undefined {
  let best: ClockOffset | undefined
  for (const { sentS, metS, answeredS, backS } of probes) {
    const roundTripS = backS - sentS - (answeredS - metS)
    if (best && best.roundTripS <= roundTripS) continue
    best = { offsetS: (metS - sentS + (answeredS - backS)) / 2, roundTripS }
  }
  return best
}

/**
 * Measures how far the clock of a stream's machine is before ours, by a few questions to its time
 * port. Undefined where nobody answers.
 */
export async function measureOffset(
  address: string,
  timePort: number,
): Promise<ClockOffset | undefined> {
  const socket = timePort > 0 ? await boundSocket(0) : undefined
  if (socket === undefined) return undefined
  const wave = randomInt(1, 2 ** 31 - 1)
  const probes: ClockProbe[] = []
  await new Promise<void>((done) => {
    const end = (): void => {
      clearInterval(asking)
      clearTimeout(last)
      done()
    }
    let asked = 0
    const ask = (): void => {
      if (asked++ >= PROBES) return
      const text = `LSL:timedata\r\n${wave} ${lslClockS().toFixed(9)}\r\n`
      socket.send(text, timePort, address, () => undefined)
    }
    const asking = setInterval(ask, PROBE_EVERY_MS)
    const last = setTimeout(end, PROBES * PROBE_EVERY_MS + ANSWER_MS)
    socket.on('message', (message) => {
      const backS = lslClockS()
      const probe = probeOf(message.toString('latin1'), wave, backS)
      if (probe && probes.length < PROBES) probes.push(probe)
      if (probes.length === PROBES) end()
    })
    ask()
  })
  socket.close()
  return offsetOf(probes)
}

function probeOf(text: string, wave: number, backS: number): ClockProbe | undefined {
  const [its, sentS, metS, answeredS] = text.trim().split(/\s+/).map(Number)
  if (its !== wave || !Number.isFinite(sentS! + metS! + answeredS!)) return undefined
  return { sentS: sentS!, metS: metS!, answeredS: answeredS!, backS }
}

/** Answers a question about the time that met us at `metS`; undefined where it is none. */
export function timeAnswer(message: string, metS: number): string | undefined {
  const match = /^LSL:timedata\r?\n\s*(-?\d+)\s+(\S+)/.exec(message)
  if (!match || !Number.isFinite(Number(match[2]))) return undefined
  return ` ${match[1]} ${match[2]} ${metS.toFixed(9)} ${lslClockS().toFixed(9)}`
}
