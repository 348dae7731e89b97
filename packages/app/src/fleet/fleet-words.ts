import type { Incident, RolloutState, StopReason } from '@nocturne/core/fleet'
import { counted } from '../words.ts'
import type { DeviceShown, FleetStatus } from './fleet-rows.ts'

/** How long ago, in the largest unit that says something: `12 s`, `4 min`, `3 h`, `2 d`. */
export function agoText(atMs: number, nowMs: number): string {
  const s = Math.max(0, Math.round((nowMs - atMs) / 1000))
  if (s < 100) return `${s} s ago`
  if (s < 5400) return `${Math.round(s / 60)} min ago`
  return s < 172_800 ? `${Math.round(s / 3600)} h ago` : `${Math.round(s / 86_400)} d ago`
}

/** A moment on the clock of whoever looks. */
export function momentText(atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  })
}

/** The fleet in one sentence. */
export function fleetSentence({ enrolled, online }: FleetStatus, open: number): string {
  if (enrolled === 0) return 'No device is enrolled yet.'
  const here = `${online} of ${counted(enrolled, 'device')} ${online === 1 ? 'is' : 'are'} here.`
  return open === 0 ? `${here} Nothing is wrong.` : `${here} ${counted(open, 'incident')} open.`
}

const ACTIONS: Readonly<Record<Incident['actions'][number]['action']['do'], string>> = {
  'stop-rollout': 'the rollout was stopped',
  'shorten-grants': 'grants were shortened, guidance at most',
  natural: 'everyone concerned is natural',
  'ask-piece': 'a sleeper was asked for a piece of their box',
}

/** What an incident did by rule. */
export function actionText(action: Incident['actions'][number]['action']): string {
  return ACTIONS[action.do]
}

function stopText(reason: StopReason): string {
  switch (reason.by) {
    case 'evidence':
      return `more of “${reason.metric}” than under the release before it`
    case 'critical':
      return `“${reason.metric}” on ${reason.device}`
    case 'rehearsal':
      return `the rehearsal “${reason.ring}” failed`
    case 'incident':
      return `incident ${reason.incident}`
    case 'operator':
      return `${reason.operator} said so`
  }
}

/** Where a rollout stands, in words. */
export function rolloutText({ status, stop }: RolloutState): string {
  if (status === 'stopped' && stop) return `Stopped in ring ${stop.ring}: ${stopText(stop.reason)}.`
  return {
    rehearsing: 'Rehearsed without a person: a simulated city, then recorded nights.',
    running: 'Running.',
    paused: 'Paused: nobody further receives it, nobody loses it.',
    stopped: 'Stopped.',
    done: 'Done: everybody who takes updates may have it.',
  }[status]
}

/** What is wrong with a device, in words; empty when nothing is. */
export function troubleOf(device: DeviceShown): string {
  const { faults, findings, drift, revoked } = device
  return [
    ...(revoked ? ['its key is believed no more'] : []),
    ...faults,
    ...findings,
    ...(drift === undefined ? [] : [`drift of ${drift}`]),
  ].join(', ')
}
