import { useNavigate } from 'react-router'
import { videoPath } from '../../routes.ts'
import { showToast } from '../components/toasts.tsx'
import { useEvents } from '../events/event-provider.tsx'
import { useTexts } from '../language/language.ts'
import { eventTexts } from './event-texts.ts'

/** Tells as toasts what happens to the viewer while they do something else. */
export default function EventToasts() {
  const text = useTexts(eventTexts)
  const navigate = useNavigate()
  useEvents((event) => {
    if (event.__typename !== 'VideoChanged') return
    const { id, status, title } = event.video
    const name = title || text('untitled')
    if (status === 'READY') showToast(text('ready', { name }), () => void navigate(videoPath(id)))
    if (status === 'FAILED') showToast(text('failed', { name }), () => void navigate(videoPath(id)))
  })
  return null
}
