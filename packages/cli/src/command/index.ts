import type { Command } from '../command.ts'
import { command as agree } from './agree.ts'
import { command as box } from './box.ts'
import { command as clock } from './clock.ts'
import { command as consent } from './consent.ts'
import { command as doctor } from './doctor.ts'
import { command as edge } from './edge.ts'
import { command as facility } from './facility.ts'
import { command as fleet } from './fleet.ts'
import { command as genome } from './genome.ts'
import { command as loop } from './loop.ts'
import { command as model } from './model.ts'
import { command as night } from './night.ts'
import { command as plan } from './plan.ts'
import { command as read } from './read.ts'
import { command as replay } from './replay.ts'
import { command as synth } from './synth.ts'
import { command as trial } from './trial.ts'
import { command as up } from './up.ts'
import { command as why } from './why.ts'

/** Every command, in the order of the help page. */
export const COMMANDS: readonly Command[] = [
  night,
  read,
  synth,
  agree,
  clock,
  genome,
  plan,
  consent,
  loop,
  edge,
  box,
  replay,
  why,
  trial,
  facility,
  fleet,
  model,
  doctor,
  up,
]
