import type { FrameBlock } from '../telemetry/frame.ts'

/**
 * Frames with their start and the number of their first. Field by field: this is made for each
 * frame of each device, and a spread costs more than all of them.
 */
export function numberedFrames(
  frames: Omit<FrameBlock, 'boot' | 'firstSeq'>,
  boot: number,
  firstSeq: number,
): FrameBlock {
  const { startS, wallOffsetS, mode, consent, release, asleep, stepsDs, values } = frames
  return {
    boot,
    firstSeq,
    startS,
    wallOffsetS,
    mode,
    consent,
    release,
    asleep,
    stepsDs,
    values,
  }
}
