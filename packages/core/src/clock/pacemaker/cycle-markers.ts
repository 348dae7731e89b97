/** Phase from the trough, radians, within which a trough of a cycle seen only in part counts. */
const NEAR_TROUGH = Math.PI / 3

type Marker = { cycle: number; timeH: number; depth: number; near: boolean }

/**
 * Collects one marker per cycle of the unwrapped phase. Light makes extra local minima of x: of a
 * cycle's minima the deepest is its marker. The first and the last cycle are seen in part: there
 * only a minimum within 60 degrees of phase 0 counts.
 */
export class CycleMarkers {
  readonly #markers: Marker[] = []
  #cycle = 0

  /** The phase has passed pi (or, backwards, -pi). */
  turn(cycles: 1 | -1): void {
    this.#cycle += cycles
  }

  /** A minimum of x of value `depth` at a phase, or a passage of phase 0 (depth and phase 0). */
  offer(timeH: number, depth: number, phaseRad: number): void {
    const near = Math.abs(phaseRad) <= NEAR_TROUGH
    const cycle = this.#cycle
    const last = this.#markers.findLast((marker) => marker.cycle === cycle)
    if (last === undefined) this.#markers.push({ cycle, timeH, depth, near })
    else if (depth < last.depth) Object.assign(last, { timeH, depth, near })
  }

  /** Times of the markers, h, ascending. */
  timesH(): number[] {
    const lastCycle = this.#cycle
    return this.#markers
      .filter(({ cycle, near }) => near || (cycle > 0 && cycle < lastCycle))
      .map(({ timeH }) => timeH)
      .sort((a, b) => a - b)
  }
}
