import type { ServerResponse } from 'node:http'
import type { Signer, Credentials } from './authentication.ts'
import type { ObjectFolder } from './object-folder.ts'
import type { S3Request } from './request.ts'
import { xmlDocument, type XmlContent } from './xml.ts'

/** A request and its response. */
export interface Exchange {
  readonly request: S3Request
  readonly response: ServerResponse
  readonly folder: ObjectFolder
  readonly credentials: Credentials
  /** `undefined` for unsigned requests. */
  readonly signer: Signer | undefined
}

/** Answers one kind of request. Throws an `S3Error` to reject it. */
export type Operation = (exchange: Exchange) => void | Promise<void>

export function answerXml(response: ServerResponse, status: number, root: string, content: XmlContent): void {
  const body = Buffer.from(xmlDocument(root, content))
  response.writeHead(status, { 'Content-Type': 'application/xml', 'Content-Length': body.length })
  response.end(body)
}

export function answerEmpty(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, status === 204 ? headers : { 'Content-Length': 0, ...headers })
  response.end()
}

/** The URL of an object for the client. */
export function locationOf({ request }: Exchange, key: string): string {
  const path = `/${request.bucket}/${key}`
  return `http://${request.header('host') ?? ''}${encodeURIComponent(path).replaceAll('%2F', '/')}`
}
