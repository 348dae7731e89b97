import { signal } from '@preact/signals'
import type {
  MorningReply,
  MorningRequest,
  NightStory,
  ToldMoment,
  ToldReplay,
  ToldTrial,
} from './morning-messages.ts'

/** The night on the page; it stays until another has been read. */
export const story = signal<NightStory | undefined>(undefined)
/** The moment that is explained. */
export const moment = signal<ToldMoment | undefined>(undefined)
/** What came of running it again; undefined before it was asked. */
export const ranAgain = signal<ToldReplay | undefined>(undefined)
/** The trial whose file was dropped. */
export const trial = signal<ToldTrial | undefined>(undefined)
/** What is being done, and how far it has come (0..1); undefined when nothing is. */
export const working = signal<{ readonly label: string; readonly fraction: number } | undefined>()
/** What went wrong, in one sentence; empty when nothing did. */
export const trouble = signal('')
/** What was just done, for those who cannot see it. */
export const told = signal('')

let worker: Worker | undefined
/** The box on the page. */
let shown: File | undefined

/** Reads the first of the files: a box, or a trial's file. */
export function receiveMorningFiles([file]: readonly File[]): void {
  if (file === undefined) return
  ask({ kind: 'read', file }, 'Opening', (reply) => {
    if (reply.kind === 'trial') {
      trial.value = reply.trial
      told.value = `The trial ${reply.trial.name} is read.`
    }
    if (reply.kind !== 'story') return
    shown = file
    story.value = reply.story
    moment.value = undefined
    ranAgain.value = undefined
    told.value = `The night of ${file.name} is read.`
  })
}

/** Runs the night on the page again and compares every event. */
export function runAgain(): void {
  if (shown === undefined) return
  ask({ kind: 'replay', file: shown }, 'Running the night again', (reply) => {
    if (reply.kind !== 'replayed') return
    ranAgain.value = reply.replay
    told.value = reply.replay.identical ? 'It is identical.' : 'It differs.'
  })
}

/** Explains a moment of the night on the page, device time in ms. */
export function explain(atMs: number): void {
  if (shown === undefined) return
  ask({ kind: 'moment', file: shown, atMs }, 'Looking it up', (reply) => {
    if (reply.kind !== 'moment') return
    moment.value = reply.moment
    told.value = `${reply.moment.account.at}: ${reply.moment.account.reason}`
  })
}

/** Ends the work that is under way, and takes back what was said about it. */
export function dismissMorning(): void {
  worker?.terminate()
  worker = undefined
  working.value = undefined
  trouble.value = ''
}

function ask(request: MorningRequest, label: string, done: (reply: MorningReply) => void): void {
  dismissMorning()
  working.value = { label, fraction: 0 }
  worker = new Worker(new URL('./morning.worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = (event: MessageEvent<MorningReply>) => receive(event.data, done)
  worker.onerror = (event) => receive({ kind: 'problem', text: event.message }, done)
  worker.postMessage(request)
}

function receive(reply: MorningReply, done: (reply: MorningReply) => void): void {
  if (reply.kind === 'progress') {
    working.value = reply
    return
  }
  dismissMorning()
  if (reply.kind === 'problem') trouble.value = reply.text
  else done(reply)
}
