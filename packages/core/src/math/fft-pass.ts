/*
 * One step each of a mixed-radix transform in Stockham's self-sorting order (Van Loan,
 * Computational Frameworks for the FFT, 1992, section 1.7): from x to y, no bit reversal. A pass
 * splits transforms of length radix * m that lie `stride` apart; its roots are stored as cos, -sin
 * for j = 1 .. radix - 1 at each p. All passes compute the forward transform, exp(-2 pi i jk / n).
 */

/** The arguments of every pass: from (xr, xi) to (yr, yi). */
export type Pass = (
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  m: number,
  stride: number,
  roots: Float64Array,
) => void

const SIN_60 = Math.sqrt(3) / 2
const COS_72 = (Math.sqrt(5) - 1) / 4
const COS_36 = (Math.sqrt(5) + 1) / 4
const SIN_72 = Math.sqrt(10 + 2 * Math.sqrt(5)) / 4
const SIN_36 = Math.sqrt(10 - 2 * Math.sqrt(5)) / 4

/** Radix 2. */
export const pass2: Pass = (xr, xi, yr, yi, m, stride, roots) => {
  const half = m * stride
  for (let p = 0; p < m; p++) {
    const wr = roots[2 * p]!
    const wi = roots[2 * p + 1]!
    let from = stride * p
    let to = 2 * from
    for (const end = from + stride; from < end; from++, to++) {
      const ar = xr[from]!
      const ai = xi[from]!
      const br = xr[from + half]!
      const bi = xi[from + half]!
      yr[to] = ar + br
      yi[to] = ai + bi
      const dr = ar - br
      const di = ai - bi
      yr[to + stride] = dr * wr - di * wi
      yi[to + stride] = dr * wi + di * wr
    }
  }
}

/** Radix 3. */
export const pass3: Pass = (xr, xi, yr, yi, m, stride, roots) => {
  const third = m * stride
  for (let p = 0; p < m; p++) {
    const w1r = roots[4 * p]!
    const w1i = roots[4 * p + 1]!
    const w2r = roots[4 * p + 2]!
    const w2i = roots[4 * p + 3]!
    let from = stride * p
    let to = 3 * from
    for (const end = from + stride; from < end; from++, to++) {
      const ar = xr[from]!
      const ai = xi[from]!
      const br = xr[from + third]!
      const bi = xi[from + third]!
      const cr = xr[from + 2 * third]!
      const ci = xi[from + 2 * third]!
      const sr = br + cr
      const si = bi + ci
      const ur = ar - 0.5 * sr
      const ui = ai - 0.5 * si
      const vr = SIN_60 * (bi - ci)
      const vi = SIN_60 * (cr - br)
      yr[to] = ar + sr
      yi[to] = ai + si
      const pr = ur + vr
      const pi = ui + vi
      yr[to + stride] = pr * w1r - pi * w1i
      yi[to + stride] = pr * w1i + pi * w1r
      const qr = ur - vr
      const qi = ui - vi
      yr[to + 2 * stride] = qr * w2r - qi * w2i
      yi[to + 2 * stride] = qr * w2i + qi * w2r
    }
  }
}

/** Radix 4. */
export const pass4: Pass = (xr, xi, yr, yi, m, stride, roots) => {
  const quarter = m * stride
  for (let p = 0; p < m; p++) {
    const w1r = roots[6 * p]!
    const w1i = roots[6 * p + 1]!
    const w2r = roots[6 * p + 2]!
    const w2i = roots[6 * p + 3]!
    const w3r = roots[6 * p + 4]!
    const w3i = roots[6 * p + 5]!
    let from = stride * p
    let to = 4 * from
    for (const end = from + stride; from < end; from++, to++) {
      const ar = xr[from]!
      const ai = xi[from]!
      const br = xr[from + quarter]!
      const bi = xi[from + quarter]!
      const cr = xr[from + 2 * quarter]!
      const ci = xi[from + 2 * quarter]!
      const dr = xr[from + 3 * quarter]!
      const di = xi[from + 3 * quarter]!
      const acr = ar + cr
      const aci = ai + ci
      const bdr = br + dr
      const bdi = bi + di
      yr[to] = acr + bdr
      yi[to] = aci + bdi
      const er = ar - cr
      const ei = ai - ci
      const fr = bi - di // -i (b - d)
      const fi = dr - br
      const pr = er + fr
      const pi = ei + fi
      yr[to + stride] = pr * w1r - pi * w1i
      yi[to + stride] = pr * w1i + pi * w1r
      const qr = acr - bdr
      const qi = aci - bdi
      yr[to + 2 * stride] = qr * w2r - qi * w2i
      yi[to + 2 * stride] = qr * w2i + qi * w2r
      const sr = er - fr
      const si = ei - fi
      yr[to + 3 * stride] = sr * w3r - si * w3i
      yi[to + 3 * stride] = sr * w3i + si * w3r
    }
  }
}

/** Radix 5. */
export const pass5: Pass = (xr, xi, yr, yi, m, stride, roots) => {
  const fifth = m * stride
  for (let p = 0; p < m; p++) {
    const w = 8 * p
    let from = stride * p
    let to = 5 * from
    for (const end = from + stride; from < end; from++, to++) {
      const ar = xr[from]!
      const ai = xi[from]!
      const br = xr[from + fifth]!
      const bi = xi[from + fifth]!
      const cr = xr[from + 2 * fifth]!
      const ci = xi[from + 2 * fifth]!
      const dr = xr[from + 3 * fifth]!
      const di = xi[from + 3 * fifth]!
      const er = xr[from + 4 * fifth]!
      const ei = xi[from + 4 * fifth]!
      const ber = br + er
      const bei = bi + ei
      const cdr = cr + dr
      const cdi = ci + di
      const p1r = ar + COS_72 * ber - COS_36 * cdr
      const p1i = ai + COS_72 * bei - COS_36 * cdi
      const p2r = ar - COS_36 * ber + COS_72 * cdr
      const p2i = ai - COS_36 * bei + COS_72 * cdi
      const fr = br - er
      const fi = bi - ei
      const gr = cr - dr
      const gi = ci - di
      const q1r = SIN_72 * fi + SIN_36 * gi // -i (sin72 f + sin36 g)
      const q1i = -SIN_72 * fr - SIN_36 * gr
      const q2r = SIN_36 * fi - SIN_72 * gi
      const q2i = -SIN_36 * fr + SIN_72 * gr
      yr[to] = ar + ber + cdr
      yi[to] = ai + bei + cdi
      turn(yr, yi, to + stride, p1r + q1r, p1i + q1i, roots, w)
      turn(yr, yi, to + 2 * stride, p2r + q2r, p2i + q2i, roots, w + 2)
      turn(yr, yi, to + 3 * stride, p2r - q2r, p2i - q2i, roots, w + 4)
      turn(yr, yi, to + 4 * stride, p1r - q1r, p1i - q1i, roots, w + 6)
    }
  }
}

function turn(
  yr: Float64Array,
  yi: Float64Array,
  to: number,
  re: number,
  im: number,
  roots: Float64Array,
  w: number,
): void {
  const wr = roots[w]!
  const wi = roots[w + 1]!
  yr[to] = re * wr - im * wi
  yi[to] = re * wi + im * wr
}

/** Any small odd radix, by the definition: `circle` holds cos, -sin of the radix's own roots. */
export function passOfPrime(radix: number, circle: Float64Array): Pass {
  return (xr, xi, yr, yi, m, stride, roots) => {
    const part = m * stride
    for (let p = 0; p < m; p++) {
      for (let q = 0; q < stride; q++) {
        const from = q + stride * p
        for (let j = 0; j < radix; j++) {
          let re = 0
          let im = 0
          for (let k = 0, c = 0; k < radix; k++) {
            const ar = xr[from + k * part]!
            const ai = xi[from + k * part]!
            const cr = circle[2 * c]!
            const ci = circle[2 * c + 1]!
            re += ar * cr - ai * ci
            im += ar * ci + ai * cr
            c += j
            if (c >= radix) c -= radix
          }
          const to = q + stride * (radix * p + j)
          if (j === 0) {
            yr[to] = re
            yi[to] = im
          } else turn(yr, yi, to, re, im, roots, 2 * (p * (radix - 1) + j - 1))
        }
      }
    }
  }
}
