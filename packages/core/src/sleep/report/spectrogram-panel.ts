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
const LIGHTEST = 0.98

/**
 * The spectrogram as an inline picture on the shared time axis, 0 to 30 Hz, with its frequency
 * axis.
 */
export function spectrogramPanel(spectrogram: NightSpectrogram, frame: Frame): Panel {
  const head = 20
  const height = head + (frame.layout === 'wide' ? 170 : 130)
  const [left, right] = frame.time.range
  const { timesS, frequenciesHz } = spectrogram
  const { first, rows } = drawnRows(frequenciesHz)
  if (timesS.length === 0 || rows === 0) return { height: 0, markup: '' }
  // A column and a row reach half a step beyond their centres.
  const stepHz = stepOf(frequenciesHz, 0.5)
  const lowHz = frequenciesHz[first]! - stepHz / 2
  const highHz = frequenciesHz[first + rows - 1]! + stepHz / 2
  const y = linearScale([lowHz, highHz], [height, head])
  const stepS = stepOf(timesS, 30)
  const { together, columns } = columnsOf(timesS.length, MOST_COLUMNS[frame.layout])
  const fromS = timesS[0]! - stepS / 2
  const [x0, x1] = [frame.time.at(fromS), frame.time.at(fromS + columns * together * stepS)]
  const image = element('image', {
    href: spectrogramImage(spectrogram, MOST_COLUMNS[frame.layout]),
    x: x0,
    y: head,
    width: Math.max(1, x1 - x0),
    height: height - head,
    preserveAspectRatio: 'none',
  })
  const ticks = niceTicks(lowHz, highHz, frame.layout === 'wide' ? 6 : 3)
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
  const { first, rows: height } = drawnRows(frequenciesHz)
  const { together, columns: width } = columnsOf(timesS.length, most)
  const [low, high] = powerLimits(powerDb) ?? [0, 1]
  const pixels = new Uint8Array(width * height)
  for (let column = 0; column < width; column++) {
    for (let k = 0; k < height; k++) {
      const value = meanOf(spectrogram, column * together, together, first + k)
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

/** The rows drawn: above 0 Hz, where a detrended signal has nothing to show, up to `TOP_HZ`. */
function drawnRows(frequenciesHz: Float64Array): { first: number; rows: number } {
  const first = frequenciesHz.findIndex((f) => f > 0)
  const rows = frequenciesHz.filter((f) => f > 0 && f <= TOP_HZ).length
  return { first, rows }
}

/**
 * How many neighbours are averaged into a column of the picture, and how many columns that makes.
 */
function columnsOf(n: number, most: number): { together: number; columns: number } {
  const together = Math.max(1, Math.ceil(n / most))
  return { together, columns: Math.ceil(n / together) }
}

function stepOf(centres: Float64Array, alone: number): number {
  const n = centres.length
  return n > 1 ? (centres[n - 1]! - centres[0]!) / (n - 1) : alone
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
