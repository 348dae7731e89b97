import type { Result } from '../../math/result.ts'
import type { StageModel, StagingInput } from '../stage/model.ts'
import type { ModelCode } from '../stage/model-code.ts'

/**
 * A stager that came from a file. Ask `check` before `stage`: it says in words what the recording
 * lacks (a channel, a rate, an age, a runtime); `stage` on an input that does not pass is a
 * programmer's error.
 */
export type ImportedModel = StageModel & {
  check(input: StagingInput): Result<StagingInput, ModelCode>
}
