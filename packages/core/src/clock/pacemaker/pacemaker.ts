/** The clock models, by the names of the command line. */
export type PacemakerName =
  | 'forger99'
  | 'jewett99'
  | 'hannay19'
  | 'hannay19tp'
  | 'hilaire07'
  | 'breslow13'

/** The numbers of a model under the letters of its paper, and where they come from. */
export type ParameterSet = {
  readonly name: string
  readonly doi: string
  readonly values: Readonly<Record<string, number>>
}

/**
 * A model of the circadian pacemaker as a value: a right-hand side, its transposed derivative, and
 * its markers. Time is in hours. Light enters as the drive `alpha` (per minute) of the
 * photoreceptor process L, n' = 60 (alpha (1 - n) - beta n), which every model has as its component
 * `receptor` and which `step` integrates in closed form; `derivative` covers it too.
 */
export type Pacemaker = {
  readonly name: PacemakerName
  readonly parameters: ParameterSet
  readonly stateNames: readonly string[]
  /** State at local midnight of a 16:8 day, as the model's reference implementation starts. */
  readonly initialState: readonly number[]
  /** Index of n in the state. */
  readonly receptor: number
  /** Decay of n, per minute. */
  readonly beta: number
  /**
   * Drive of the receptor by photopic light, per minute. Lux >= 0; below 0 counts as 0, NaN as NaN.
   */
  alpha(lux: number): number
  /** d state / dt per hour into `out`. `awake` is 0..1; `hour` is hours since midnight of day 1. */
  derivative(
    state: Float64Array,
    alpha: number,
    awake: number,
    hour: number,
    out: Float64Array,
  ): void
  /**
   * Transposed derivative: adds to `gradient` the adjoint `adjoint` times d derivative / d state,
   * and returns its product with d derivative / d alpha.
   */
  vjp(
    state: Float64Array,
    alpha: number,
    awake: number,
    hour: number,
    adjoint: Float64Array,
    gradient: Float64Array,
  ): number
  /**
   * The adjoint's product with d derivative / d tau, where tau is the model's intrinsic period
   * parameter (h); the two population model moves both of its periods together.
   */
  tauVjp(state: Float64Array, adjoint: Float64Array): number
  /**
   * d alpha / d ln lux at a light, per minute: lux times the slope, finite at 0. The slope by a
   * gain g on the light is this at g * lux, divided by g.
   */
  alphaPerLogLux(lux: number): number
  /**
   * What the published CBTmin marker is: the minimum of x (the deepest of a cycle), or the passage
   * of phase 0.
   */
  readonly marker: 'minimumOfX' | 'phase'
  /**
   * Longest sub-step with which `simulate` meets its tolerance, h; a receptor that is fast in
   * bright light shortens it further.
   */
  readonly longestStepH: number
  /**
   * How `simulate` integrates the receptor. Breslow13 switches melatonin synthesis at a stage of a
   * step, so that its H1 depends on the step itself: it is run as its reference trajectories are.
   */
  readonly receptorBy: 'closedForm' | 'rungeKutta'
  /**
   * Phase of the oscillator, radians, growing with time, and 0 at the model's own marker of the
   * minimum of core body temperature before its offset (minimum of x; phi = pi for Hannay).
   */
  phaseRad(state: Float64Array): number
  /** Amplitude of the oscillator, about 1 when entrained; 0 is the singularity. */
  amplitude(state: Float64Array): number
  /** Hours from that phase to CBTmin (0.8 for Jewett99, .97 for Hilaire07 and Breslow13). */
  readonly cbtminOffsetH: number
  /** Hours from DLMO to CBTmin: a population constant of the model's users, 7 unless published. */
  readonly dlmoToCbtminH: number
}
