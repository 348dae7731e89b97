import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { droppedFiles } from './dropped-files.ts'
import { backToExample, isExample, receiveFiles } from './state.ts'

const ACCEPTED = '.edf,.bdf,.rec,.txt,.csv,.tsv,.json,.xml,.annot,.eannot,.joblib,.gz,.onnx'

/** Takes a recording by drop anywhere on the page, or by the button. */
export function DropZone() {
  const over = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(
    () =>
      dropAnywhere((state) => {
        over.value = state
      }, receiveFiles),
    [over],
  )
  return (
    <section class="drop" aria-label="Open a night">
      <p>
        Drop an <abbr title="European Data Format, .edf or .bdf">EDF or BDF</abbr> recording
        anywhere
        <span class="hint">, with its hypnogram beside it if you have one.</span>
      </p>
      <div class="buttons">
        {!isExample.value && (
          <button type="button" onClick={backToExample}>
            Back to the example
          </button>
        )}
        <button type="button" class="primary" onClick={() => input.current?.click()}>
          Open a recording
        </button>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Recording files"
        accept={ACCEPTED}
        onChange={(event) => {
          receiveFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      {over.value && (
        <div class="over">
          <p>
            Let go to read it here
            <span>A recording, its hypnogram, or a model. Nothing leaves this device.</span>
          </p>
        </div>
      )}
    </section>
  )
}

/**
 * Takes files that are dropped anywhere on the page until the returned function is called; `hover`
 * hears whether something hangs over it.
 */
export function dropAnywhere(
  hover: (over: boolean) => void,
  receive: (files: readonly File[]) => void,
): () => void {
  const over = (event: DragEvent) => {
    event.preventDefault()
    hover(true)
  }
  const leave = (event: DragEvent) => {
    if (!event.relatedTarget) hover(false)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    hover(false)
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(receive)
  }
  addEventListener('dragover', over)
  addEventListener('dragleave', leave)
  addEventListener('drop', drop)
  return () => {
    removeEventListener('dragover', over)
    removeEventListener('dragleave', leave)
    removeEventListener('drop', drop)
  }
}
