import { useMutation } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { userPath } from '../../routes.ts'
import { Button } from '../components/button.tsx'
import { showToast } from '../components/toasts.tsx'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { CoverPicker } from './cover-picker.tsx'
import { VisibilityField, type Visibility } from './visibility-field.tsx'
import { discardUpload, send, type CurrentUpload } from './current-upload.ts'
import { uploadTexts } from './texts.ts'

/** What is published with a video; it can be filled in while the file is being sent. */
export function Details({ upload }: { readonly upload: CurrentUpload }) {
  const text = useTexts(uploadTexts)
  const { user } = useSession()
  const navigate = useNavigate()
  const [title, setTitle] = useState('')
  const [coverTime, setCoverTime] = useState<number | null>(null)
  const [visibility, setVisibility] = useState<Visibility>('PUBLIC')
  const [isWanted, setIsWanted] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [publish] = useMutation(operation('PublishVideo'))
  const { state, uploadId } = upload

  useEffect(() => {
    if (!isWanted || state !== 'sent' || uploadId === null) return
    setIsWanted(false)
    publish({ variables: { uploadId, title: title.trim(), coverTime, visibility } }).then(
      () => {
        discardUpload()
        showToast(text('published'))
        void navigate(userPath(user?.id ?? ''))
      },
      (error: unknown) => setProblem(messageOf(error)),
    )
  }, [isWanted, state, uploadId, publish, title, coverTime, visibility, navigate, text, user])

  return (
    <form
      className="details"
      onSubmit={(event) => {
        event.preventDefault()
        setProblem(undefined)
        setIsWanted(true)
        if (state === 'interrupted') void send()
      }}
    >
      <video className="details-preview" src={upload.url} controls muted playsInline aria-label={text('preview')} />
      <div className="form">
        <Progress upload={upload} />
        <div className="field">
          <label htmlFor="caption">{text('caption')}</label>
          <textarea
            id="caption"
            rows={3}
            maxLength={100}
            value={title}
            aria-describedby="caption-hint"
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <small id="caption-hint" className="muted details-hint">
            <span>{text('captionHint')}</span>
            <span>{title.length}/100</span>
          </small>
        </div>
        <VisibilityField value={visibility} onChange={setVisibility} />
        <CoverPicker url={upload.url} chosen={coverTime} onChoose={setCoverTime} />
        {problem !== undefined && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="details-actions">
          <Button onClick={discardUpload}>{text('discard')}</Button>
          <Button type="submit" kind="primary" isBusy={isWanted}>
            {isWanted && state !== 'sent' ? text('publishing') : text('publish')}
          </Button>
        </div>
      </div>
    </form>
  )
}

function Progress({ upload }: { readonly upload: CurrentUpload }) {
  const text = useTexts(uploadTexts)
  const { bytes } = useFormats()
  const { file, sentBytes, state, problem } = upload
  const percent = Math.floor((100 * sentBytes) / Math.max(1, file.size))
  if (state === 'interrupted') {
    return (
      <div className="notice is-bad" role="alert">
        <p>{problem ?? text('failed')}</p>
        <Button className="is-small" icon="refresh" onClick={() => void send()}>
          {text('goOn')}
        </Button>
      </div>
    )
  }
  return (
    <div className="upload-progress">
      <p>
        <strong>{state === 'sent' ? text('sent') : text('sending', { percent })}</strong>
        <span className="muted">{text('progressOf', { sent: bytes(sentBytes), total: bytes(file.size) })}</span>
      </p>
      <progress max={100} value={percent} aria-label={text('sending', { percent })} />
    </div>
  )
}
