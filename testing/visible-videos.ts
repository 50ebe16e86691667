import { openAsBlob } from 'node:fs'
import type { TestPerson } from './network.ts'

/** Two users follow each other. */
export async function becomesFriends(one: TestPerson, other: TestPerson): Promise<void> {
  await one.follows(other)
  await other.follows(one)
}

interface UploadForm {
  readonly uploadId: string
  readonly url: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
}

/** Sends a file as a web client does; resolves to the id of the upload. */
export async function sendsFile(person: TestPerson, path: string): Promise<string> {
  const { createUpload: upload } = await person.asks<{ createUpload: UploadForm }>(
    'mutation { createUpload { uploadId url fields { name value } } }',
  )
  const form = new FormData()
  for (const { name, value } of upload.fields) form.append(name, value)
  form.append('file', await openAsBlob(path))
  const answer = await fetch(upload.url, { method: 'POST', body: form })
  if (!answer.ok) throw new Error(`the object store refused: ${answer.status}`)
  return upload.uploadId
}
