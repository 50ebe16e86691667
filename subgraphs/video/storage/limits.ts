/** The limits on videos. */
export interface VideoLimits {
  readonly maxBytes: number
  readonly maxSeconds: number
  /** The longest side of the picture, in pixels. */
  readonly maxSide: number
  /** By one user between one midnight UTC and the next. */
  readonly maxUploadsPerDay: number
}
