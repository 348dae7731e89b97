import { coordinate } from './markup.ts'

/** A stretch along the axis at one height: `y` NaN = nothing there. */
export type Step = { readonly x0: number; readonly x1: number; readonly y: number }

/** A rectangle of a drawing: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number]

/** Rectangles as one path, so that hundreds of them are one element. */
export function boxesPath(boxes: readonly Box[]): string {
  return boxes
    .map(([x, y, w, h]) => {
      const [width, back] = [coordinate(w), coordinate(-w)]
      return `M${coordinate(x)},${coordinate(y)}h${width}v${coordinate(h)}h${back}Z`
    })
    .join('')
}

/**
 * A line through points `x[i], y[i]`; it breaks where either is NaN. Empty text when nothing is
 * finite.
 */
export function linePath(x: ArrayLike<number>, y: ArrayLike<number>): string {
  let d = ''
  let open = false
  for (let i = 0; i < x.length; i++) {
    const drawn = Number.isFinite(x[i]!) && Number.isFinite(y[i]!)
    if (drawn) d += `${open ? 'L' : 'M'}${coordinate(x[i]!)},${coordinate(y[i]!)}`
    open = drawn
  }
  return d
}

/** A staircase along `steps` (in order); it breaks at a NaN and where steps do not touch. */
export function stepPath(steps: readonly Step[]): string {
  let d = ''
  let end: number | undefined
  for (const { x0, x1, y } of steps) {
    if (!Number.isFinite(y)) {
      end = undefined
      continue
    }
    const joined = end !== undefined && Math.abs(end - x0) < 1e-6
    d += joined ? `V${coordinate(y)}` : `M${coordinate(x0)},${coordinate(y)}`
    d += `H${coordinate(x1)}`
    end = x1
  }
  return d
}

/**
 * The staircase filled down (or up) to `base`: one closed outline per unbroken run. Equal
 * neighbours are drawn as one, so that a calm night is a short path.
 */
export function stepAreaPath(steps: readonly Step[], base: number): string {
  let d = ''
  let i = 0
  while (i < steps.length) {
    if (!Number.isFinite(steps[i]!.y)) {
      i++
      continue
    }
    let last = i
    let outline = `M${coordinate(steps[i]!.x0)},${coordinate(base)}`
    for (let j = i; j < steps.length && continues(steps, i, j); j++) {
      const next = steps[j + 1]
      last = j
      if (next && continues(steps, i, j + 1) && coordinate(next.y) === coordinate(steps[j]!.y)) {
        continue
      }
      const y = coordinate(steps[j]!.y)
      outline += `V${y}H${coordinate(steps[j]!.x1)}`
    }
    d += `${outline}V${coordinate(base)}Z`
    i = last + 1
  }
  return d
}

function continues(steps: readonly Step[], first: number, j: number): boolean {
  if (!Number.isFinite(steps[j]!.y)) return false
  return j === first || Math.abs(steps[j - 1]!.x1 - steps[j]!.x0) < 1e-6
}
