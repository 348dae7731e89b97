import type { DeviceId } from '@nocturne/core/fleet'
import { fail, ok, type Result } from '@nocturne/core/math'

/** What a centre says of itself to whoever asks. */
export type CentreAbout = {
  /** Port of its front door. */
  readonly mqttPort: number
  /** Ed25519 public key of its grants, 64 hexadecimal digits. */
  readonly grantKey: string
}

/** Why a centre is not, or not yet, a device's. */
export type EnrolmentCode =
  /** Nobody answers there. */
  | 'CENTRE_AWAY'
  /** Something answers that is no centre. */
  | 'CENTRE_ANSWER'
  /** It does not take this device. */
  | 'CENTRE_REFUSED'

/** A device that asks to be enrolled. */
export type Enrolment = {
  readonly device: DeviceId
  readonly publicKey: string
  /** Of an operator; a centre on this machine may take devices without one. */
  readonly code?: string
  /** Whose signature a yes to a piece of the black box will carry. */
  readonly sleeperKey?: string
  /** The device's signature under it: it may come after the enrolment. */
  readonly proof?: string
}

/** Longest wait for an answer, ms, and longest answer, characters. */
const PATIENCE_MS = 5000
const LONGEST_ANSWER = 65_536

/** Asks a centre for its door and its key of grants. */
export async function aboutCentre(url: string): Promise<Result<CentreAbout, EnrolmentCode>> {
  const read = await called(url, 'v1/about', undefined)
  if (!read.ok) return read
  const { mqttPort, grantKey } = read.value
  const isPort = Number.isInteger(mqttPort) && Number(mqttPort) > 0 && Number(mqttPort) < 65_536
  if (isPort && typeof grantKey === 'string' && /^[0-9a-f]{64}$/.test(grantKey)) {
    return ok({ mqttPort: Number(mqttPort), grantKey })
  }
  return fail('CENTRE_ANSWER', url, 'no port and key', 'the answer of a centre')
}

/** Enrols a device; the same device with the same key may do so again. */
export async function enrol(url: string, body: Enrolment): Promise<Result<true, EnrolmentCode>> {
  const read = await called(url, 'v1/enrolments', body)
  return read.ok ? ok(true) : read
}

async function called(
  url: string,
  path: string,
  body: unknown,
): Promise<Result<Record<string, unknown>, EnrolmentCode>> {
  const place = `${url.replace(/\/+$/, '')}/${path}`
  const isAsk = body === undefined
  const sent = isAsk
    ? {}
    : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  try {
    const answer = await fetch(place, {
      ...{ method: isAsk ? 'GET' : 'POST', redirect: 'error' },
      ...{ signal: AbortSignal.timeout(PATIENCE_MS), ...sent },
    })
    const text = (await answer.text()).slice(0, LONGEST_ANSWER)
    const value = objectOf(text)
    if (answer.ok && value !== undefined) return ok(value)
    if (answer.status === 403 || answer.status === 409) {
      const got = String(value?.refused ?? value?.message ?? 'refused').slice(0, 80)
      return fail('CENTRE_REFUSED', place, got, 'a centre that takes this device')
    }
    return fail('CENTRE_ANSWER', place, String(answer.status), 'the answer of a centre')
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } }
    return fail('CENTRE_AWAY', place, cause?.code ?? name, 'a centre that answers')
  }
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
