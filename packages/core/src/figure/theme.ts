/** The stages as they are coloured: wake, the three depths, REM, and not scored. */
export type StageColours = Readonly<Record<'W' | 'N1' | 'N2' | 'N3' | 'R' | '?', string>>

/** Every colour and face a figure uses; colours are CSS colours, or `var(--…)` for the page. */
export type Theme = {
  readonly ink: string
  readonly muted: string
  readonly grid: string
  readonly surface: string
  readonly accent: string
  readonly stages: StageColours
  readonly fontFamily: string
}

/** Which colours a figure is drawn in: fixed ones for a picture, or those of the page around it. */
export type ThemeName = 'light' | 'dark' | 'page'

const PICTURE_FONT = "'DejaVu Sans', sans-serif"

const LIGHT: Theme = {
  ink: '#1b2140',
  muted: '#565d7c',
  grid: '#dfe2ee',
  surface: '#ffffff',
  accent: '#5a4bb0',
  stages: {
    W: '#c96f12',
    N1: '#4291c9',
    N2: '#2f63c4',
    N3: '#1c2766',
    R: '#a8205f',
    '?': '#858aa3',
  },
  fontFamily: PICTURE_FONT,
}

const DARK: Theme = {
  ink: '#eceefb',
  muted: '#a9b0d0',
  grid: '#2b3154',
  surface: '#14182f',
  accent: '#b3a7ff',
  stages: {
    W: '#f5b455',
    N1: '#bfe3f7',
    N2: '#77aef2',
    N3: '#5a6ee8',
    R: '#ea64a6',
    '?': '#8188a8',
  },
  fontFamily: PICTURE_FONT,
}

/**
 * A theme. Stage colours keep a contrast of at least 3:1 to their surface and stay apart by at
 * least .1 in OKLab under simulated protanopia, deuteranopia and tritanopia (Machado et al. 2009).
 */
export function themeOf(name: ThemeName): Theme {
  if (name !== 'page') return name === 'light' ? LIGHT : DARK
  const entries = Object.entries(variablesOf(LIGHT)).map(([key]) => [key, `var(--${key})`])
  const page = Object.fromEntries(entries) as Record<string, string>
  const stages = Object.fromEntries(
    Object.keys(LIGHT.stages).map((s) => [s, page[stageVariable(s)]!]),
  ) as StageColours
  const { ink, muted, grid, surface, accent } = page as Record<string, string>
  return {
    ink: ink!,
    muted: muted!,
    grid: grid!,
    surface: surface!,
    accent: accent!,
    stages,
    fontFamily: 'inherit',
  }
}

/**
 * CSS declarations `--ink:#…;…` that a page puts on its root so that figures of theme `page` have
 * colours.
 */
export function themeVariables(name: 'light' | 'dark'): string {
  return Object.entries(variablesOf(name === 'light' ? LIGHT : DARK))
    .map(([key, value]) => `--${key}:${value}`)
    .join(';')
}

function variablesOf({ ink, muted, grid, surface, accent, stages }: Theme): Record<string, string> {
  const colours = Object.entries(stages).map(([s, colour]) => [stageVariable(s), colour])
  return { ink, muted, grid, surface, accent, ...Object.fromEntries(colours) }
}

function stageVariable(stage: string): string {
  return stage === '?' ? 'stage-unscored' : `stage-${stage.toLowerCase()}`
}
