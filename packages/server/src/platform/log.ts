import pino, { type Logger } from 'pino'

/** Structured logs, one JSON object a line; secrets never reach it (settings star themselves, bodies are not logged). */
export function openLog(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['password', 'req.headers.cookie', 'req.headers.authorization', '*.password', '*.totp']
  })
}
