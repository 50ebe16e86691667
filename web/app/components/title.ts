import { useEffect } from 'react'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'

/** Sets the title of the document. */
export function useTitle(title: string, unread = 0): void {
  const text = useTexts(commonTexts)
  const whole = `${unread > 0 ? `(${unread}) ` : ''}${title ? `${title} · ` : ''}${text('name')}`
  useEffect(() => {
    document.title = whole
  }, [whole])
}
