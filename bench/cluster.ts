import { killLeaders } from '../test/leader-kills.ts'
import { hasNats, NATS_MISSING } from '../test/nats-servers.ts'

const KILLS = 5

/**
 * Five leaders of a log on three NATS servers are killed under load (targets F3: no acknowledged
 * record lost, and F4: at most 10 s without a write).
 */
export async function benchCluster(): Promise<void> {
  if (!hasNats) {
    console.log(`cluster: ${NATS_MISSING}`)
    return
  }
  const { acknowledged, perS, lost, doubled, refused, gapsMs } = await killLeaders(KILLS)
  console.log(`cluster: ${KILLS} leaders of three killed; 12 partitions, 50 records an append`)
  console.log(`  acknowledged  ${acknowledged}, ${perS} a second in calm`)
  console.log(`  lost ${lost}, doubled ${doubled}, refused ${refused}`)
  console.log(`  longest time without a write, ms  ${gapsMs.join(' ')}`)
}
