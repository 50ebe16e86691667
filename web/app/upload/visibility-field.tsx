import type { Variables } from '../graph/documents.ts'
import { useTexts } from '../language/language.ts'
import { uploadTexts } from './texts.ts'

export type Visibility = Variables<'SetVideoVisibility'>['visibility']

const choices = ['PUBLIC', 'FRIENDS', 'PRIVATE'] as const satisfies readonly Visibility[]

interface VisibilityFieldProps {
  readonly value: Visibility
  readonly onChange: (visibility: Visibility) => void
}

/** Who may see a video. */
export function VisibilityField({ value, onChange }: VisibilityFieldProps) {
  const text = useTexts(uploadTexts)
  return (
    <fieldset className="segments">
      <legend>{text('visibility')}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice}>
            <input type="radio" name="visibility" checked={value === choice} onChange={() => onChange(choice)} />
            <span>{text(choice)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
