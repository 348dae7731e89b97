import { lettersOn } from './key-moves.ts'

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['←', '→'], 'one epoch back or on'],
  [['Shift', '←', '→'], 'ten epochs'],
  [['P', 'N'], 'previous or next change of stage'],
  [['Home', 'End'], 'first or last epoch'],
  [['−', '+'], 'flatter or taller traces'],
  [['Esc'], 'end a reading'],
]

/** The keys, and a way to turn those of one letter off. */
export function Keys() {
  return (
    <section class="card keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="note">
        <input
          type="checkbox"
          checked={lettersOn.value}
          onChange={(event) => {
            lettersOn.value = event.currentTarget.checked
          }}
        />{' '}
        Keys of one letter act (turn off when you speak to your computer)
      </label>
    </section>
  )
}
