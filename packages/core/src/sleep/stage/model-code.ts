/**
 * Why a model could not be made or run: `MODEL_FORMAT` the bytes are not what they claim,
 * `MODEL_TRUNCATED` they end early, `MODEL_TOO_LARGE` they would need more memory than allowed,
 * `MODEL_UNSUPPORTED` a true model of a kind that is not handled, `MODEL_INPUT` the recording lacks
 * what the model needs, `MODEL_RUNTIME` a program that the model needs is not there or failed.
 */
export type ModelCode =
  | 'MODEL_FORMAT'
  | 'MODEL_TRUNCATED'
  | 'MODEL_TOO_LARGE'
  | 'MODEL_UNSUPPORTED'
  | 'MODEL_INPUT'
  | 'MODEL_RUNTIME'
