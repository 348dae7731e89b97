import type { AutonomyBreach } from '../anomaly/autonomy.ts'
import type { ArmCounts } from '../anomaly/rate-gain.ts'
import type { DistrictPresence } from '../anomaly/silence.ts'
import type { CohortTally } from '../anomaly/tally.ts'
import type { ArmCounters } from '../rollout/arm-count.ts'
import type { CriticalMetric } from '../rollout/metric.ts'
import type { DeviceId } from '../telemetry/device-id.ts'

/**
 * What a partition tells the desk. Each has a place (partition, offset of the record that brought
 * it about, index among those of that record), so that one that comes twice is known.
 */
export type Tell =
  /** Sums since the last one, every 30 s. */
  | {
      readonly kind: 'sums'
      readonly tallies: readonly CohortTally[]
      readonly arms: readonly { readonly rollout: string; readonly counters: ArmCounters }[]
      readonly districts: readonly DistrictPresence[]
      readonly running: readonly RunningRelease[]
      /** Time asleep of everybody, in nights of 8 h, since the last. */
      readonly nights: number
      /** On the way back: adverse dreams of those in control again, and of those who wait. */
      readonly ladder: ArmCounts
      /** Devices by the mode that they are in, now. */
      readonly modes: {
        readonly natural: number
        readonly guidance: number
        readonly control: number
      }
      readonly enrolled: number
      readonly online: number
      /** Highest epoch that a device said it knows. */
      readonly epoch: number
    }
  | {
      readonly kind: 'breach'
      readonly breach: AutonomyBreach
      readonly device: DeviceId
      readonly release: number
    }
  | {
      readonly kind: 'critical'
      readonly metric: CriticalMetric
      readonly device: DeviceId
      readonly release: number
    }
  /** One device's drift from its own sleeper. */
  | { readonly kind: 'drift'; readonly channel: string; readonly device: DeviceId }
  | {
      readonly kind: 'answer'
      readonly incident: string
      readonly device: DeviceId
      readonly granted: boolean
    }
  | {
      readonly kind: 'piece'
      readonly incident: string
      readonly device: DeviceId
      readonly digest: string
    }

/** Devices under one release, with a few by name. */
export type RunningRelease = {
  readonly release: number
  readonly devices: number
  readonly some: readonly DeviceId[]
}
