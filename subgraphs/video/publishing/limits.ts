/** What a video may be. */
export interface VideoLimits {
  readonly maxBytes: number
  readonly maxSeconds: number
  /** The longest side of the picture, in pixels. */
  readonly maxSide: number
}
