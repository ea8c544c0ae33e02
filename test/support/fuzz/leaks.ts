/** Every secret of these is at least as long. */
const WINDOW = 8;

/** Which of the secrets stand in the lines; of each leak the line. */
export function leaksIn(lines: readonly string[], secrets: Iterable<string>): string[] {
  const byBeginning = new Map<string, string[]>();
  for (const secret of secrets) {
    if (secret.length < WINDOW) throw new Error(`too short to be looked for: ${secret}`);
    const beginning = secret.slice(0, WINDOW);
    byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), secret]);
  }
  return lines.filter((line) => {
    for (let at = 0; at + WINDOW <= line.length; at += 1) {
      const candidates = byBeginning.get(line.slice(at, at + WINDOW));
      if (candidates?.some((secret) => line.startsWith(secret, at))) return true;
    }
    return false;
  });
}
