import { performance } from 'node:perf_hooks'
import { describeProblem } from '@nocturne/core/math'
import {
  makePlan,
  type Plan,
  type PlanRequest,
  planCalendar,
  planDocument,
  planFigure,
  planText,
} from '@nocturne/core/plan'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { pictureOf } from '../picture.ts'
import { askedPlan } from '../plan-options.ts'
import { writeWholeFile } from '../whole-file.ts'

/** `nocturne plan`: what to do on the coming days so that the clock goes where it is wanted. */
export const command: Command = {
  name: 'plan',
  summary: 'Plan sleep and light of the coming days: a flight, a night shift, an early alarm',
  usage: 'plan --goal SPEC [--flight LEGS] [--sleeper FILE] [--ics FILE] [--picture FILE]',
  example: 'nocturne plan --goal "shift +8h by 2026-12-08" --work "Mon-Fri 09:00-17:00"',
  positionals: [0, 0],
  options: {
    goal: {
      type: 'string',
      value: 'SPEC',
      help:
        '"shift +8h by DATE" (+: clocks there are ahead, a flight east), "wake 06:30 from DATE", ' +
        '"bed 23:30 by DATE", "earlier 2h by DATE", "nights 22:00-06:00 3on2off from DATE", ' +
        '"rota 2x06:00-14:00 2x22:00-06:00 4xoff", "social jet lag weekends 01:30-10:00"',
    },
    flight: {
      type: 'string',
      value: 'LEGS',
      help: '"2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York; …"',
    },
    work: { type: 'string', value: 'HOURS', help: '"Mon-Fri 09:00-17:00; Sat 10:00-14:00"' },
    sleeper: { type: 'string', value: 'FILE', help: 'the JSON of nocturne clock fit --json' },
    habit: { type: 'string', value: 'TIMES', help: 'usual sleep without a sleeper: 23:00-07:00' },
    from: { type: 'string', value: 'DATE', help: 'first day (with a time: first moment); now' },
    zone: { type: 'string', value: 'ZONE', help: 'where you live, Europe/Berlin; this machine' },
    'light-max': { type: 'string', value: 'LUX', help: 'brightest light you can have; 1000' },
    'sleep-min': { type: 'string', value: 'H', help: 'least hours in bed a night; 7' },
    'no-naps': { type: 'boolean', help: 'no naps' },
    caffeine: { type: 'boolean', help: 'plan caffeine too: at most 400 mg, none 8 h before sleep' },
    melatonin: { type: 'boolean', help: 'plan melatonin too; needs --none-apply' },
    'none-apply': { type: 'boolean', help: 'I read docs/SAFETY.md: none of it applies to me' },
    previous: { type: 'string', value: 'FILE', help: 'the plan before (JSON): keep to it nearly' },
    ics: { type: 'string', value: 'FILE', help: 'write a calendar with alarms' },
    picture: { type: 'string', value: 'FILE', help: 'write the days as a picture, .png or .svg' },
    theme: { type: 'string', value: 'NAME', help: 'colours of the picture: light or dark' },
  },
  run,
}

const SAFETY_LINE =
  'bright light and melatonin are not for everyone: docs/SAFETY.md. Not a medical device.'

async function run(args: Arguments, io: Io): Promise<number> {
  const theme = themeOf(args.text('theme'))
  const picture = pictureKind(args.text('picture'))
  const nowMs = Date.now()
  const { request, assumed } = await askedPlan(args, nowMs)
  io.progress('planning', 0)
  const plan = timedPlan(request)
  io.progress('planning', 1)
  const ics = args.text('ics')
  if (ics !== undefined) {
    await writeWholeFile(ics, planCalendar(plan, { stampMs: nowMs, previous: request.previous }))
  }
  if (picture) {
    const svg = planFigure(plan, { theme, background: true })
    await writeWholeFile(picture.path, picture.kind === 'svg' ? svg : pictureOf(svg))
  }
  for (const line of assumed) io.err(`nocturne plan: ${line}\n`)
  io.err(`nocturne plan: ${SAFETY_LINE}\n`)
  io.out(args.flag('json') ? `${JSON.stringify(planDocument(plan))}\n` : planText(plan))
  return 0
}

function timedPlan(request: PlanRequest): Plan {
  const before = performance.now()
  const plan = makePlan(request)
  if (!plan.ok) throw new UsageError(describeProblem(plan.problem))
  return { ...plan.value, solverMs: performance.now() - before }
}

function themeOf(text: string | undefined): 'light' | 'dark' {
  if (text === undefined || text === 'light' || text === 'dark') return text ?? 'light'
  throw new UsageError(`--theme: got "${text}", expected light or dark`)
}

function pictureKind(path: string | undefined): { path: string; kind: string } | undefined {
  if (path === undefined) return undefined
  const kind = /\.(png|svg)$/i.exec(path)?.[1]?.toLowerCase()
  if (kind === undefined) throw new UsageError(`--picture: got "${path}", expected .png or .svg`)
  return { path, kind }
}
