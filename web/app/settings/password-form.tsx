import { useState, type FormEvent } from 'react'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { showToast } from '../components/toasts.tsx'
import { client } from '../graph/client.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { settingsTexts } from './texts.ts'

/** Sets another password, which signs out all other devices. */
export function PasswordForm({ onDone }: { readonly onDone: () => void }) {
  const text = useTexts(settingsTexts)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setIsBusy(true)
    setProblem(undefined)
    try {
      await client.changePassword(form.get('current') as string, form.get('new') as string)
      showToast(text('passwordChanged'))
      onDone()
    } catch (error) {
      setProblem(messageOf(error))
      setIsBusy(false)
    }
  }

  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      <p className="muted">{text('passwordLong')}</p>
      <Field
        label={text('currentPassword')}
        name="current"
        type="password"
        autoComplete="current-password"
        required
        maxLength={32}
      />
      <Field
        label={text('newPassword')}
        name="new"
        type="password"
        autoComplete="new-password"
        hint={text('passwordHint')}
        required
        minLength={5}
        maxLength={32}
      />
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" kind="primary" isBusy={isBusy}>
        {text('password')}
      </Button>
    </form>
  )
}
