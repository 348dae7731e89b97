import { durationText } from '../../figure/clock.ts'
import type { Aim } from './aim.ts'
import type { Goal } from './goal.ts'
import { timeText } from './goal.ts'
import type { PlanRequest } from './request.ts'
import { dateWords } from './words.ts'

/** What a plan does, in one or two sentences. */
export function headlineOf(
  goal: Goal,
  aim: Aim,
  direction: -1 | 0 | 1,
  reentrainedOn: string | undefined,
): string {
  const when = reentrainedOn
    ? ` Expected within an hour of its goal from ${dateWords(reentrainedOn)}.`
    : ''
  return `${movement(goal, aim, direction)}${when}`
}

function movement(goal: Goal, aim: Aim, direction: -1 | 0 | 1): string {
  const around = direction * aim.earlierH < 0
  const hours = around ? 24 - Math.abs(aim.earlierH) : Math.abs(aim.earlierH)
  const way = (around ? -aim.earlierH : aim.earlierH) > 0 ? 'earlier' : 'later'
  const length = durationText(hours * 60)
  const why = around ? ', the quicker way round' : ''
  switch (goal.kind) {
    case 'shift':
    case 'move':
    case 'bed':
      if (hours < 0.25) return 'Your clock stays where it is.'
      return `Your clock moves ${length} ${way}${why}, in small daily steps.`
    case 'wake':
      if (hours < 0.25) return `Waking at ${timeText(goal.clockH)} is near to what you do now.`
      return `Your clock moves ${length} ${way}, so that ${timeText(goal.clockH)} is a natural time to wake.`
    case 'rota':
      if (hours < 0.25) return 'Your clock is kept as steady as the rota allows.'
      return `Your clock moves ${length} ${way} towards sleep after the night shift, and stays near it on days off.`
    case 'socialJetLag':
      return 'Sleep stays at the same hours on working and free days, so that Monday does not begin with jet lag.'
  }
}

/** What holds on every day of a plan, one line each. */
export function notesOf({ constraints, goal }: PlanRequest, direction: -1 | 0 | 1): string[] {
  const caffeine = constraints.caffeine
    ? 'At most 400 mg of caffeine a day, none in the 8 h before sleep.'
    : 'Caffeine: none in the 8 h before sleep.'
  const melatonin =
    constraints.melatonin && direction !== 1
      ? [
          'Melatonin is left out: the clock does not go earlier, and in the morning it would make you sleepy.',
        ]
      : []
  const away =
    goal.kind === 'shift' && constraints.flights.length === 0
      ? [
          `Hours are those of your clock at home; you are taken to be there, in its daylight, ${goal.by ? `from ${dateWords(goal.by)} on` : 'from the first day on'}. With --flight the hours change with the place.`,
        ]
      : []
  return [
    ...away,
    `Every day: bright by day (250 lux melanopic or more at the eye), dim in the 3 h before bed (10 or less), dark at night (1 or less); Brown et al. 2022.`,
    caffeine,
    ...melatonin,
    'Never drive or work at height because a plan says you are awake enough: feel, and stop when sleepy.',
    'Bright light is not for everyone: see docs/SAFETY.md. Not a medical device.',
  ]
}
