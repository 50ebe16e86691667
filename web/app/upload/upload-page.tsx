import { useQuery } from '@apollo/client/react'
import { useState, type DragEvent } from 'react'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { EmptyState } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { addPageStyles } from '../layout/page-styles.ts'
import { useSession } from '../sign-in/session.tsx'
import { beginUpload, useCurrentUpload } from './current-upload.ts'
import { Details } from './details.tsx'
import { uploadTexts } from './texts.ts'
import { forgetUpload, unfinishedUpload } from './unfinished.ts'
import styles from './upload.page.css'

addPageStyles(styles)

/** Sends a video and publishes it. */
export default function UploadPage() {
  const text = useTexts(uploadTexts)
  const common = useTexts(commonTexts)
  const { user, askToSignIn } = useSession()
  const upload = useCurrentUpload()
  useTitle(text('title'))
  if (!user) {
    return (
      <EmptyState icon="film" title={text('signIn')}>
        <Button kind="primary" onClick={() => askToSignIn()}>
          {common('signIn')}
        </Button>
      </EmptyState>
    )
  }
  return (
    <div className="page">
      <header className="page-head">
        <h1>{text('title')}</h1>
      </header>
      {upload ? <Details key={upload.url} upload={upload} /> : <Chooser userId={user.id} />}
    </div>
  )
}

function Chooser({ userId }: { readonly userId: string }) {
  const text = useTexts(uploadTexts)
  const { bytes, duration } = useFormats()
  const { data } = useQuery(operation('UploadLimits'), { fetchPolicy: 'cache-and-network' })
  const [problem, setProblem] = useState<string>()
  const [isOver, setIsOver] = useState(false)
  const [unfinished, setUnfinished] = useState(() => unfinishedUpload(userId))
  const limits = data?.uploadLimits
  const isUsedUp = limits?.uploadsLeft === 0 && !unfinished

  async function choose(file: File | undefined): Promise<void> {
    if (!file) return
    const reason =
      !file.type.startsWith('video/') && file.type !== ''
        ? text('notVideo')
        : limits && file.size > limits.maxBytes
          ? text('tooLarge', { size: bytes(limits.maxBytes) })
          : limits && (await durationOf(file)) > limits.maxDuration
            ? text('tooLong', { duration: duration(limits.maxDuration) })
            : undefined
    setProblem(reason)
    if (reason === undefined) beginUpload(file)
  }

  function drop(event: DragEvent): void {
    event.preventDefault()
    setIsOver(false)
    void choose(event.dataTransfer.files[0])
  }

  return (
    <>
      {unfinished && (
        <div className="notice" role="status">
          <Icon name="refresh" />
          <p>{text('resume', { name: unfinished.name })}</p>
          <Button
            kind="plain"
            className="is-small"
            onClick={() => {
              forgetUpload()
              setUnfinished(null)
            }}
          >
            {text('resumeForget')}
          </Button>
        </div>
      )}
      <label
        className={isOver ? 'chooser is-over' : 'chooser'}
        onDragOver={(event) => {
          event.preventDefault()
          setIsOver(true)
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <span className="state-icon">
          <Icon name="film" />
        </span>
        <span className="button is-primary">{text('choose')}</span>
        <span className="muted chooser-drop">{text('drop')}</span>
        <input
          type="file"
          accept="video/*,.mkv"
          className="hidden"
          disabled={isUsedUp}
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
      </label>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {limits && (
        <p className="muted chooser-limits">
          {isUsedUp
            ? text('noneLeft')
            : text('limits', {
                size: bytes(limits.maxBytes),
                duration: duration(limits.maxDuration),
                count: limits.uploadsLeft ?? 0,
              })}
        </p>
      )}
    </>
  )
}

/** How long a video is, in seconds; 0 when the browser cannot read it: the server decides. */
function durationOf(file: File): Promise<number> {
  return new Promise((resolve) => {
    const video = document.createElement('video')
    const url = URL.createObjectURL(file)
    const finish = (seconds: number): void => {
      URL.revokeObjectURL(url)
      resolve(Number.isFinite(seconds) ? seconds : 0)
    }
    video.preload = 'metadata'
    video.onloadedmetadata = () => finish(video.duration)
    video.onerror = () => finish(0)
    video.src = url
  })
}
