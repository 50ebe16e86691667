import { useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/button.tsx'
import { useMediaQuery, wideScreen } from '../components/media-query.ts'
import { client } from '../graph/client.ts'
import { useTexts } from '../language/language.ts'
import { messageTexts } from './texts.ts'

interface MessageComposerProps {
  readonly userId: string
  readonly name: string
  readonly onSend: (content: string) => void
}

/** The shortest time between two notices that the viewer is typing, in milliseconds. */
const typingPauseMs = 3_000

/** Where a message is written. */
export function MessageComposer({ userId, name, onSend }: MessageComposerProps) {
  const text = useTexts(messageTexts)
  const [content, setContent] = useState('')
  const area = useRef<HTMLTextAreaElement>(null)
  const typedAt = useRef(-Infinity)
  const isWide = useMediaQuery(wideScreen)
  useEffect(() => {
    // On phones, the keyboard would cover the messages.
    if (isWide) area.current?.focus()
  }, [isWide])

  function change(next: string): void {
    setContent(next)
    const now = performance.now()
    if (next.trim() === '' || now - typedAt.current < typingPauseMs) return
    typedAt.current = now
    client.request('SendTyping', { toUserId: userId }).catch(() => undefined)
  }

  function send(): void {
    const trimmed = content.trim()
    if (trimmed === '') return
    setContent('')
    onSend(trimmed)
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
        area.current?.focus()
      }}
    >
      <textarea
        ref={area}
        rows={1}
        maxLength={1_000}
        value={content}
        placeholder={text('write', { name })}
        aria-label={text('write', { name })}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While characters are being composed, Enter chooses one.
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault()
            send()
          }
        }}
      />
      <IconButton
        type="submit"
        className="composer-send"
        icon="send"
        isSolid
        label={text('send')}
        disabled={content.trim() === ''}
      />
    </form>
  )
}
