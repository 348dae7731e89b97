import { formerPlan } from '@nocturne/core/plan'
import { computed, signal } from '@preact/signals'
import type {
  Ancestry,
  ClockAnswer,
  ClockReply,
  ClockRequest,
  PlanWish,
  ShownPlan,
} from './clock-messages.ts'

/** The clock on the page; it stays until another has been fitted. */
export const answer = signal<ClockAnswer | undefined>(undefined)
/** The plan on the page; gone when the clock changes. */
export const shownPlan = signal<ShownPlan | undefined>(undefined)
/** What is being done, and how far it has come (0..1); undefined when nothing is. */
export const working = signal<{ readonly label: string; readonly fraction: number } | undefined>()
/** What went wrong, in one sentence; empty when nothing did. */
export const trouble = signal('')
/** What was just done, for those who cannot see it. */
export const told = signal('')
/** The person's own files, in the order they came; empty while the example is shown. */
export const ownFiles = signal<readonly File[]>([])
/** The zone of clocks that name none: this device's unless said. */
export const zone = signal(Intl.DateTimeFormat().resolvedOptions().timeZone)
/** Ancestry of the person, for how far the effects of genes hold. */
export const ancestry = signal<Ancestry>('unknown')
/** True while the clock on the page is the simulated sleeper's. */
export const isExampleClock = computed(() => answer.value?.isExample !== false)

let worker: Worker | undefined
let example: ClockAnswer | undefined
/** The plan made last of the person's own clock: the next for the same goal keeps near to it. */
let lastPlan: { readonly goal: string; readonly shown: ShownPlan } | undefined

/** Shows the simulated sleeper's clock, so that the page is never empty. */
export function showExampleClock(): void {
  ownFiles.value = []
  lastPlan = undefined
  shownPlan.value = undefined
  if (example) answer.value = example
  else ask(fitRequest('example'))
}

/** Takes what a person dropped or chose, beside what was given before. */
export function receiveClockFiles(files: readonly File[]): void {
  if (files.length === 0) return
  const names = new Set(files.map(({ name }) => name))
  fitFiles([...ownFiles.value.filter(({ name }) => !names.has(name)), ...files])
}

/** Fits again without one of the files; without any, back to the example. */
export function dropFile(name: string): void {
  const left = ownFiles.value.filter((file) => file.name !== name)
  if (left.length === 0) showExampleClock()
  else fitFiles(left)
}

/** Fits again with another zone for clocks that name none. */
export function chooseZone(next: string): void {
  zone.value = next
  if (ownFiles.value.length > 0) fitFiles(ownFiles.value)
}

/** Fits again for another ancestry. */
export function chooseAncestry(next: Ancestry): void {
  ancestry.value = next
  if (ownFiles.value.length > 0) fitFiles(ownFiles.value)
}

function fitFiles(files: readonly File[]): void {
  ask(fitRequest(files), () => {
    ownFiles.value = files
  })
}

function fitRequest(files: readonly File[] | 'example'): ClockRequest {
  const nowMs = Date.now()
  return { kind: 'fit', files, zone: zone.value, ancestry: ancestry.value, nowMs }
}

/** Asks for a plan of the coming days. */
export function makeWish(wish: PlanWish): void {
  const sleeper = answer.value?.document
  const former = lastPlan?.goal === wish.goal ? formerPlan(lastPlan.shown.plan) : undefined
  if (!sleeper) return
  ask({ kind: 'plan', sleeper, wish, former, nowMs: Date.now() }, () => {
    if (shownPlan.value) lastPlan = { goal: wish.goal, shown: shownPlan.value }
  })
}

/** Ends the work that is under way, and takes back what was said about it. */
export function dismissClock(): void {
  worker?.terminate()
  worker = undefined
  working.value = undefined
  trouble.value = ''
}

function ask(request: ClockRequest, done: () => void = () => undefined): void {
  dismissClock()
  const label = request.kind === 'fit' ? 'Opening' : 'Planning your days'
  working.value = { label, fraction: 0 }
  worker = new Worker(new URL('./clock.worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = (event: MessageEvent<ClockReply>) => receive(event.data, done)
  worker.onerror = (event) => receive({ kind: 'problem', text: event.message }, done)
  worker.postMessage(request)
}

function receive(reply: ClockReply, done: () => void): void {
  if (reply.kind === 'progress') {
    working.value = reply
    return
  }
  dismissClock()
  if (reply.kind === 'problem') {
    trouble.value = reply.text
    return
  }
  if (reply.kind === 'planned') {
    shownPlan.value = reply.shown
    done()
    told.value = `The plan is made. ${reply.shown.plan.headline}`
    return
  }
  done()
  answer.value = reply.answer
  shownPlan.value = undefined
  if (reply.answer.isExample) example = reply.answer
  else told.value = `Your clock was found from ${reply.answer.document.nights} nights.`
}
