import type { ClockDocument } from '@nocturne/core/clock'
import type { GenomePriorOptions } from '@nocturne/core/genome'
import type { FormerPlan, Plan } from '@nocturne/core/plan'
import type { RhythmMeasure } from '@nocturne/core/sleep'

/** A picture for a desk and one for a phone, as SVG in the page's colours. */
export type Pictures = { readonly wide: string; readonly narrow: string }

/** What a person asks of a plan, as the form holds it. */
export type PlanWish = {
  /** As `parseGoal` reads it: `wake 06:30 from 2026-12-01`. */
  readonly goal: string
  /** As `parseWork` reads it, or empty. */
  readonly work: string
  /** As `parseFlight` reads them, parted by semicolons, or empty. */
  readonly flights: string
  /** The brightest light the person can have, lux at the eye. */
  readonly lightMaxLux: number
  readonly naps: boolean
  readonly caffeine: boolean
  readonly melatonin: boolean
}

/** A measure of regularity, in words. */
export type Regularity = { readonly name: string; readonly value: string; readonly note: string }

/** A person's clock as the page shows it. */
export type ClockAnswer = {
  /** To the byte what `nocturne clock fit --json` says. */
  readonly document: ClockDocument & { readonly rhythm: readonly RhythmMeasure[] }
  readonly pictures: Pictures
  readonly regularity: readonly Regularity[]
  /** What the genes say, in plain words; empty where no genotype was given. */
  readonly geneLines: readonly string[]
  /** What each file was read as. */
  readonly sources: readonly string[]
  readonly isExample: boolean
}

/** A plan as the page shows it, and its calendar. */
export type ShownPlan = {
  readonly plan: Plan
  readonly pictures: Pictures
  readonly calendar: string
}

/** The ancestry a person names, for how far the genes' effects hold. */
export type Ancestry = NonNullable<GenomePriorOptions['ancestry']>

/** What the page asks of a worker; one worker answers one question and ends. */
export type ClockRequest =
  | {
      readonly kind: 'fit'
      /** Files of one person; `example`: the simulated sleeper's. */
      readonly files: readonly File[] | 'example'
      /** The zone of clocks that name none. */
      readonly zone: string
      readonly ancestry: Ancestry
      readonly nowMs: number
    }
  | {
      readonly kind: 'plan'
      readonly sleeper: ClockDocument
      readonly wish: PlanWish
      /** The plan before, when the goal is the same: kept to where it is still good. */
      readonly former?: FormerPlan | undefined
      readonly nowMs: number
    }

/** What a worker answers. */
export type ClockReply =
  | { readonly kind: 'progress'; readonly label: string; readonly fraction: number }
  | { readonly kind: 'fitted'; readonly answer: ClockAnswer }
  | { readonly kind: 'planned'; readonly shown: ShownPlan }
  | { readonly kind: 'problem'; readonly text: string }
