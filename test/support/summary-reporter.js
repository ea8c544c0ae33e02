/** Ends a run with one line for each project and, last of all, `N passed, N failed(, N skipped)`. */
export default class SummaryReporter {
  constructor(globalConfig, { notRun } = {}) {
    this.notRun = notRun;
  }

  onRunComplete(contexts, results) {
    const projects = new Map([...contexts].map(({ config }) => [config.displayName?.name, noTests()]));
    const total = noTests();
    for (const suite of results.testResults) {
      add(projects.get(suite.displayName?.name) ?? noTests(), suite);
      add(total, suite);
    }
    const lines = [...projects].map(([name, counts]) => `${name}: ${lineOf(counts)}`);
    // Jest's own summary follows every reporter, so the last word is only to be had at the end of the process.
    process.once('exit', () =>
      console.log([...lines, ...(this.notRun ? [this.notRun] : []), lineOf(total)].join('\n')),
    );
  }
}

function noTests() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** A file that could not be run counts as one failed test. */
function add(counts, suite) {
  counts.passed += suite.numPassingTests;
  counts.failed += suite.numFailingTests + (suite.testExecError ? 1 : 0);
  counts.skipped += suite.numPendingTests + suite.numTodoTests;
}

function lineOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
