import { strToU8 } from 'fflate'
import { element, escapeMarkup } from '../../figure/index.ts'
import { base64 } from '../../math/base64.ts'
import { sha256 } from '../../math/sha256.ts'
import type { Night } from '../night/night.ts'
import { INSPECTOR_SCRIPT, inspectorData } from './inspector.ts'
import { methodPart, type Provenance } from './method.ts'
import { sciencePart } from './scientist.ts'
import { headline, sleeperPart, tiles } from './sleeper.ts'
import { reportStyle } from './style.ts'
import { describeNight, whenText } from './words.ts'

/** What a report may be told about itself. */
export type ReportOptions = Provenance

/**
 * The report of a night: one self-contained HTML page for two readers, the sleeper first, the
 * scientist after. Everything is inline (figures as SVG and PNG, style, one small script), its own
 * content policy forbids any request, and it is complete without the script. Same night, same
 * bytes.
 */
export function nightReport(night: Night, options: ReportOptions = {}): string {
  const style = reportStyle()
  const body = [
    '<a class="skip" href="#main">Skip to the night</a>',
    header(night),
    `<main id="main" tabindex="-1">${sleeperPart(night)}`,
    `<div class="part"><h2 id="science">For the scientist</h2>${INTRODUCTION}</div>`,
    `${sciencePart(night)}${methodPart(night, options)}</main>`,
    `<footer><p>Made by Nocturne${options.version ? ` ${escapeMarkup(options.version)}` : ''}. This page asks the network for nothing and can be kept, printed and sent as it is.</p></footer>`,
    `<script type="application/json" id="epochs">${inspectorData(night)}</script>`,
    `<script>${INSPECTOR_SCRIPT}</script>`,
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeMarkup(describeNight(night))}">
<title>${escapeMarkup(titleOf(night))}</title>
<style>${style}</style></head>
<body>${body.join('\n')}</body></html>
`
}

const INTRODUCTION =
  '<p class="muted">Definitions, figures, events, agreement, quality, method and model. The exact numbers are in night.json beside this page.</p>'

function titleOf({ recording }: Night): string {
  const date = recording.startTime?.slice(0, 10)
  return [`${recording.file}${date ? `, ${date}` : ''}`, 'Nocturne night report'].join(' · ')
}

function header(night: Night): string {
  const items = tiles(night).map(
    ([term, value]) => `<div><dt>${escapeMarkup(term)}</dt><dd>${escapeMarkup(value)}</dd></div>`,
  )
  return (
    `<header><div><p class="brand">${moon()}<span>Nocturne night report</span></p>` +
    `<h1>${escapeMarkup(headline(night))}</h1>` +
    `<p class="when">${escapeMarkup(whenText(night))}</p>` +
    `<dl class="tiles">${items.join('')}</dl></div></header>`
  )
}

/** A crescent, for calm. */
function moon(): string {
  const d = 'M15.5 2.5A10 10 0 1 0 21.5 16 8.2 8.2 0 0 1 15.5 2.5Z'
  const crescent = element('path', { d, fill: '#f6d58b' })
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${crescent}</svg>`
}

/**
 * The page may show its own pictures and run its own style and script, by their hashes; nothing
 * else.
 */
function policy(style: string): string {
  return [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(INSPECTOR_SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashOf(text: string): string {
  const hex = sha256(strToU8(text))
  const bytes = Uint8Array.from({ length: 32 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  )
  return `sha256-${base64(bytes)}`
}
