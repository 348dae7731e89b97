import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { receiveFiles } from './state.ts'

/** Takes a recording by drop anywhere on the page, or by the button. */
export function DropZone() {
  const over = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => dropAnywhere((state) => (over.value = state)), [over])
  return (
    <div class={over.value ? 'drop over' : 'drop'}>
      <p>
        Drop an <abbr title="European Data Format: .edf, .bdf">EDF or BDF</abbr> recording anywhere
        <span class="hint">, with its hypnogram beside it if you have one.</span>
      </p>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        Open a recording
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Recording files"
        accept=".edf,.bdf,.rec,.joblib,.txt,.gz,.json"
        onChange={(event) => {
          receiveFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
    </div>
  )
}

function dropAnywhere(hover: (over: boolean) => void): () => void {
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
    receiveFiles([...(event.dataTransfer?.files ?? [])])
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
