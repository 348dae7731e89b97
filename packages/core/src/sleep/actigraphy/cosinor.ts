import { atan2, cos, sin } from '../../math/elementary.ts'
import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import type { RegularEpochs } from './regular-epochs.ts'

const TWO_PI = 2 * Math.PI
/** Half-width of a 95 % interval in standard errors; samples are thousands. */
const Z95 = 1.959963984540054

/** Radians, told apart from hours by the compiler. */
export type Radians = number & { readonly unit: 'rad' }
/** Decimal hours of a clock, 0 to 24. */
export type ClockHours = number & { readonly unit: 'h' }

/** A cosine fitted to values. */
export type Cosinor = {
  readonly periodH: number
  /** Rhythm-adjusted mean, in the unit of the values. */
  readonly mesor: number
  /** Half the swing, >= 0, in the unit of the values. */
  readonly amplitude: number
  /** Angle of the peak after the local midnight before the first epoch, 0 to 2 pi. */
  readonly acrophaseRad: Radians
  /** Clock of the peak on the first day, 0 to 24 (for periods other than 24 h it drifts). */
  readonly acrophaseH: ClockHours
  /** Half-widths of 95 % intervals, as if epochs were independent: true ones are wider. */
  readonly ci95: { readonly mesor: number; readonly amplitude: number; readonly acrophaseH: number }
  /** Share of the values' variance that the cosine explains. */
  readonly r2: number
  /** Epochs known. */
  readonly n: number
}

/**
 * Cosinor in closed form: mesor + amplitude cos(2 pi t / period - acrophase) by linear least
 * squares on cosine and sine (Halberg; Nelson et al. 1979, Chronobiologia 6:305), so that no start
 * value can be wrong. t runs in elapsed hours from the midnight, on the zone's clock, before the
 * first epoch. Missing epochs are left out. Undefined for fewer than four known, for known epochs
 * that do not tell the three unknowns apart, and where nothing varies.
 */
export function cosinor(epochs: RegularEpochs, zone: TimeZone, periodH = 24): Cosinor | undefined {
  const { startMs, epochS, values } = epochs
  const startH = hourOfDayAt(zone, startMs)
  const angle = (i: number): number => (TWO_PI * (startH + (i * epochS) / 3600)) / periodH
  const sums = normalSums(values, angle)
  const inverse = inverted(sums)
  if (inverse === undefined || sums.n < 4) return undefined
  const { y, yc, ys } = sums
  const [mesor, b, g] = inverse.map(([p, q, r]) => p * y + q * yc + r * ys) as [
    number,
    number,
    number,
  ]
  const amplitude = Math.sqrt(b * b + g * g)
  let residual = 0
  let total = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    const fitted = mesor + b * cos(angle(i)) + g * sin(angle(i))
    residual += (values[i]! - fitted) * (values[i]! - fitted)
    total += (values[i]! - y / sums.n) * (values[i]! - y / sums.n)
  }
  if (total === 0 || amplitude === 0) return undefined
  const raw = atan2(g, b)
  const phase = raw < 0 ? raw + TWO_PI : raw
  const variance = residual / Math.max(1, sums.n - 3)
  const error = (u: number, v: number): number =>
    Z95 * Math.sqrt(variance * quadratic(inverse, u, v))
  return {
    periodH,
    mesor,
    amplitude,
    acrophaseRad: phase as Radians,
    acrophaseH: (((phase * periodH) / TWO_PI) % 24) as ClockHours,
    ci95: {
      mesor: Z95 * Math.sqrt(variance * inverse[0][0]),
      amplitude: error(b / amplitude, g / amplitude),
      acrophaseH: (error(-g / amplitude, b / amplitude) / amplitude) * (periodH / TWO_PI),
    },
    r2: 1 - residual / total,
    n: sums.n,
  }
}

type Sums = Readonly<Record<'n' | 'c' | 's' | 'cc' | 'cs' | 'ss' | 'y' | 'yc' | 'ys', number>>
type Row = readonly [number, number, number]

function normalSums(values: Float64Array, angle: (i: number) => number): Sums {
  const sums = { n: 0, c: 0, s: 0, cc: 0, cs: 0, ss: 0, y: 0, yc: 0, ys: 0 }
  for (let i = 0; i < values.length; i++) {
    const y = values[i]!
    if (Number.isNaN(y)) continue
    const [c, s] = [cos(angle(i)), sin(angle(i))]
    sums.n++
    sums.c += c
    sums.s += s
    sums.cc += c * c
    sums.cs += c * s
    sums.ss += s * s
    sums.y += y
    sums.yc += y * c
    sums.ys += y * s
  }
  return sums
}

/** Inverse of the normal matrix; undefined where it has none to trust. */
function inverted({ n, c, s, cc, cs, ss }: Sums): readonly [Row, Row, Row] | undefined {
  const [a, b, d] = [cc * ss - cs * cs, cs * s - c * ss, c * cs - cc * s]
  const determinant = n * a + c * b + s * d
  if (!(determinant > 1e-9 * n * n * n)) return undefined
  const [e, f, h] = [n * ss - s * s, c * s - n * cs, n * cc - c * c]
  return [
    [a / determinant, b / determinant, d / determinant],
    [b / determinant, e / determinant, f / determinant],
    [d / determinant, f / determinant, h / determinant],
  ]
}

/** Variance factor of u * cosine + v * sine. */
function quadratic([, [, cc, cs], [, , ss]]: readonly [Row, Row, Row], u: number, v: number) {
  return u * u * cc + 2 * u * v * cs + v * v * ss
}
