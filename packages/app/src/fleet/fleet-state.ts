import type { FailsafeState, Incident, RolloutState } from '@nocturne/core/fleet'
import { signal } from '@preact/signals'
import { type CentreAnswer, callCentre, keepWord } from './centre-call.ts'
import type {
  CallWay,
  DeviceShown,
  FleetRows,
  FleetStatus,
  LadderShown,
  Person,
} from './fleet-rows.ts'

/** Who looks: undefined until the centre was asked, null for nobody. */
export const person = signal<Person | null | undefined>(undefined)
/** The fleet in numbers. */
export const status = signal<FleetStatus | undefined>(undefined)
/** The switch. */
export const failsafe = signal<FailsafeState | undefined>(undefined)
/** The way back after the switch or an incident. */
export const ladder = signal<LadderShown | undefined>(undefined)
/** By which ways people are called; undefined until the centre said so. */
export const ways = signal<readonly CallWay[] | undefined>(undefined)
/** The devices that are shown, by name. */
export const devices = signal<ReadonlyMap<string, DeviceShown>>(new Map())
/** Whether the centre has more devices than are shown. */
export const moreDevices = signal(false)
/** Incidents, newest first. */
export const incidents = signal<readonly Incident[]>([])
/** Rollouts, newest first. */
export const rollouts = signal<readonly RolloutState[]>([])
/** Whether what is seen is what is so: the stream stands. */
export const isLive = signal(false)
/** What went wrong, or was refused; empty when nothing was. */
export const trouble = signal('')
/** The clock of this page, s; what is shown as "ago" follows it. */
export const nowMs = signal(Date.now())

/** Devices that are shown at most: a table that is longer is read by nobody. */
const MOST_SHOWN = 200
const CLOCK_MS = 1000

let stream: EventSource | undefined
let clock: ReturnType<typeof setInterval> | undefined
/** Changes that wait for the next picture. */
let waiting = new Map<string, DeviceShown | null>()

/** A link by which somebody who was invited signs in once. */
const INVITED = /^#sign-in=([A-Za-z]{8})$/

/** Begins to look: who one is, what there is, and what changes from now on. */
export async function enterFleet(): Promise<void> {
  clock ??= setInterval(() => {
    nowMs.value = Date.now()
  }, CLOCK_MS)
  addEventListener('hashchange', hearInvitation)
  const code = INVITED.exec(location.hash)?.[1]
  if (code !== undefined) {
    // It is spent now: it does not stay in the address.
    history.replaceState(undefined, '', '#fleet')
    await signIn({ code: code.toUpperCase() })
    if (person.value) return
  }
  const me = await callCentre<Person>('/v1/me')
  if (me.kind !== 'done') {
    person.value = null
    if (me.kind === 'refused') trouble.value = me.why
    return
  }
  keepWord(me.value.csrf ?? '')
  person.value = me.value
  await loadFleet()
  follow()
}

/** A link that is opened where the page is open already. */
function hearInvitation(): void {
  if (INVITED.test(location.hash)) void enterFleet()
}

/** Looks no more. */
export function leaveFleet(): void {
  removeEventListener('hashchange', hearInvitation)
  stream?.close()
  stream = undefined
  clearInterval(clock)
  clock = undefined
  isLive.value = false
}

/** Signs in by an invitation's code or a token, and looks. */
export async function signIn(given: object): Promise<void> {
  trouble.value = ''
  const answer = await callCentre<Person>('/v1/sign-ins', given)
  if (answer.kind === 'done') await enterFleet()
  else trouble.value = answer.kind === 'refused' ? answer.why : 'That is nobody’s.'
}

/** Signs out. */
export async function signOut(): Promise<void> {
  await callCentre('/v1/sign-outs', {})
  leaveFleet()
  person.value = null
}

/** Gives an order; the rows that it changes come by the stream. True when it was done. */
export async function order(path: string, body: object): Promise<boolean> {
  trouble.value = ''
  const answer = await callCentre(path, body)
  if (answer.kind === 'refused') trouble.value = refusalWords(answer.why)
  if (answer.kind === 'nobody') person.value = null
  return answer.kind === 'done'
}

const REFUSALS: Readonly<Record<string, string>> = {
  SAME_PERSON: 'It needs a second person: you asked already.',
  FILE_PRESENT: 'A file on the centre’s disk holds the switch; it has to be taken away first.',
  NOT_PULLED: 'The switch is not pulled.',
  'same-person': 'It needs a second person: you approved already.',
  'too-early': 'This ring has not had its night yet.',
  'no-person-asked': 'Nothing waits for approval now.',
  'still-going-on': 'It still goes on: ten quiet minutes are needed first.',
  'no-words': 'It needs words.',
  'not-now': 'That is not possible in this state.',
}

function refusalWords(why: string): string {
  return REFUSALS[why] ?? `Refused: ${why}`
}

async function loadFleet(): Promise<void> {
  const [fleet, some, open, out] = await Promise.all([
    callCentre<FleetRows>('/v1/fleet'),
    callCentre<{ devices: DeviceShown[]; next?: string }>(`/v1/devices?limit=${MOST_SHOWN}`),
    callCentre<{ incidents: Incident[] }>('/v1/incidents'),
    callCentre<{ rollouts: RolloutState[] }>('/v1/rollouts'),
  ])
  if (fleet.kind === 'done') takeFleet(fleet.value)
  if (some.kind === 'done') {
    devices.value = new Map(some.value.devices.map((row) => [row.device, row]))
    moreDevices.value = some.value.next !== undefined
  }
  if (open.kind === 'done') incidents.value = open.value.incidents.sort(newestIncident)
  if (out.kind === 'done') rollouts.value = out.value.rollouts
  const bad = [fleet, some, open, out].find((each): each is Refused => each.kind === 'refused')
  if (bad) trouble.value = bad.why
}

type Refused = Extract<CentreAnswer<never>, { kind: 'refused' }>

function takeFleet(rows: FleetRows): void {
  if (rows.status) status.value = rows.status
  if (rows.failsafe) failsafe.value = rows.failsafe
  if (rows.ladder) ladder.value = rows.ladder
  if (rows.pages) ways.value = rows.pages
}

function follow(): void {
  stream?.close()
  stream = new EventSource('/v1/events')
  const on = <T>(table: string, take: (key: string, value: T | null) => void): void => {
    stream?.addEventListener(table, (event) => {
      const { key, value } = JSON.parse((event as MessageEvent<string>).data)
      take(key, value as T | null)
    })
  }
  stream.addEventListener('hello', () => {
    isLive.value = true
  })
  stream.addEventListener('reload', () => void loadFleet())
  stream.addEventListener('error', () => {
    isLive.value = false
    // A stream that was turned away does not come back by itself: somebody was signed out.
    if (stream?.readyState === EventSource.CLOSED) void callCentre('/v1/me').then(lost)
  })
  on<DeviceShown>('device', takeDevice)
  on<FleetStatus>('fleet', (key, value) => takeFleet({ [key]: value ?? undefined }))
  on<Incident>('incident', (key, value) => {
    incidents.value = replaced(incidents.value, key, value, ({ id }) => id).sort(newestIncident)
  })
  on<RolloutState>('rollout', (key, value) => {
    rollouts.value = replaced(rollouts.value, key, value, ({ plan }) => plan.id)
  })
}

function lost(me: CentreAnswer<unknown>): void {
  if (me.kind === 'nobody') person.value = null
  else setTimeout(() => void enterFleet(), 2000)
}

/** Many devices change at a time: they are shown together in the next picture. */
function takeDevice(key: string, value: DeviceShown | null): void {
  if (waiting.size === 0) requestAnimationFrame(showWaiting)
  waiting.set(key, value)
}

function showWaiting(): void {
  const next = new Map(devices.value)
  for (const [key, value] of waiting) {
    if (value === null) next.delete(key)
    else if (next.has(key) || next.size < MOST_SHOWN) next.set(key, value)
    else moreDevices.value = true
  }
  waiting = new Map()
  devices.value = next
}

function replaced<T>(
  list: readonly T[],
  key: string,
  value: T | null,
  keyOf: (each: T) => string,
): T[] {
  const others = list.filter((each) => keyOf(each) !== key)
  return value === null ? others : [value, ...others]
}

function newestIncident(a: Incident, b: Incident): number {
  return b.openedMs - a.openedMs
}
