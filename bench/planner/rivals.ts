import { hoursAhead, lightPush, runPath } from '@nocturne/core/plan'
import { DT_H, LIFE_DAYS, PER_DAY, type World } from './cell.ts'
import type { Life } from './life.ts'

const RULE_WINDOW_H = 2.5
const ADVANCE_H_PER_DAY = 1.25
const DELAY_H_PER_DAY = 1.75

/**
 * The rule of the calculators: CBTmin at wake - 2.5 h, moved by 1.25 h a day earlier or 1.75 h
 * later the shorter way; light for 2.5 h on the side of it that helps, dark on the other.
 */
export function ruleAdvice(world: World): Int8Array {
  const levels = new Int8Array(LIFE_DAYS * PER_DAY)
  const shift = wrap(world.target.offsetH - world.home.offsetH)
  const earlier = shift < 0 && shift > -12
  const pace = earlier ? -ADVANCE_H_PER_DAY : DELAY_H_PER_DAY
  const days = Math.ceil(Math.abs(shift / pace))
  const perStep = 1 / DT_H
  for (let day = 0; day < Math.min(LIFE_DAYS, days); day++) {
    const cbtminH = world.home.offsetH - 2.5 + pace * day + (world.home.offsetH < 2.5 ? 24 : 0)
    const at = Math.round((((cbtminH % 24) + 24) % 24) * perStep) + day * PER_DAY
    const width = RULE_WINDOW_H * perStep
    const fill = (level: number, from: number, to: number): void => {
      levels.fill(level, Math.max(0, from), Math.max(0, Math.min(levels.length, to)))
    }
    fill(earlier ? 1 : -1, at, at + width)
    fill(earlier ? -1 : 1, at - width, at)
  }
  return levels
}

function wrap(hours: number): number {
  const h = (((hours + 12) % 24) + 24) % 24
  return h - 12
}

/**
 * Feedback on the true state, step by step, as of the Lighting Research Center's planner: light if
 * it turns the phase toward the target the shorter way, dark if not; for ever. It knows what no one
 * knows, so it is no rival but a mark.
 */
export function greedyDay(life: Life, day: number): Int8Array {
  const levels = new Int8Array(PER_DAY)
  let state = life.states[day]!
  const { clock, orbit, world } = life
  const alpha = new Float64Array(2)
  const path = new Float64Array(9)
  for (let i = 0; i < PER_DAY; i++) {
    const at = day * PER_DAY + i
    const [a, b] = state
    const ahead = hoursAhead(a, b, orbit.ab[4 * i]!, orbit.ab[4 * i + 1]!)
    if (!world.asleep[at]) levels[i] = lightPush(clock, a, b) * ahead < 0 ? 1 : -1
    const bound = levels[i]! > 0 ? world.high : world.low
    alpha.fill(world.asleep[at] ? 0 : clock.alpha(bound[at]!))
    runPath(clock, alpha, state, path)
    state = [path[6]!, path[7]!, path[8]!]
  }
  return levels
}
