/** A decimal number of any size: text in code, and in JSON a number, which JavaScript's own would round. */
export class Decimal {
  /** @param text as JSON writes a number */
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** JSON of plain values, in which each {@link Decimal} is an exact number. */
export function exactJson(value: unknown): string {
  if (value instanceof Decimal) return value.toString();
  if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${exactJson(field)}`);
  return `{${fields.join(',')}}`;
}
