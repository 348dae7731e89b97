/**
 * The clock of Lab Streaming Layer on this machine: seconds of the system's monotonic clock (on
 * Linux that of liblsl too, so that two programs here need no correction).
 */
export function lslClockS(): number {
  return Number(process.hrtime.bigint()) / 1e9
}
