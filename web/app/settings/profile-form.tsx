import { useMutation } from '@apollo/client/react'
import { useId, useRef, useState, type FormEvent } from 'react'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { showToast } from '../components/toasts.tsx'
import { client } from '../graph/client.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import type { Viewer } from '../sign-in/session.tsx'
import { settingsTexts } from './texts.ts'

const pictureTypes = 'image/jpeg,image/png,image/webp'
const tell = (error: unknown): void => showToast(messageOf(error))

/** The pictures and the text that others see of a user. */
export function ProfileForm({ user }: { readonly user: Viewer }) {
  const text = useTexts(settingsTexts)
  const common = useTexts(commonTexts)
  const id = useId()
  const [signature, setSignature] = useState(user.signature)
  const [save, saving] = useMutation(operation('UpdateProfile'), {
    onError: tell,
    onCompleted: () => showToast(text('saved')),
  })

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    void save({ variables: { signature } }).then(({ data }) => {
      if (data) setSignature(data.updateProfile.user.signature)
    })
  }

  return (
    <form className="form" onSubmit={submit}>
      <div className="settings-pictures">
        <img className="settings-background" src={user.backgroundImage} alt="" />
        <Avatar src={user.avatar} size="large" />
      </div>
      <div className="settings-actions">
        <PictureButton label={text('avatar')} onUpload={(avatarUploadId) => save({ variables: { avatarUploadId } })} />
        <PictureButton
          label={text('background')}
          onUpload={(backgroundUploadId) => save({ variables: { backgroundUploadId } })}
        />
      </div>
      <div className="field">
        <label htmlFor={id}>{text('signature')}</label>
        <textarea
          id={id}
          rows={3}
          maxLength={200}
          value={signature}
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => setSignature(target.value)}
        />
        <small id={`${id}-hint`} className="muted">
          {text('signatureHint')}
        </small>
      </div>
      <Button
        type="submit"
        kind="primary"
        isBusy={saving.loading}
        disabled={signature === user.signature}
        className="settings-save"
      >
        {common('save')}
      </Button>
    </form>
  )
}

interface PictureButtonProps {
  readonly label: string
  readonly onUpload: (uploadId: string) => Promise<unknown>
}

function PictureButton({ label, onUpload }: PictureButtonProps) {
  const text = useTexts(settingsTexts)
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setIsBusy] = useState(false)

  async function send(file: File): Promise<void> {
    if (!pictureTypes.split(',').includes(file.type)) {
      showToast(text('notPicture'))
      return
    }
    setIsBusy(true)
    try {
      await onUpload(await client.uploadPicture(file))
    } catch (error) {
      tell(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <>
      <Button icon="camera" isBusy={isBusy} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={pictureTypes}
        onChange={({ target }) => {
          const file = target.files?.[0]
          // The same file can be chosen again.
          target.value = ''
          if (file) void send(file)
        }}
      />
    </>
  )
}
