/** What is compared between those who have a release and those who do not. */
export type RolloutMetric = 'adverse-dream' | 'restless-night' | 'grant-refused' | 'device-fault'

/** What stops a rollout the first time that it is seen under the new release. */
export type CriticalMetric = 'stuck-out-of-natural' | 'missed-expiry' | 'act-outside-consent'

/**
 * What each metric counts. A device counts at most once per metric and ring, so that one restless
 * sleeper is one event and not thirty (rule F49).
 */
const METRICS: Readonly<Record<RolloutMetric, string>> = {
  'adverse-dream': 'a night with a dream that the sleeper called unwelcome',
  'restless-night': 'a night with more awakenings than the sleeper is used to',
  'grant-refused': 'a night in which a grant was refused for what the device is',
  'device-fault': 'a night with a fault that the device found in itself',
}

/** The names of the metrics, in the order in which their evidence is kept. */
export const METRIC_NAMES: readonly RolloutMetric[] = Object.keys(METRICS) as RolloutMetric[]
