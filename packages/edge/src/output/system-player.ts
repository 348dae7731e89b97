import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

/** A program that plays or records raw sound: signed 16-bit, one channel, little-endian. */
export type SoundProgram = { readonly command: string; readonly args: readonly string[] }

/** Frames a second of everything that is played. */
export const SOUND_RATE_HZ = 48_000

const RATE = String(SOUND_RATE_HZ)

/** Players in the order they are tried: the ones that let their buffer be short come first. */
const PLAYERS: readonly SoundProgram[] = [
  {
    command: 'pw-cat',
    args: ['-p', '--raw', '--format=s16', `--rate=${RATE}`, '--channels=1', '--latency=20ms', '-'],
  },
  {
    command: 'paplay',
    args: ['--raw', '--format=s16le', `--rate=${RATE}`, '--channels=1', '--latency-msec=20'],
  },
  {
    command: 'aplay',
    args: ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', RATE, '-c', '1', '--buffer-time=40000', '-'],
  },
  {
    command: 'play',
    args: ['-q', '-t', 'raw', '-e', 'signed', '-b', '16', '-r', RATE, '-c', '1', '-'],
  },
]

const RECORDERS: readonly SoundProgram[] = [
  {
    command: 'pw-cat',
    args: ['-r', '--raw', '--format=s16', `--rate=${RATE}`, '--channels=1', '--latency=20ms', '-'],
  },
  {
    command: 'parec',
    args: ['--raw', '--format=s16le', `--rate=${RATE}`, '--channels=1', '--latency-msec=20'],
  },
  {
    command: 'arecord',
    args: ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', RATE, '-c', '1', '--buffer-time=40000'],
  },
]

/** The first player this machine has, if any. */
export function systemPlayer(): SoundProgram | undefined {
  return PLAYERS.find(isHere)
}

/** The first recorder this machine has, if any: for measuring how late a sound is. */
export function systemRecorder(): SoundProgram | undefined {
  return RECORDERS.find(isHere)
}

/** A player that runs: frames in, sound out. */
export type RunningPlayer = {
  write(frames: Int16Array): void
  /** Why it ended, when it ended by itself. */
  onEnd(listener: (text: string) => void): void
  close(): void
}

/**
 * Starts a player. It gets its frames on its standard input and nothing else; when this process
 * dies, the pipe closes and the player falls silent.
 */
export function startPlayer(program: SoundProgram): RunningPlayer {
  const child: ChildProcess = spawn(program.command, program.args, {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const listeners: ((text: string) => void)[] = []
  let said = ''
  let closed = false
  const ended = (text: string): void => {
    if (closed) return
    closed = true
    for (const listener of listeners) listener(text)
  }
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-200)
  })
  child.stdin?.on('error', () => undefined) // told by `exit`
  child.once('error', (error) => ended(`${program.command}: ${error.message}`))
  child.once('exit', (code) => ended(`${program.command} ended with ${code}: ${said.trim()}`))
  return {
    write: (frames) => {
      if (closed) return
      child.stdin?.write(Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength))
    },
    onEnd: (listener) => listeners.push(listener),
    close: () => {
      closed = true
      child.stdin?.end()
      child.kill()
    },
  }
}

function isHere({ command }: SoundProgram): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}
