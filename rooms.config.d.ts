/** See rooms.config.js. */
export interface Room {
  readonly room: string;
  readonly knows: readonly string[];
  readonly shows: readonly string[];
  readonly without?: readonly string[];
}
export const ROOMS: readonly Room[];
export const ENTRIES: readonly string[];
export function isDoor(room: Room, inside: string): boolean;
