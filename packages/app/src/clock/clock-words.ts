import type { ClockDocument, ClockTimeInterval, LedgerEntry } from '@nocturne/core/clock'
import { durationText } from '@nocturne/core/figure'

/** Half the width of a range of clock times, in words: `50 min`. */
export function giveOrTake({ lo80, hi80 }: ClockTimeInterval): string {
  const width = (((hi80.hours - lo80.hours) % 24) + 24) % 24
  return durationText(Math.round(width * 6) * 5)
}

/** A range of clock times: `20:10 to 21:50`. */
export function clockRange({ lo80, hi80 }: ClockTimeInterval): string {
  return `${lo80.text} to ${hi80.text}`
}

const MODEL_WORDS: Readonly<Record<string, string>> = {
  forger99: 'Forger 1999',
  jewett99: 'Jewett 1999',
  hannay19: 'Hannay 2019',
  hannay19tp: 'Hannay 2019, two populations',
  hilaire07: 'St. Hilaire 2007',
  breslow13: 'Breslow 2013',
}

/** The models of the ensemble and what each would say: `Jewett 1999 04:02, Hannay 2019 04:30`. */
export function modelList({ ensemble }: ClockDocument): string {
  return ensemble
    .map(({ model, cbtmin }) => `${MODEL_WORDS[model] ?? model} ${cbtmin.text}`)
    .join(', ')
}

/** Kinds of evidence, as a person calls them. */
export const EVIDENCE_WORDS: Readonly<Record<LedgerEntry['evidence'], string>> = {
  genes: 'genes',
  habit: 'usual hours',
  nights: 'single nights',
  light: 'light',
  dlmo: 'measured melatonin',
}

/** Minutes with their sign: `+12 min`, `0 min`. */
export function signedMinutes(value: number): string {
  const whole = Math.round(value)
  return whole === 0 ? '0 min' : `${whole > 0 ? '+' : '−'}${Math.abs(whole)} min`
}
