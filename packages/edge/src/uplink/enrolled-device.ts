import { describeProblem } from '@nocturne/core/math'
import type { DeviceFolder, KeptCentre } from './device-folder.ts'
import { signedSleeperKey } from './device-key.ts'
import { aboutCentre, type CentreAbout, enrol } from './enrolment.ts'

/** How a device comes under a centre. */
export type EnrolmentCall = {
  readonly url: string
  /** The code of an operator. */
  readonly code?: string
  /** Enrols also where that was done before, and believes the key that the centre has now. */
  readonly again: boolean
  readonly sleeperKey?: string
  tell(text: string): void
  /** Waits before another try, ms; real time unless said. */
  pause?(ms: number): Promise<void>
}

/** A centre that was begun together with the device is waited for, ms, and looked for so often. */
const WAITS_MS = 5000
const PAUSE_MS = 500

/**
 * Sees to it that a device is enrolled with the centre at a URL, whose key of grants is kept once
 * and for all; false where it is not, and then the night needs no grant. A device that is enrolled
 * is so also while nobody answers: it is natural then (F20). What is amiss is told in one line.
 */
export async function enrolDevice(folder: DeviceFolder, call: EnrolmentCall): Promise<boolean> {
  const { url, tell } = call
  const held = folder.centre?.url === url ? folder.centre : undefined
  const kept = call.again ? undefined : held
  const about = await found(call, kept === undefined ? WAITS_MS : 0)
  if (kept !== undefined) {
    if (about?.grantKey === kept.grantKey) await sleeperTold(folder, call, kept)
    if (about === undefined) {
      tell(`the centre at ${url} does not answer: natural until it does`)
    } else if (about.grantKey !== kept.grantKey) {
      const to = 'enrol anew with --pair CODE, or remove centre.json'
      tell(`the centre at ${url} has another key than at enrolment: natural; ${to}`)
    } else if (about.mqttPort !== kept.mqttPort) {
      folder.keepCentre({ ...(folder.centre ?? kept), mqttPort: about.mqttPort })
    }
    return true
  }
  // Whom a centre does not take anew is its device all the same.
  const isHeld = held !== undefined
  if (about === undefined) {
    const then = isHeld ? 'natural until it does' : 'this night is without it'
    tell(`the centre at ${url} does not answer: ${then}`)
    return isHeld
  }
  return (await enrolled(folder, call, about)) || isHeld
}

async function enrolled(
  folder: DeviceFolder,
  { url, code, sleeperKey, tell }: EnrolmentCall,
  about: CentreAbout,
): Promise<boolean> {
  const { device, key } = folder
  const sleeper = await sleeperOf(folder, sleeperKey)
  const answer = await enrol(url, {
    ...{ device, publicKey: key.publicKey, ...sleeper },
    ...(code === undefined ? {} : { code }),
  })
  if (!answer.ok) {
    const isHeld = folder.centre?.url === url
    const then = isHeld ? 'as enrolled before' : 'this night is without a centre'
    tell(`not enrolled, ${then}: ${describeProblem(answer.problem)}`)
    return false
  }
  // Of the same centre no older word is believed than before (F23).
  const epoch = folder.centre?.grantKey === about.grantKey ? folder.centre.epoch : 0
  const known = sleeperKey === undefined ? {} : { sleeperKey }
  folder.keepCentre({ url, ...about, epoch, spreadS: 1, framesPerBlock: 1, ...known })
  tell(`enrolled with the centre at ${url} as ${device}`)
  return true
}

/** A sleeper who has a key only since: the centre is told, or it is tried again another night. */
async function sleeperTold(
  folder: DeviceFolder,
  { url, sleeperKey, tell }: EnrolmentCall,
  kept: KeptCentre,
): Promise<void> {
  if (sleeperKey === undefined || kept.sleeperKey === sleeperKey) return
  const { device, key } = folder
  const sleeper = await sleeperOf(folder, sleeperKey)
  const answer = await enrol(url, { device, publicKey: key.publicKey, ...sleeper })
  if (answer.ok) folder.keepCentre({ ...kept, sleeperKey })
  else tell(`the centre does not know the sleeper's key: ${describeProblem(answer.problem)}`)
}

async function sleeperOf(
  { device, key }: DeviceFolder,
  sleeperKey: string | undefined,
): Promise<{ readonly sleeperKey?: string; readonly proof?: string }> {
  if (sleeperKey === undefined) return {}
  return { sleeperKey, proof: await signedSleeperKey(key, device, sleeperKey) }
}

async function found(
  { url, pause = (ms) => new Promise((done) => setTimeout(done, ms)) }: EnrolmentCall,
  waitsMs: number,
): Promise<CentreAbout | undefined> {
  const begunMs = performance.now()
  for (;;) {
    const about = await aboutCentre(url)
    if (about.ok) return about.value
    const isOver = performance.now() - begunMs >= waitsMs
    if (isOver || about.problem.code !== 'CENTRE_AWAY') return undefined
    await pause(PAUSE_MS)
  }
}
