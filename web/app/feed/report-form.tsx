import { useState, type FormEvent } from 'react'
import type { Variables } from '../graph/documents.ts'
import { Button } from '../components/button.tsx'
import { showToast } from '../components/toasts.tsx'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { moreTexts } from './more-texts.ts'

export type ReportCategory = Variables<'ReportVideo'>['category']

const categories = [
  'SPAM',
  'HARASSMENT',
  'HATE',
  'NUDITY',
  'VIOLENCE',
  'SELF_HARM',
  'COPYRIGHT',
  'OTHER',
] as const satisfies readonly ReportCategory[]

export interface ReportFormProps {
  readonly onSend: (category: ReportCategory, note: string) => Promise<unknown>
  readonly onDone: () => void
}

/** Asks why something is reported. */
export function ReportForm({ onSend, onDone }: ReportFormProps) {
  const text = useTexts(moreTexts)
  const [isBusy, setIsBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setIsBusy(true)
    try {
      await onSend(form.get('category') as ReportCategory, form.get('note') as string)
      showToast(text('reported'))
      onDone()
    } catch (error) {
      showToast(messageOf(error))
      setIsBusy(false)
    }
  }

  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      <fieldset className="choices">
        <legend>{text('why')}</legend>
        {categories.map((category) => (
          <label key={category}>
            <input type="radio" name="category" value={category} required />
            {text(category)}
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor="report-note">{text('note')}</label>
        <textarea id="report-note" name="note" maxLength={500} rows={2} />
      </div>
      <Button type="submit" kind="primary" isBusy={isBusy}>
        {text('send')}
      </Button>
    </form>
  )
}
