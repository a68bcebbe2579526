import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { type ByteRange, keyOf, type MediaStore, NotStoredError } from './store.ts'

export interface S3Options {
  endpoint: string
  bucket: string
  region: string
  key: string
  secret: string
}

type Sdk = typeof import('@aws-sdk/client-s3')

/** Originals in any S3-compatible store. */
export class S3Store implements MediaStore {
  readonly kind = 's3'
  readonly #options: S3Options
  #opened: Promise<{ sdk: Sdk; client: S3Client }> | undefined

  constructor(options: S3Options) {
    this.#options = options
  }

  async put(sha256: string, path: string): Promise<void> {
    const { size } = await stat(path)
    if ((await this.size(sha256)) === size) return
    const { sdk, client } = await this.#open()
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64')
    const body = { Body: createReadStream(path), ContentLength: size, Metadata: { sha256: ChecksumSHA256 } }
    await client.send(new sdk.PutObjectCommand({ ...this.#where(sha256), ...body }))
  }

  async size(sha256: string): Promise<number | null> {
    const { sdk, client } = await this.#open()
    try {
      return (await client.send(new sdk.HeadObjectCommand(this.#where(sha256)))).ContentLength ?? null
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async read(sha256: string, range?: ByteRange): Promise<Readable> {
    const { sdk, client } = await this.#open()
    const part = range && { Range: `bytes=${range.start}-${range.end}` }
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ ...this.#where(sha256), ...part }))
      return Body as Readable
    } catch (error) {
      throw isMissing(error) ? new NotStoredError(sha256) : error
    }
  }

  async remove(sha256: string): Promise<void> {
    const { sdk, client } = await this.#open()
    await client.send(new sdk.DeleteObjectCommand(this.#where(sha256)))
  }

  #where(sha256: string) {
    return { Bucket: this.#options.bucket, Key: `media/${keyOf(sha256)}` }
  }

  // The SDK is large: a city that keeps its files on disk never loads it.
  #open() {
    this.#opened ??= import('@aws-sdk/client-s3').then((sdk) => {
      const { endpoint, region, key, secret } = this.#options
      const client = new sdk.S3Client({
        endpoint,
        region,
        forcePathStyle: true,
        credentials: { accessKeyId: key, secretAccessKey: secret },
        // Many compatible stores refuse the checksums that newer SDKs send unasked.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED'
      })
      return { sdk, client }
    })
    return this.#opened
  }
}

function isMissing(error: unknown): boolean {
  return ['NotFound', 'NoSuchKey'].includes((error as { name?: string }).name ?? '')
}
