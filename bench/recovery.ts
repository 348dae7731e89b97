import { spreadWindowS } from '../packages/core/src/fleet/recovery/spread.ts'
import {
  type ComingBack,
  runStorm,
  type Storm,
  spreadComingBack,
} from '../packages/core/src/fleet/simulation/storm.ts'

const DEVICES = 1_000_000
const PER_S = 5000
/** An outage of the centre after which every device is deep in its back-off. */
const OUTAGE_S = 900
const CAP_S = 300

/** How others come back; the names say after whom. */
const PEERS: readonly ComingBack[] = [
  { name: 'fixed 5 s retry', firstWaitS: () => 0, nextWaitS: () => 5 },
  {
    // Each interval three times, then doubled, no jitter (Mender's client, http.cpp).
    name: 'exponential, no jitter (as Mender)',
    firstWaitS: () => 0,
    nextWaitS: (failures) => Math.min(CAP_S, 2 ** Math.floor((failures - 1) / 3)),
  },
  {
    name: 'exponential, full jitter, cap 300 s (as AWS)',
    firstWaitS: () => 0,
    nextWaitS: (failures, random) => random.uniform() * Math.min(CAP_S, 2 ** Math.min(failures, 9)),
  },
]

/** The spread window with the back-off's bound at 300 s whatever the fleet's size. */
function cappedSpread(spreadS: number): ComingBack {
  const ours = spreadComingBack(spreadS)
  return {
    ...ours,
    name: 'spread window, back-off to 300 s only',
    nextWaitS: (failures, random) =>
      random.uniform() * Math.min(CAP_S, Math.max(1, spreadS) * 2 ** Math.min(failures - 1, 9)),
  }
}

/**
 * How a million devices come back after a blackout and after an outage of the centre, under five
 * ways of trying again (target S2: peak <= C, attempts <= 1.1 a device, t99 <= 1.3 N/C).
 */
export async function benchRecovery(): Promise<void> {
  const spreadS = spreadWindowS(DEVICES, PER_S)
  const kinds = [...PEERS, cappedSpread(spreadS), spreadComingBack(spreadS)]
  const blackout = {
    devices: DEVICES,
    handshakesPerS: PER_S,
    powerWithinS: 5,
    doorOpensS: 0,
    seed: 9,
  }
  console.log(
    `recovery: ${DEVICES} devices, C = ${PER_S} handshakes/s, N/C = ${DEVICES / PER_S} s, spread ${spreadS} s`,
  )
  table('power back within 5 s, the centre is there', blackout, kinds)
  table(`the centre is away for ${OUTAGE_S} s`, { ...blackout, doorOpensS: OUTAGE_S }, kinds)
}

function table(title: string, storm: Storm, kinds: readonly ComingBack[]): void {
  console.log(`  ${title}`)
  console.log(
    `  ${'way of coming back'.padEnd(46)}peak offered/s  peak/C  attempts/device  t50 s  t99 s  t99/(N/C)`,
  )
  for (const kind of kinds) {
    const seen = runStorm(storm, kind)
    const ratio = seen.t99S / (storm.devices / storm.handshakesPerS)
    console.log(
      `  ${kind.name.padEnd(46)}${String(seen.peakOfferedPerS).padStart(14)}${(seen.peakOfferedPerS / storm.handshakesPerS).toFixed(2).padStart(8)}${seen.attemptsAtDoor.toFixed(2).padStart(17)}${seen.t50S.toFixed(0).padStart(7)}${seen.t99S.toFixed(0).padStart(7)}${ratio.toFixed(2).padStart(11)}`,
    )
  }
}
