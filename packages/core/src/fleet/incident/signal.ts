/** Who saw something: a rule of the rollout, one of the detectors, or a person. */
export type Detector =
  | 'rollout'
  | 'cohort'
  | 'dream'
  | 'autonomy'
  | 'silence'
  | 'device'
  | 'operator'

/** What those concerned have in common; what is left out is not a part of it. Empty: everybody. */
export type IncidentCause = {
  readonly release?: number
  readonly district?: string
  readonly cohort?: string
  readonly device?: string
}

/** One sign of something wrong. */
export type IncidentSignal = {
  readonly detector: Detector
  readonly metric: string
  readonly cause: IncidentCause
  /** Log of the e-value; Infinity is not a number that is kept: an invariant that broke is 50. */
  readonly logE: number
  /** Cohorts that show it most, strongest first. */
  readonly cohorts: readonly CohortEvidence[]
  /** Releases that run among comparable people and show nothing of it. */
  readonly quietReleases: readonly number[]
  /** Devices of which a piece of the black box would tell something. */
  readonly devices: readonly string[]
}

/** How strongly one cohort shows it. */
export type CohortEvidence = { readonly cohort: string; readonly logE: number }

/** The name under which signs belong together: the detector and the cause. */
export function incidentKey({ detector, cause }: IncidentSignal): string {
  const { release, district, cohort, device } = cause
  const parts = [
    release === undefined ? '' : `release ${release}`,
    district === undefined ? '' : `district ${district}`,
    cohort === undefined ? '' : `cohort ${cohort}`,
    device === undefined ? '' : `device ${device}`,
  ].filter((part) => part !== '')
  return `${detector}: ${parts.length === 0 ? 'fleet' : parts.join(', ')}`
}
