/** What people may publish. */
export interface VideoLimits {
  readonly maxBytes: number
  readonly maxSeconds: number
  /** The longest side of the picture, in pixels. */
  readonly maxSide: number
  /** By one person between one midnight UTC and the next. */
  readonly maxUploadsPerDay: number
}
