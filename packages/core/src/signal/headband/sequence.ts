/**
 * How many packets on a number is from the one before, 1 when none was lost, where numbers run from
 * 0 to `numbers` - 1 and begin again. `elapsed` is how many packets the time between them would
 * hold: whole rounds that were lost are told by it, as long as it is right to half a round. 0 for a
 * packet that came twice.
 */
export function packetsOn(
  before: number,
  number: number,
  numbers: number,
  elapsed: number,
): number {
  const ahead = (number - before + numbers) % numbers
  return ahead + numbers * Math.max(0, Math.round((elapsed - ahead) / numbers))
}
