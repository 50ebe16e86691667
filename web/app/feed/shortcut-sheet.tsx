import { Sheet } from '../components/sheet.tsx'
import { useTexts } from '../language/language.ts'
import { feedTexts } from './texts.ts'

const shortcuts = [
  ['↓ ↑ / j k', 'keyMove'],
  ['Space', 'keyPlay'],
  ['m', 'keySound'],
  ['l', 'keyLike'],
  ['c', 'keyComments'],
  ['Esc', 'keyClose'],
  ['?', 'keyHelp'],
] as const

/** The keys of the feed. */
export default function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(feedTexts)
  return (
    <Sheet title={text('shortcuts')} onClose={onClose} size="small">
      <dl className="shortcuts">
        {shortcuts.map(([keys, label]) => (
          <div key={label}>
            <dt>{text(label)}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}
