import { pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

/** A JSON-lines logger on standard error, so that what a process prints for people stays readable. */
export function createLogger(level: string, name: string): Logger {
  return pino({ level, name, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }))
}
