/**
 * Seventeen stops of a night sky towards dawn, even in OKLab lightness from .14 to .96, so that
 * equal steps of data look equal and the order survives every colour blindness and a grey print.
 */
const NIGHT_TO_DAWN = [
  0x040521, 0x0e0d35, 0x1d154a, 0x2d1d5e, 0x402572, 0x572c83, 0x773187, 0x963784, 0xb53f7b,
  0xcf4b6e, 0xe16066, 0xef775f, 0xfa8f5c, 0xfeaa68, 0xfdc481, 0xfbdda6, 0xfcf2cd,
]

/** How many colours the table of `sequentialPalette` has. */
export const PALETTE_SIZE = 255

/**
 * The sequential colour table, `PALETTE_SIZE` x 3 bytes of sRGB from dark (low) to light (high):
 * straight lines between the stops.
 */
export function sequentialPalette(): Uint8Array {
  const table = new Uint8Array(PALETTE_SIZE * 3)
  for (let i = 0; i < PALETTE_SIZE; i++) {
    const at = (i / (PALETTE_SIZE - 1)) * (NIGHT_TO_DAWN.length - 1)
    const low = Math.min(NIGHT_TO_DAWN.length - 2, Math.floor(at))
    for (let c = 0; c < 3; c++) {
      const shift = 16 - 8 * c
      const a = (NIGHT_TO_DAWN[low]! >> shift) & 255
      const b = (NIGHT_TO_DAWN[low + 1]! >> shift) & 255
      table[i * 3 + c] = Math.round(a + (b - a) * (at - low))
    }
  }
  return table
}

/** The colour of `t` in 0..1 as `#rrggbb`; clamped outside; transparent for NaN. */
export function sequentialColour(t: number): string {
  if (Number.isNaN(t)) return 'transparent'
  const index = sequentialIndex(t)
  const rgb = [...sequentialPalette().subarray(index * 3, index * 3 + 3)]
  return `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`
}

/** Row of `sequentialPalette` for `t` in 0..1, clamped; not for NaN. */
export function sequentialIndex(t: number): number {
  return Math.round(Math.max(0, Math.min(1, t)) * (PALETTE_SIZE - 1))
}
