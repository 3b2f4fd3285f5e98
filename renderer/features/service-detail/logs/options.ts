/** How log lines are drawn. */
export interface LogOptions {
  wrap: boolean;
  stamps: boolean;
}
