/** `media.linked`: files became evidence of a record. Others learn the hashes from the record's own history. */
export interface MediaLinked {
  ids: string[]
  ownerType: string
  ownerId: string
}

/** `media.purged`: a file that nobody claimed was removed. */
export interface MediaPurged {
  id: string
  sha256: string
}

export interface MediaEvents {
  'media.linked': MediaLinked
  'media.purged': MediaPurged
}
