import { Segments } from '../components/segments.tsx'
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
    <Segments
      name="visibility"
      legend={text('visibility')}
      value={value}
      choices={choices.map((choice) => [choice, text(choice)] as const)}
      onChange={onChange}
    />
  )
}
