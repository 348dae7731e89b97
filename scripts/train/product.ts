/**
 * `c += a b` for row-major blocks: a is rows x inner from `aAt`, b is inner x columns from `bAt`,
 * c is rows x columns from `cAt`. Blocks of 2 x 4 sums stay in registers; the edges are done one
 * by one.
 */
export function addProduct(
  c: Float64Array,
  cAt: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  rows: number,
  inner: number,
  columns: number,
): void {
  const wholeRows = rows - (rows % 2)
  const wholeColumns = columns - (columns % 4)
  for (let i = 0; i < wholeRows; i += 2) {
    const a0 = aAt + i * inner
    const a1 = a0 + inner
    const c0 = cAt + i * columns
    const c1 = c0 + columns
    for (let j = 0; j < wholeColumns; j += 4) {
      let x0 = c[c0 + j]!
      let x1 = c[c0 + j + 1]!
      let x2 = c[c0 + j + 2]!
      let x3 = c[c0 + j + 3]!
      let y0 = c[c1 + j]!
      let y1 = c[c1 + j + 1]!
      let y2 = c[c1 + j + 2]!
      let y3 = c[c1 + j + 3]!
      for (let k = 0, q = bAt + j; k < inner; k++, q += columns) {
        const s = a[a0 + k]!
        const t = a[a1 + k]!
        x0 += s * b[q]!
        x1 += s * b[q + 1]!
        x2 += s * b[q + 2]!
        x3 += s * b[q + 3]!
        y0 += t * b[q]!
        y1 += t * b[q + 1]!
        y2 += t * b[q + 2]!
        y3 += t * b[q + 3]!
      }
      c[c0 + j] = x0
      c[c0 + j + 1] = x1
      c[c0 + j + 2] = x2
      c[c0 + j + 3] = x3
      c[c1 + j] = y0
      c[c1 + j + 1] = y1
      c[c1 + j + 2] = y2
      c[c1 + j + 3] = y3
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
      let sum = c[cAt + i * columns + j]!
      for (let k = 0; k < inner; k++) sum += a[aAt + i * inner + k]! * b[bAt + k * columns + j]!
      c[cAt + i * columns + j] = sum
    }
  }
}

/** `c += aᵀ b`: a is rows x inner, b is rows x columns, c is inner x columns. */
export function addTransposedProduct(
  c: Float64Array,
  cAt: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  rows: number,
  inner: number,
  columns: number,
): void {
  const whole = rows - (rows % 4)
  for (let i = 0; i < whole; i += 4) {
    const b0 = bAt + i * columns
    const b1 = b0 + columns
    const b2 = b1 + columns
    const b3 = b2 + columns
    for (let k = 0; k < inner; k++) {
      const a0 = aAt + i * inner + k
      const p = a[a0]!
      const q = a[a0 + inner]!
      const r = a[a0 + 2 * inner]!
      const s = a[a0 + 3 * inner]!
      const c0 = cAt + k * columns
      for (let j = 0; j < columns; j++) {
        c[c0 + j]! += p * b[b0 + j]! + q * b[b1 + j]! + r * b[b2 + j]! + s * b[b3 + j]!
      }
    }
  }
  for (let i = whole; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const p = a[aAt + i * inner + k]!
      for (let j = 0; j < columns; j++) c[cAt + k * columns + j]! += p * b[bAt + i * columns + j]!
    }
  }
}

/** The transpose of rows x columns numbers of `a` from `at`. */
export function transposed(
  a: Float64Array,
  at: number,
  rows: number,
  columns: number,
): Float64Array {
  const t = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) t[j * rows + i] = a[at + i * columns + j]!
  }
  return t
}
