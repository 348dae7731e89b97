/**
 * What one unit of a voltage is in microvolts, by its lower-case name with the micro sign as `u`.
 */
const MICROVOLTS: Readonly<Record<string, number>> = {
  pv: 1e-6,
  nv: 1e-3,
  uv: 1,
  mv: 1e3,
  v: 1e6,
  kv: 1e9,
  nanovolt: 1e-3,
  microvolt: 1,
  millivolt: 1e3,
  volt: 1e6,
}

/** A physical unit brought to the form the rest of Nocturne uses. */
export type NormalUnit = {
  /** `uV` for every voltage, else the file's own text. */
  readonly unit: string
  /** Multiplies values in the file's unit to give values in `unit`. */
  readonly factor: number
}

/**
 * Brings a unit of a header to its normal form: voltages (uV, µV in either Unicode or mis-decoded
 * spelling, mV, V, nV, also in other cases and spelt out) become `uV` with the factor; other units
 * stay as they are. `MV` is read as millivolt: no electrode gives megavolts.
 */
export function normalUnit(unit: string): NormalUnit {
  const name = unit
    .trim()
    .replace(/Â?µ|Î¼|μ/g, 'u')
    .toLowerCase()
    .replace(/volts$/, 'volt')
  const factor = Object.hasOwn(MICROVOLTS, name) ? MICROVOLTS[name]! : undefined
  return factor === undefined ? { unit: unit.trim(), factor: 1 } : { unit: 'uV', factor }
}
