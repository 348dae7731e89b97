import type { StarterVariant } from '../../packages/core/src/sleep/shipped/starter-card.ts'
import type { StarterPlan } from './starter-training.ts'

/** How the shipped weights are trained: nine minutes of one core for both. */
export const STARTER_PLANS: Readonly<Record<StarterVariant, StarterPlan>> = {
  offline: plan(32),
  live: plan(32),
}

function plan(hidden: number): StarterPlan {
  return {
    hidden,
    networks: { wide: 2, slow: 1 },
    steps: 400,
    pieces: 16,
    length: 256,
    rate: 0.004,
    decay: 0.001,
    dropout: 0.3,
    crops: 6,
    augmentation: 0.3,
    temperature: 1,
    seed: 1,
  }
}
