import {
  element,
  label,
  linearScale,
  niceTicks,
  PALETTE_SIZE,
  pngDataUri,
  sequentialIndex,
  sequentialPalette,
  valueAxis,
} from '../../figure/index.ts'
import type { NightSpectrogram } from '../night/night.ts'
import type { Frame, Panel } from './frame.ts'

/** Frequencies drawn, Hz: above, a scalp EEG of sleep is mostly muscle. */
const TOP_HZ = 30

/** Most columns of the picture: a little more than a wide screen shows. */
const MOST_COLUMNS = { wide: 1200, narrow: 480 } as const

/** The band of power that the colours span: these two percentiles of what is there. */
const DARKEST = 0.03
const LIGHTEST = 0.985

/**
 * The spectrogram as an inline picture on the shared time axis, 0 to 30 Hz, with its frequency
 * axis.
 */
export function spectrogramPanel(spectrogram: NightSpectrogram, frame: Frame): Panel {
  const head = 20
  const height = head + (frame.layout === 'wide' ? 170 : 130)
  const [left, right] = frame.time.range
  const rows = drawnRows(spectrogram.frequenciesHz)
  if (spectrogram.timesS.length === 0 || rows === 0) return { height: 0, markup: '' }
  const topHz = spectrogram.frequenciesHz[rows - 1]!
  const y = linearScale([0, topHz], [height, head])
  const [from, to] = spanOf(spectrogram.timesS)
  const [x0, x1] = [frame.time.at(from), frame.time.at(to)]
  const image = element('image', {
    href: spectrogramImage(spectrogram, MOST_COLUMNS[frame.layout]),
    x: x0,
    y: head,
    width: Math.max(1, x1 - x0),
    height: height - head,
    preserveAspectRatio: 'none',
  })
  const ticks = niceTicks(0, topHz, frame.layout === 'wide' ? 6 : 3)
  const axis = valueAxis(y, ticks, [left, right], frame.theme, (f) => `${f} Hz`)
  return { height, markup: axis + image + keyOf(spectrogram, frame) }
}

/** Low and high end of the colours in dB; `undefined` when every value is missing. */
export function powerLimits(powerDb: Float32Array): readonly [number, number] | undefined {
  const sorted = powerDb.filter((v) => Number.isFinite(v)).sort()
  if (sorted.length === 0) return undefined
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!
  const [low, high] = [at(DARKEST), at(LIGHTEST)]
  return high > low ? [low, high] : [low, low + 1]
}

/**
 * The picture as a data address: columns averaged down to `most`, low frequencies at the bottom.
 */
function spectrogramImage(spectrogram: NightSpectrogram, most: number): string {
  const { powerDb, frequenciesHz, timesS } = spectrogram
  const height = drawnRows(frequenciesHz)
  const together = Math.max(1, Math.ceil(timesS.length / most))
  const width = Math.ceil(timesS.length / together)
  const [low, high] = powerLimits(powerDb) ?? [0, 1]
  const pixels = new Uint8Array(width * height)
  for (let column = 0; column < width; column++) {
    for (let k = 0; k < height; k++) {
      const value = meanOf(spectrogram, column * together, together, k)
      const shade = Number.isNaN(value)
        ? PALETTE_SIZE
        : sequentialIndex((value - low) / (high - low))
      pixels[(height - 1 - k) * width + column] = shade
    }
  }
  const palette = new Uint8Array((PALETTE_SIZE + 1) * 3)
  palette.set(sequentialPalette())
  return pngDataUri({ width, height, pixels, palette, transparent: PALETTE_SIZE })
}

function meanOf(
  { powerDb, frequenciesHz, timesS }: NightSpectrogram,
  from: number,
  n: number,
  k: number,
): number {
  let sum = 0
  let count = 0
  for (let t = from; t < Math.min(from + n, timesS.length); t++) {
    const value = powerDb[t * frequenciesHz.length + k]!
    if (!Number.isFinite(value)) continue
    sum += value
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

function drawnRows(frequenciesHz: Float64Array): number {
  let rows = 0
  while (rows < frequenciesHz.length && frequenciesHz[rows]! <= TOP_HZ) rows++
  return rows
}

/** Beginning and end of the columns: half a column beyond the first and last centre. */
function spanOf(timesS: Float64Array): readonly [number, number] {
  const n = timesS.length
  const step = n > 1 ? (timesS[n - 1]! - timesS[0]!) / (n - 1) : 30
  return [timesS[0]! - step / 2, timesS[n - 1]! + step / 2]
}

/** A little bar of the colours over the picture, on the right, with their ends in dB. */
function keyOf(spectrogram: NightSpectrogram, frame: Frame): string {
  const limits = powerLimits(spectrogram.powerDb)
  if (!limits) return ''
  const [width, rowHeight] = [110, 8]
  const x = frame.time.range[1] - width - 46
  const palette = sequentialPalette()
  const pixels = Uint8Array.from({ length: PALETTE_SIZE }, (_, i) => i)
  const href = pngDataUri({ width: PALETTE_SIZE, height: 1, pixels, palette })
  const words = { 'font-size': 11, fill: frame.theme.muted }
  return (
    element('image', { href, x, y: 5, width, height: rowHeight, preserveAspectRatio: 'none' }) +
    label(x - 6, 13, `${Math.round(limits[0])}`, { ...words, 'text-anchor': 'end' }) +
    label(x + width + 6, 13, `${Math.round(limits[1])} dB`, words)
  )
}
