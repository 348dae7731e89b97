import type { Incident } from './incident.ts'
import type { Detector } from './signal.ts'

const DETECTORS: Readonly<Record<Detector, string>> = {
  rollout: 'A release does harm in its ring',
  cohort: 'A release differs from the others',
  dream: 'Dreams changed',
  autonomy: 'An act outside what a sleeper allowed',
  silence: 'A district went dark',
  device: 'A device drifts from its own sleeper',
  operator: 'Somebody reported something',
}

/** An incident in a line: what, and whom it concerns. */
export function incidentTitle({ detector, cause }: Pick<Incident, 'detector' | 'cause'>): string {
  const { release, district, cohort, device } = cause
  const about = [
    release === undefined ? '' : `release ${release}`,
    district === undefined ? '' : `district ${district}`,
    cohort === undefined ? '' : `cohort ${cohort}`,
    device ?? '',
  ].filter((part) => part !== '')
  return `${DETECTORS[detector]}${about.length > 0 ? ` (${about.join(', ')})` : ''}`
}
