/** Ends a run with one line for each project and, last of all, `N passed, N failed(, N skipped)`. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const projects = new Map();
    for (const suite of results.testResults) {
      const name = suite.displayName?.name ?? 'tests';
      const counts = projects.get(name) ?? { passed: 0, failed: 0, skipped: 0 };
      counts.passed += suite.numPassingTests;
      counts.failed += suite.numFailingTests + (suite.testExecError ? 1 : 0);
      counts.skipped += suite.numPendingTests + suite.numTodoTests;
      projects.set(name, counts);
    }
    const total = { passed: 0, failed: 0, skipped: 0 };
    const lines = [];
    for (const [name, counts] of projects) {
      for (const key of Object.keys(total)) total[key] += counts[key];
      lines.push(`${name}: ${lineOf(counts)}`);
    }
    if (process.env.MYSQL_NOT_RUN) lines.push(process.env.MYSQL_NOT_RUN);
    lines.push(lineOf(total));
    // Jest's own summary comes after the reporters' turn.
    process.once('exit', () => console.log(lines.join('\n')));
  }
}

function lineOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
