export interface SegmentsProps<Value extends string> {
  readonly name: string
  readonly legend: string
  readonly value: Value
  readonly choices: readonly (readonly [value: Value, label: string])[]
  readonly onChange: (value: Value) => void
}

/** One of a few choices beside each other. */
export function Segments<Value extends string>({ name, legend, value, choices, onChange }: SegmentsProps<Value>) {
  return (
    <fieldset className="segments">
      <legend>{legend}</legend>
      <div>
        {choices.map(([choice, label]) => (
          <label key={choice}>
            <input type="radio" name={name} checked={value === choice} onChange={() => onChange(choice)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
