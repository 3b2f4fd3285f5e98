import { z } from 'zod';

/** How one image of a stack gets onto a host. */
export const imageWaySchema = z.object({
  reference: z.string(),
  /** `deliver`: from this machine's engine over SSH; `unobtainable`: none of the ways works. */
  way: z.enum(['present', 'pull', 'build', 'deliver', 'unobtainable']),
  /** What was observed that decides it. */
  reason: z.string(),
  services: z.array(z.string()),
  /** Of the whole image, uncompressed; null when it isn't here. */
  sizeBytes: z.number().nullable(),
  /** Of the layers the host lacks, uncompressed; null unless it is delivered. */
  missingBytes: z.number().nullable(),
});
export type ImageWay = z.infer<typeof imageWaySchema>;

export const deliveryPlanSchema = z.object({
  hostId: z.string(),
  stackId: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** The engine the images come from; null when there is none on this machine. */
  source: z.object({ hostId: z.string(), title: z.string() }).nullable(),
  images: z.array(imageWaySchema),
});
export type DeliveryPlan = z.infer<typeof deliveryPlanSchema>;
