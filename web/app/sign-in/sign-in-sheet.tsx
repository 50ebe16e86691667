import { useState, type FormEvent } from 'react'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Sheet } from '../components/sheet.tsx'
import { client } from '../graph/client.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from './session.tsx'
import { signInTexts } from './texts.ts'

/** Signs in, or creates an account. */
export default function SignInSheet() {
  const text = useTexts(signInTexts)
  const { reason, closeSheet } = useSession()
  const [isNew, setIsNew] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [name, password] = [form.get('name') as string, form.get('password') as string]
    setIsBusy(true)
    setProblem(undefined)
    try {
      await (isNew ? client.register(name, password) : client.signIn(name, password))
      closeSheet()
    } catch (error) {
      setProblem(messageOf(error))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Sheet title={text(isNew ? 'join' : 'welcome')} onClose={closeSheet} size="small">
      <form className="form" onSubmit={(event) => void submit(event)} noValidate={false}>
        {reason !== 'asked' && <p className="muted">{text(reason === 'ended' ? 'ended' : 'needed')}</p>}
        <Field label={text('name')} name="name" autoComplete="username" required maxLength={32} autoFocus />
        <Field
          label={text('password')}
          name="password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          hint={isNew ? text('passwordHint') : undefined}
          required
          minLength={isNew ? 5 : undefined}
          maxLength={32}
        />
        {problem !== undefined && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <Button type="submit" isBusy={isBusy} kind="primary">
          {text(isNew ? 'register' : 'signIn')}
        </Button>
        <Button
          kind="plain"
          onClick={() => {
            setIsNew(!isNew)
            setProblem(undefined)
          }}
        >
          {text(isNew ? 'toSignIn' : 'toRegister')}
        </Button>
      </form>
    </Sheet>
  )
}
